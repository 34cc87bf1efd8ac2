package daemon

import (
	"context"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/aura"
)

// A reply that the state file does not take is adrift: it has the only copy of a password. It goes
// into a sealed file of its own beside the state, or straight to the credential store, and is kept
// in memory until one of the three has it. Nothing else is created meanwhile.
const (
	adriftFirst = time.Second // between two tries, then twice as long, up to
	adriftMost  = time.Minute
)

// adrift saves a reply that could not be spooled because of why. It ends only when the reply is safe.
func (d *Daemon) adrift(ctx context.Context, a attempt, reply aura.Reply, why error) func() error {
	d.Log.Error("the reply to a create can't be spooled: it is kept in memory, and nothing else is created until it is safe; don't kill aurad, make the state folder writable",
		"key", a.step.Key, "mark", a.before.Birth.Nonce, "error", why)
	d.State.refused.Store(true)
	d.State.afloat.Add(1)
	defer d.State.afloat.Add(-1)
	for wait := adriftFirst; ; wait = min(2*wait, adriftMost) {
		aside := d.State.setAside(a.before.Birth.Nonce, reply.Body)
		err := d.storeReply(ctx, a, reply.Body)
		if aside == nil || err == nil {
			return func() error { return d.recordStored(a, err) }
		}
		<-d.Clock.After(wait)
		if d.State.Spool(a.step.Key, a.before, reply.Body) == nil {
			return d.store(ctx, a)
		}
	}
}

// safeToCreate is an error while a reply is not in the state file, or could not be put there.
func (s *State) safeToCreate() error {
	if s.afloat.Load() > 0 {
		return errors.New("the reply to another create is not on disk yet")
	}
	if err := s.takeBack(); err != nil || !s.refused.Load() {
		return err
	}
	return s.tryOut()
}

// tryOut puts something where replies go, and takes it away.
func (s *State) tryOut() error {
	if err := s.fails("spool"); err != nil {
		return err
	}
	name := []byte("try")
	err := s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketSealed).Put(name, name) })
	if err == nil {
		err = s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketSealed).Delete(name) })
	}
	if err == nil {
		s.refused.Store(false)
	}
	return err
}

// fails is what a test lets a way to keep a reply fail with.
func (s *State) fails(way string) error {
	if s.broken == nil {
		return nil
	}
	return s.broken(way)
}
