package control

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/secrets"
)

// instance is the one whose password is supplied, by what is remembered.
func (s Supply) instance(e reconcile.Entry) string {
	id := cmp.Or(s.ID, e.ID)
	if id == "" && e.Birth != nil {
		id = e.Birth.InstanceID
	}
	return id
}

// Supply hands the password to the daemon, which is the one that writes to the store.
func (c *Client) Supply(ctx context.Context, s Supply) (where string, err error) {
	snap, err := c.Status(ctx)
	if err != nil {
		return "", err
	}
	for _, in := range snap.Instances {
		if in.Key != s.Key {
			continue
		}
		known := reconcile.Entry{ID: in.InstanceID, Birth: birthIn(snap, in)}
		id := s.instance(known)
		if err := create.CheckDeposit(s.Key, known, id); err != nil {
			return "", err
		}
		its, err := s.Ask(id, in.Name)
		if err != nil {
			return "", err
		}
		return " by the daemon", c.tell(ctx, http.MethodPut, "/api/v1/credentials/"+s.Key, string(secrets.FormatEnv(its)), nil)
	}
	return "", fmt.Errorf("%s: the daemon's fleet file, %s, has no such instance", s.Key, snap.Config.File)
}

// birthIn is the create under way that a status tells of.
func birthIn(snap daemon.Snapshot, in daemon.Status) *reconcile.Birth {
	if in.Credential != reconcile.CredentialSpooled {
		return nil
	}
	for _, s := range snap.Plan.Steps {
		if s.Key == in.Key && s.Cause == reconcile.CauseUnread {
			return &reconcile.Birth{Stage: reconcile.Spooled, Unread: reconcile.UnreadAll, InstanceID: s.InstanceID}
		}
	}
	return &reconcile.Birth{Stage: reconcile.Spooled}
}

// Supply writes the password to the store, then into the state.
func (l *Local) Supply(ctx context.Context, s Supply) (where string, err error) {
	fleet, err := l.Fleet()
	if err != nil {
		return "", err
	}
	want, _ := fleet.Instance(s.Key)
	fleet, dir := fleet.For(want.Account), folder.Of(l.Dir, want.Account)
	if !folder.Exists(dir) {
		return "", create.CheckDeposit(s.Key, reconcile.Entry{}, "")
	}
	err = l.change(dir, func(st *state.State) error {
		led, err := st.Ledger()
		if err != nil {
			return err
		}
		e := led[s.Key]
		id := s.instance(e)
		if err := create.CheckDeposit(s.Key, e, id); err != nil {
			return err
		}
		c, err := s.Ask(id, want.Name)
		if err != nil {
			return err
		}
		store, release, err := l.Store(fleet)
		if err != nil {
			return err
		}
		where, c.Fleet = " in "+store.Name(), fleet.Name
		err = create.Deposit(ctx, store, c, create.ClaimOf(fleet.Name, s.Key, e), l.Look(fleet, want.Account, st))
		if err = errors.Join(err, release()); err != nil {
			return err
		}
		_, err = create.Supplied(st, s.Key, e, observed.Live{ID: id, TenantID: fleet.TenantID, Type: want.Type, Memory: want.Memory})
		return err
	})
	return where, err
}
