package spec

import (
	"maps"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/decode"
	"github.com/aurad/aurad/spec/spelling"
)

// warner looks through a fleet that is valid.
type warner struct{ *checker }

// warnings finds what is valid and does nothing, or not what it seems to.
func (c warner) warnings(f *Fleet) {
	c.warnTwins(f)
	c.warnUnused(f)
	c.warnPolicy()
	c.warnStores()
	for _, s := range f.Schedules {
		b := c.doc.Schedules[s.Name]
		c.warnWindows(s, b)
		c.warnExceptions(s, b)
	}
	c.warnEnforce(f)
}

// warnTwins: names that people can't tell apart, in one account.
func (c warner) warnTwins(f *Fleet) {
	type look struct{ account, name string }
	first := make(map[look]Instance, len(f.Instances))
	for _, in := range f.Instances {
		l := look{in.Account, spelling.Skeleton(in.Name)}
		other, seen := first[l]
		if !seen {
			first[l] = in
			continue
		}
		if other.Name != in.Name {
			n, path := c.nameNode(in.Key)
			c.Warn(n, path, "", "%s looks like %s, the name of %s (line %d), and is another: nobody will tell them apart",
				spelling.Quote(in.Name), spelling.Quote(other.Name), other.Key, other.Pos.Line)
		}
	}
}

// warnUnused: schedules, calendars and accounts that nothing names.
func (c warner) warnUnused(f *Fleet) {
	used := make(map[string]bool)
	for _, in := range f.Instances {
		used["account "+in.Account] = true
		if in.Schedule != nil {
			used["schedule "+in.Schedule.Name] = true
		}
	}
	for _, b := range c.doc.Schedules {
		for i := range b.Exceptions {
			used["calendar "+b.Exceptions[i].Calendar] = true
		}
	}
	for _, kind := range []struct {
		field, noun string
		names       []string
	}{
		{"schedules", "schedule", slices.Collect(maps.Keys(c.doc.Schedules))},
		{"calendars", "calendar", slices.Collect(maps.Keys(c.doc.Calendars))},
		{"accounts", "account", c.accounts},
	} {
		for _, name := range kind.names {
			if !used[kind.noun+" "+name] {
				n, path := c.entry(kind.field, name)
				c.Warn(n, path, "", "nothing uses this %s", kind.noun)
			}
		}
	}
}

// leastDeleteAfter is the shortest policy.delete_after that counts.
const leastDeleteAfter = time.Hour

func (c warner) warnPolicy() {
	p := &c.doc.Policy
	if p.DeleteAfter != nil && time.Duration(*p.DeleteAfter) < leastDeleteAfter {
		c.Warn(p.Value("delete_after"), decode.Join(p.At(), "delete_after"), "delete_after: 1h",
			"%s is less than an hour, which is the least: it counts as 1h", p.Value("delete_after").Value)
	}
	for _, field := range []string{"delete_after", "max_deletes"} {
		if p.Has(field) && Mode(p.Mode) == Observe {
			c.Warn(p.Value(field), decode.Join(p.At(), field), "", "has no effect: the mode is observe, which deletes nothing")
		}
	}
}

func (c warner) warnStores() {
	b := c.doc.Credentials
	if b == nil {
		return
	}
	for store, other := range map[string]string{"vault": "dotenv", "dotenv": "vault"} {
		if b.Store == store && b.Has(other) {
			c.Warn(b.Value(other), decode.Join(b.At(), other), "", "has no effect: the store is %s", store)
		}
	}
}

// nameNode is where the name of an instance stands: its `name`, or its key.
func (c warner) nameNode(k string) (n *yaml.Node, path string) {
	b := c.doc.Instances[k]
	if n := b.Value("name"); n != nil {
		return n, decode.Join(b.At(), "name")
	}
	return b.Head(), b.At()
}
