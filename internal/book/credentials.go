package book

import (
	"slices"

	"github.com/aurad/aurad/reconcile"
)

// Credentials says of every key of the file or of the ledger where its password is.
func (b *Book) Credentials() []reconcile.Credential {
	now, keys := b.Clock.Now(), b.Ledger.Keys()
	for i := range b.Fleet.Instances {
		keys = append(keys, b.Fleet.Instances[i].Key)
	}
	slices.Sort(keys)
	all := []reconcile.Credential{}
	for _, key := range slices.Compact(keys) {
		all = append(all, b.Ledger[key].CredentialOf(key, b.Observed, now))
	}
	return all
}
