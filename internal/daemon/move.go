package daemon

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// sendMove carries out the moves of the file, all in one commit, or brings a credential that a
// move left behind to its new place.
func (d *Daemon) sendMove(ctx context.Context, s reconcile.Step) func() error {
	if s.Cause != reconcile.CauseStore {
		return d.moveKeys
	}
	e := d.ledger[s.Key]
	err := d.Store.Move(ctx, secrets.Move{From: e.StoredUnder, To: s.Key, InstanceID: e.ID, Over: d.swapped(s.Key)})
	return func() error { return d.recordMoved(s, err) }
}

// swapped is the instance whose credential is still stored under key although it moved to another:
// it keeps its place in what the store remembers of that path. "" for none.
func (d *Daemon) swapped(key string) string {
	for _, other := range d.ledger.Keys() {
		if e := d.ledger[other]; other != key && e.StoredUnder == key {
			return e.ID
		}
	}
	return ""
}

// moveKeys makes what Plan says of moved keys true. Another step of the same file may have done
// so already: then nothing is left to move.
func (d *Daemon) moveKeys() error {
	moves := d.ledger.Moves(d.Fleet.Moved, func(key string) bool { _, ok := d.Fleet.Instance(key); return ok })
	if len(moves) == 0 {
		return nil
	}
	changed, left := d.ledger.Move(moves)
	holds := d.movedHolds(moves)
	if err := d.State.Move(changed, left, holds); err != nil {
		return err
	}
	for _, key := range left {
		delete(d.ledger, key)
	}
	maps.Copy(d.ledger, changed)
	d.setHolds(holds)
	d.history.move(moves)
	for _, from := range slices.Sorted(maps.Keys(moves)) {
		to := moves[from]
		e, want := d.ledger[to], spec.Instance{}
		want, _ = d.Fleet.Instance(to)
		if err := d.remember(to, e.Listed(want)); err != nil {
			return err
		}
		d.notify(to, e.ID, reconcile.Move, journal.Finished, fmt.Sprintf("was %s before; what is remembered of it came along", from))
	}
	return nil
}

// movedHolds is every hold under the key that it has after moves.
func (d *Daemon) movedHolds(moves map[string]string) []spec.Hold {
	holds := slices.Clone(d.holds)
	for i, h := range holds {
		if to, ok := moves[h.Key]; ok {
			holds[i].Key = to
		}
	}
	return holds
}

func (d *Daemon) recordMoved(s reconcile.Step, err error) error {
	e := d.ledger[s.Key]
	if err != nil {
		d.notify(s.Key, e.ID, reconcile.Move, journal.Failed, fmt.Sprintf("its credential is still under %s: %v", e.StoredUnder, err))
		return d.remember(s.Key, e.Failed(s, storeFailure(err), err.Error(), 0, d.Clock.Now()))
	}
	from := e.StoredUnder
	if err := d.remember(s.Key, e.Rehomed(s)); err != nil {
		return err
	}
	d.notify(s.Key, e.ID, reconcile.Move, journal.Finished, fmt.Sprintf("its credential, stored under %s before, is under %s in %s", from, s.Key, d.Store.Name()))
	return nil
}

// move takes histories along to their new keys.
func (h histories) move(moves map[string]string) {
	moved := histories{}
	for from, to := range moves {
		moved[to] = h[from]
	}
	for from := range moves {
		delete(h, from)
	}
	maps.Copy(h, moved)
}
