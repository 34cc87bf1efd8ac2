package change

import (
	"context"

	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// Adopt looks for the credential of an instance that is taken over. One that is nobody's is
// this fleet's from now on, so that a lost state is rebuilt with it.
func (r *Requester) Adopt(ctx context.Context, s reconcile.Step) func() error {
	c, err := r.Store.Get(ctx, s.Key)
	stored := err == nil && c.InstanceID == s.InstanceID
	if stored && c.Fleet == "" {
		err := r.Store.Adopt(ctx, secrets.Owned{Key: s.Key, InstanceID: s.InstanceID, Fleet: r.Fleet.Name, Origin: secrets.Adopted}, "")
		if err != nil {
			r.Log.Warn("the credential store does not say whose the credential is", "key", s.Key, "error", err)
		}
	}
	return func() error { return r.adopt(s, stored) }
}

// renamed brings a new name to the store, where people read it beside the password.
func (r *Requester) renamed(ctx context.Context, s reconcile.Step, err error) {
	if err != nil || s.Verb != reconcile.Rename || r.Ledger[s.Key].Credential != reconcile.CredentialStored {
		return
	}
	if err := r.Store.Rename(ctx, s.Key, s.Changes[0].New); err != nil {
		r.Log.Warn("the credential store still has the old name", "key", s.Key, "error", err)
	}
}

func (r *Requester) adopt(s reconcile.Step, stored bool) error {
	live, listed := r.Observed.Find(s.InstanceID)
	if !listed { // the store knows of it: see reconcile.World.Proven
		live.ID = s.InstanceID
		r.Observed = r.Observed.With(live)
	}
	want, _ := r.Fleet.Instance(s.Key)
	e := r.Ledger[s.Key].Adopted(live).Listed(want) // SetFleet, which notes it otherwise, came before there was an entry
	password := "its password is not known here: aurad credential set " + s.Key
	if stored {
		e, password = e.Deposited(), "its password is in "+r.Store.Name()
	}
	if err := r.Remember(s.Key, e); err != nil {
		return err
	}
	r.Tell(s.Key, live.ID, reconcile.Adopt, journal.Finished, "is taken over; "+password)
	return nil
}
