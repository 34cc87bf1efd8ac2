package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/aurad/aurad/spec/decode"
	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
)

// allAccounts returns the accounts of the file, or the one that its top-level fields describe.
func (c *checker) allAccounts() []Account {
	if !c.doc.Has("accounts") {
		return []Account{{TenantID: string(c.doc.TenantID), Budget: c.budget(&c.doc.Budget)}}
	}
	c.accounts = slices.Sorted(maps.Keys(c.doc.Accounts))
	c.checkNames("accounts", c.accounts)
	c.checkMoved()
	c.checkTenants()
	all := make([]Account, 0, len(c.accounts))
	for _, name := range c.accounts {
		b := c.doc.Accounts[name]
		all = append(all, Account{name, string(b.TenantID), c.budget(&b.Budget)})
		if name == "file" || strings.HasSuffix(name, "-file") {
			n, path := c.entry("accounts", name)
			c.Fail(n, path, "the environment would mistake the client id of this account for the path of a file: choose a name that does not end in `file`")
		}
	}
	return all
}

// checkMoved finds what belongs into an account now, and `accounts` without any.
func (c *checker) checkMoved() {
	if n := c.doc.Value("accounts"); len(n.Content) == 0 && n.Tag == "!!map" {
		c.failAt(&c.doc.Block, "accounts", "names no account: add one, or remove the line")
	}
	to := "accounts.<name>"
	if len(c.accounts) > 0 {
		to = decode.Join("accounts", c.accounts[0])
	}
	for _, field := range []string{"tenant_id", "budget"} {
		if c.doc.Has(field) {
			c.failAt(&c.doc.Block, field, "with `accounts` each account has its own: move it to %s", decode.Join(to, field))
		}
	}
}

// checkTenants: two client ids that own what is in one tenant would each take the other's
// instances for somebody else's.
func (c *checker) checkTenants() {
	first := map[value.UUID]string{}
	for _, name := range c.accounts {
		b := c.doc.Accounts[name]
		if other, ok := first[b.TenantID]; ok && b.TenantID != "" {
			c.failAt(&b.Block, "tenant_id", "is also the tenant of account %s (line %d): a tenant belongs to one account",
				other, source.PositionOf(c.doc.Accounts[other].Head()).Line)
			continue
		}
		first[b.TenantID] = name
	}
}

// accountOf is the account that a block names, or that the defaults or the file leave it.
func (c *checker) accountOf(b *format.Instance) string {
	switch {
	case b.Account != "":
		return b.Account
	case !b.Has("account") && c.doc.Defaults.Account != "":
		return c.doc.Defaults.Account
	case len(c.accounts) == 1:
		return c.accounts[0]
	}
	return ""
}

func (d *draft) checkAccount() {
	d.in.Account = d.accountOf(d.raw)
	_, known := d.doc.Accounts[d.in.Account]
	switch {
	case known:
	case d.in.Account != "" && !d.doc.Has("accounts"):
		d.failOnce("account", "%s: the file has no `accounts` block; remove this line, or add the block", spelling.Quote(d.in.Account))
	case d.in.Account != "":
		d.failOnce("account", "there is no account %s%s", spelling.Quote(d.in.Account), spelling.Suggest(d.in.Account, d.accounts))
	case len(d.accounts) > 1 && !d.written("account") && !d.raw.IsSpoilt() && !d.doc.Defaults.IsSpoilt():
		d.checker.Fail(d.raw.Head(), d.raw.At(), "account is missing: give it here or in defaults%s", spelling.Suggest("", d.accounts))
	}
}
