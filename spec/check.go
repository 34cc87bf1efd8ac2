package spec

import (
	"strings"
	"time"

	"github.com/aurad/aurad/spec/catalog"
	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
)

// The blocks that are about the fleet as a whole, with their defaults.

func (c *checker) budget(b *format.Budget) Budget {
	budget := Budget{RequestsPerMinute: or(b.RequestsPerMinute, 25), Reserve: b.Reserve}
	if budget.Reserve >= budget.RequestsPerMinute && budget.Reserve > 0 && budget.RequestsPerMinute > 0 {
		c.failAt(&b.Block, "reserve", "%d of %d requests a minute leaves none to aurad; at most %d",
			budget.Reserve, budget.RequestsPerMinute, budget.RequestsPerMinute-1)
	}
	return budget
}

func (c *checker) policy() Policy {
	p := &c.doc.Policy
	policy := Policy{
		Mode:              Mode(p.Mode),
		MaxDeletes:        or(p.MaxDeletes, 1),
		DeleteAfter:       time.Duration(or(p.DeleteAfter, value.Duration(72*time.Hour))),
		OnLostCredentials: OnLost(p.OnLostCredentials),
		MaxHold:           time.Duration(or(p.MaxHold, value.Duration(7*24*time.Hour))),
		CreateGrace:       time.Duration(or(p.CreateGrace, value.Duration(10*time.Minute))),
		OnGone:            OnGone(p.OnGone),
	}
	if policy.Mode == "" {
		policy.Mode = Upsert
	}
	if policy.OnLostCredentials == "" {
		policy.OnLostCredentials = ReportLost
	}
	if policy.OnGone == "" {
		policy.OnGone = ReportGone
	}
	if policy.MaxHold > 31*24*time.Hour {
		c.failAt(&p.Block, "max_hold", "%s is too long: a hold is for an exception, not for a schedule; at most 31d", policy.MaxHold)
	}
	if p.CreateGrace != nil && policy.CreateGrace < 2*time.Minute {
		c.failAt(&p.Block, "create_grace", "%s is too short: an instance may show up in the list only after a minute, and a second one would be billed; at least 2m", policy.CreateGrace)
	}
	return policy
}

func (c *checker) observation() Observation {
	b := &c.doc.Observe
	o := Observation{
		ScanInterval:  time.Duration(or(b.ScanInterval, value.Duration(5*time.Minute))),
		MaxAge:        time.Duration(or(b.MaxAge, value.Duration(time.Hour))),
		EnforceWithin: time.Duration(or(b.EnforceWithin, value.Duration(2*time.Minute))),
	}
	if b.ScanInterval != nil && o.ScanInterval < 10*time.Second {
		c.failAt(&b.Block, "scan_interval", "%s spends the request budget on lists; at least 10s", o.ScanInterval)
	}
	if b.MaxAge != nil && o.MaxAge < time.Minute {
		c.failAt(&b.Block, "max_age", "%s spends the request budget on looking; at least 1m", o.MaxAge)
	}
	if b.EnforceWithin != nil && o.EnforceWithin < time.Minute {
		c.failAt(&b.Block, "enforce_within", "%s spends the request budget on looking; at least 1m", o.EnforceWithin)
	}
	return o
}

// credentials defaults to dotenv files: what works on a laptop, before anyone has set up Vault.
func (c *checker) credentials() Credentials {
	cr := Credentials{Store: "dotenv", Vault: VaultTarget{"secret", "aura"}, Dotenv: DotenvTarget{"./credentials"}, OnDelete: "keep"}
	b := c.doc.Credentials
	if b == nil {
		return cr
	}
	for _, given := range []struct {
		value string
		to    *string
	}{{b.Store, &cr.Store}, {string(b.Vault.Mount), &cr.Vault.Mount}, {string(b.Vault.Path), &cr.Vault.Path},
		{b.Dotenv.Dir, &cr.Dotenv.Dir}, {b.OnDelete, &cr.OnDelete}} {
		if given.value != "" {
			*given.to = given.value
		}
	}
	if strings.ContainsFunc(cr.Dotenv.Dir, func(r rune) bool { return r < ' ' }) {
		c.failAt(&b.Dotenv.Block, "dir", "%s holds a control character", spelling.Quote(cr.Dotenv.Dir))
	}
	return cr
}

func (c *checker) prices() map[string]float64 {
	for name, price := range c.doc.Prices {
		n, path := c.entry("prices", name)
		switch {
		case !catalog.IsType(name):
			c.Fail(n, path, "%s is not an instance type%s", spelling.Quote(name), spelling.Suggest(name, catalog.TypeNames()))
		case price < 0 || price > 1000:
			c.Fail(n, path, "%g is not a price in USD per GB-hour, such as 0.09", price)
		}
	}
	return c.doc.Prices
}
