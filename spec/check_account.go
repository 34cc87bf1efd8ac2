package spec

import (
	"maps"
	"slices"
	"strings"
)

// allAccounts returns the accounts of the file, or the one that its top-level fields describe.
func (c *checker) allAccounts() []Account {
	if !c.doc.has("accounts") {
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
			c.fail(n, path, "the environment would mistake the client id of this account for the path of a file: choose a name that does not end in `file`")
		}
	}
	return all
}

// checkMoved finds what belongs into an account now, and `accounts` without any.
func (c *checker) checkMoved() {
	if n := c.doc.value("accounts"); len(n.Content) == 0 && n.Tag == "!!map" {
		c.failAt(&c.doc.block, "accounts", "names no account: add one, or remove the line")
	}
	to := "accounts.<name>"
	if len(c.accounts) > 0 {
		to = join("accounts", c.accounts[0])
	}
	for _, field := range []string{"tenant_id", "budget"} {
		if c.doc.has(field) {
			c.failAt(&c.doc.block, field, "with `accounts` each account has its own: move it to %s", join(to, field))
		}
	}
}

// checkTenants: two client ids that own what is in one tenant would each take the other's
// instances for somebody else's.
func (c *checker) checkTenants() {
	first := map[uuid]string{}
	for _, name := range c.accounts {
		b := c.doc.Accounts[name]
		if other, ok := first[b.TenantID]; ok && b.TenantID != "" {
			c.failAt(&b.block, "tenant_id", "is also the tenant of account %s (line %d): a tenant belongs to one account",
				other, positionOf(c.doc.Accounts[other].pos).Line)
			continue
		}
		first[b.TenantID] = name
	}
}

// accountOf is the account that a block names, or that the defaults or the file leave it.
func (c *checker) accountOf(b *instanceBlock) string {
	switch {
	case b.Account != "":
		return b.Account
	case !b.has("account") && c.doc.Defaults.Account != "":
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
	case d.in.Account != "" && !d.doc.has("accounts"):
		d.failOnce("account", "%s: the file has no `accounts` block; remove this line, or add the block", quote(d.in.Account))
	case d.in.Account != "":
		d.failOnce("account", "there is no account %s%s", quote(d.in.Account), suggest(d.in.Account, d.accounts))
	case len(d.accounts) > 1 && !d.written("account") && !d.raw.spoilt && !d.doc.Defaults.spoilt:
		d.checker.fail(d.raw.pos, d.raw.path, "account is missing: give it here or in defaults%s", suggest("", d.accounts))
	}
}
