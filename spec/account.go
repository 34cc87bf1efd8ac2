package spec

import "slices"

// Account is one Aura account of a fleet: a tenant, and a client id with a request limit of its
// own. Its credentials are in the environment, under its Name.
type Account struct {
	Name     string // like an instance key; "" for the only account of a file without `accounts`
	TenantID string // UUID; "" leaves it to the environment
	Budget   Budget
}

// sumAccounts makes the fleet's own tenant and budget from those of its accounts.
func (f *Fleet) sumAccounts() {
	for _, a := range f.Accounts {
		f.Budget.RequestsPerMinute += a.Budget.RequestsPerMinute
		f.Budget.Reserve += a.Budget.Reserve
	}
	if len(f.Accounts) == 1 {
		f.TenantID = f.Accounts[0].TenantID
	}
}

// For returns the part of the fleet that is one account's: its tenant, its budget, its
// instances, and in Elsewhere the keys of all the others. An account that the fleet does not have
// has no instances.
func (f *Fleet) For(account string) *Fleet {
	part := *f
	part.whole = f.Blocks()
	part.Accounts, part.Instances, part.Elsewhere = nil, []Instance{}, nil
	part.TenantID, part.Budget = "", Budget{}
	for _, a := range f.Accounts {
		if a.Name == account {
			part.Accounts, part.TenantID, part.Budget = []Account{a}, a.TenantID, a.Budget
		}
	}
	for _, in := range f.Instances {
		if in.Account == account {
			part.Instances = append(part.Instances, in)
		} else {
			part.Elsewhere = append(part.Elsewhere, in.Key)
		}
	}
	return &part
}

// Blocks returns the instances of the whole file, those of other accounts included.
func (f *Fleet) Blocks() []Instance {
	if f.whole != nil {
		return f.whole
	}
	return f.Instances
}

// IsElsewhere reports whether the file gives key to another account than this part's.
func (f *Fleet) IsElsewhere(key string) bool {
	_, found := slices.BinarySearch(f.Elsewhere, key)
	return found
}
