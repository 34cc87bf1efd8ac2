package book

import (
	"sync"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Owners is all that the daemons of one fleet file, one per account, know of each other: which
// keys each of them owns, so that a key that moved is never made a second time, and so that what
// left the file is counted over all accounts. Its methods may be called from any goroutine; those
// of a nil Owners know of nobody else.
type Owners struct {
	mu sync.Mutex
	of map[string]map[string]bool // account -> key -> whether it may be deleted
}

// NewOwners knows of no account yet: each Daemon tells of its own.
func NewOwners() *Owners { return &Owners{of: map[string]map[string]bool{}} }

// Tell replaces what is known of an account. A create under way owns its key already.
func (o *Owners) Tell(account string, led reconcile.Ledger) {
	if o == nil {
		return
	}
	keys := make(map[string]bool, len(led))
	for key, e := range led {
		if e.Owns() {
			keys[key] = e.Absence != nil && !e.Protect && !e.Suspend
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of[account] = keys
}

// Take makes account the owner of key and returns "", or returns the account that owns it.
func (o *Owners) Take(account, key string) (owner string) {
	if o == nil {
		return ""
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for other, keys := range o.of {
		if _, owned := keys[key]; owned && other != account {
			return other
		}
	}
	if _, owned := o.of[account][key]; !owned && o.of[account] != nil {
		o.of[account][key] = true
	}
	return ""
}

// Others returns who else owns keys of this account's part f, and how many instances the others
// have that are in no part of the file and not protected.
func (o *Owners) Others(account string, f *spec.Fleet) (owners map[string]string, removed int) {
	if o == nil {
		return nil, 0
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	owners = map[string]string{}
	for other, keys := range o.of {
		if other == account {
			continue
		}
		for key, deletable := range keys {
			_, here := f.Instance(key)
			switch {
			case here:
				owners[key] = other
			case deletable && !f.IsElsewhere(key):
				removed++
			}
		}
	}
	return owners, removed
}

// AccountOf is the name of the one account whose part of the fleet this is; "" when it has none.
func AccountOf(f *spec.Fleet) string {
	if len(f.Accounts) == 0 {
		return ""
	}
	return f.Accounts[0].Name
}
