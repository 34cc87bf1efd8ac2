package create

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/aurad/aurad/internal/aura/wire"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/secrets"
)

// store brings the spooled reply of an attempt to the credential store.
func (m *Maker) store(ctx context.Context, a attempt) func() error {
	err := m.storeSpooled(ctx, a)
	return func() error { return m.recordStored(a, err) }
}

func (m *Maker) storeSpooled(ctx context.Context, a attempt) error {
	raw, err := m.State.Spooled(a.step.Key)
	if err != nil {
		return err
	}
	return m.storeReply(ctx, a, raw)
}

// storeReply is store for a reply that is at hand, spooled or not. How far it went is in the state, also
// beside an error.
func (m *Maker) storeReply(ctx context.Context, a attempt, raw secrets.Secret) error {
	created, err := a.read(raw)
	if err != nil {
		return errors.Join(err, m.State.Amend(a.step.Key, a.before, unread(created, err)))
	}
	if err := m.Store.Create(ctx, a.credential(created), a.claim()); err != nil {
		again := m.Clock.Now().Add(storeRetry)
		notStored := func(e reconcile.Entry) reconcile.Entry { return e.Spooled().NotStored(created.ID, err.Error(), again) }
		return errors.Join(err, m.State.Amend(a.step.Key, a.before, notStored))
	}
	m.crash("password stored")
	live := observed.Live{ID: created.ID, TenantID: created.TenantID, Type: a.want.Type, Memory: a.want.Memory}
	err = m.State.Stored(a.step.Key, a.before, live)
	m.crash("spool cleared")
	return err
}

// read reads a spooled reply. An id that is not in it is that of the instance which bears its mark.
func (a attempt) read(raw secrets.Secret) (wire.Created, error) {
	created, err := wire.ParseCreated([]byte(raw.Reveal()))
	if errors.Is(err, wire.ErrNoID) {
		if live, shown := a.observed.Bearing(a.before.Birth.Nonce); shown {
			created.ID, err = live.ID, nil
			created.TenantID = cmp.Or(created.TenantID, live.TenantID)
		}
	}
	return created, err
}

// unread is what becomes of a reply that nothing could be stored of. It stays spooled.
func unread(c wire.Created, err error) func(reconcile.Entry) reconcile.Entry {
	return func(e reconcile.Entry) reconcile.Entry {
		e = e.Spooled()
		switch {
		case errors.Is(err, wire.ErrCutReply):
			return e.Cut()
		case errors.Is(err, wire.ErrNoID):
			return e.Unreadable(reconcile.UnreadID, "")
		case errors.Is(err, wire.ErrNoPassword):
			return e.Unreadable(reconcile.UnreadPassword, c.ID)
		}
		return e.Unreadable(reconcile.UnreadAll, "")
	}
}

func (a attempt) credential(c wire.Created) secrets.Credential {
	key := a.step.Key
	return secrets.Credential{Fleet: a.fleet, Origin: secrets.Created, Key: key, InstanceID: c.ID, InstanceName: cmp.Or(a.want.Name, key),
		URI: cmp.Or(c.ConnectionURL, "neo4j+s://"+c.ID+".databases.neo4j.io"), Username: cmp.Or(c.Username, "neo4j"), Password: c.Password, Database: "neo4j"}
}

// recordStored says how storing went. Until it succeeds the reply stays spooled, and the plan
// says so.
func (m *Maker) recordStored(a attempt, err error) error {
	key, e := a.step.Key, m.Ledger[a.step.Key]
	if err != nil {
		if before := a.before.Birth; before.Failed != e.Birth.Failed || before.Unread != e.Birth.Unread { // said once, not every time it is tried
			m.Tell(key, e.Birth.InstanceID, reconcile.Create, journal.Failed, cmp.Or(e.Birth.Advice(key, e.Birth.InstanceID), "its password is not in "+m.Store.Name()+" yet: "+err.Error()))
		}
		return m.Remember(key, e)
	}
	want, _ := m.Fleet.Instance(key)
	name := cmp.Or(want.Name, key)
	m.Observed = m.Observed.With(observed.Live{ID: e.ID, TenantID: e.TenantID, Name: reconcile.MarkedName(name, e.Birth.Nonce), Status: "creating", SeenAt: m.Clock.Now()})
	m.Tell(key, e.ID, reconcile.Create, journal.Started, "create accepted as "+e.ID+"; its password is in "+m.Store.Name())
	return nil
}

// storeRetry is how often a password that is safe but not stored is offered to the store again.
const storeRetry = 15 * time.Second
