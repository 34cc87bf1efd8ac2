package app

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/spec"
)

// suffix of the variables of an account: AURA_CLIENT_ID_TEAM_BLUE.
func suffix(name string) string {
	if name == "" {
		return ""
	}
	return "_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// accounts reads the credentials of all accounts of a fleet from the environment. One client id
// with two budgets would be sent more than it may.
func (e Env) accounts(fleet *spec.Fleet) ([]account, error) {
	var all []account
	first := map[string]string{}
	for _, named := range fleet.Accounts {
		a, err := e.account(named.Name)
		if err != nil {
			return nil, err
		}
		if other, ok := first[a.clientID]; ok {
			return nil, fmt.Errorf("the accounts %s and %s have the same client id: make one for each, or one account of both", other, a.name)
		}
		first[a.clientID] = a.name
		all = append(all, a)
	}
	return all, nil
}

// tenants fills in from the environment what the file leaves to it.
func (e Env) tenants(fleet *spec.Fleet) {
	for i, a := range fleet.Accounts {
		if a.TenantID == "" {
			fleet.Accounts[i].TenantID = e.Get("AURA_TENANT_ID" + suffix(a.Name))
		}
	}
	if len(fleet.Accounts) == 1 {
		fleet.TenantID = fleet.Accounts[0].TenantID
	}
}

// RequireTenants is for commands that act: an instance is made in a tenant.
func RequireTenants(f *spec.Fleet) error {
	first := map[string]string{}
	for _, a := range f.Accounts {
		other, taken := first[a.TenantID]
		switch {
		case a.Name == "":
			return requireTenant(f)
		case a.TenantID == "":
			return fmt.Errorf("account %s names no tenant: add accounts.%s.tenant_id to %s, or set AURA_TENANT_ID%s (the Aura console shows it as the project id)", a.Name, a.Name, f.File, suffix(a.Name))
		case taken:
			return fmt.Errorf("the accounts %s and %s have the same tenant: a tenant belongs to one account", other, a.Name)
		}
		first[a.TenantID] = a.Name
	}
	return nil
}

// sameAccounts reports whether two files have accounts of the same names.
func sameAccounts(a, b *spec.Fleet) bool {
	if len(a.Accounts) != len(b.Accounts) {
		return false
	}
	for i := range a.Accounts {
		if a.Accounts[i].Name != b.Accounts[i].Name {
			return false
		}
	}
	return true
}
