package change

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Move carries out the moves of the file, all in one commit, or brings a credential that a
// move left behind to its new place.
func (r *Requester) Move(ctx context.Context, s reconcile.Step) func() error {
	if s.Cause != reconcile.CauseStore {
		return r.moveKeys
	}
	e := r.Ledger[s.Key]
	err := r.Store.Move(ctx, secrets.Move{From: e.StoredUnder, To: s.Key, InstanceID: e.ID, Over: r.swapped(s.Key)})
	return func() error { return r.recordMoved(s, err) }
}

// swapped is the instance whose credential is still stored under key although it moved to another:
// it keeps its place in what the store remembers of that path. "" for none.
func (r *Requester) swapped(key string) string {
	for _, other := range r.Ledger.Keys() {
		if e := r.Ledger[other]; other != key && e.StoredUnder == key {
			return e.ID
		}
	}
	return ""
}

// moveKeys makes what Plan says of moved keys true. Another step of the same file may have done
// so already: then nothing is left to move.
func (r *Requester) moveKeys() error {
	moves := r.Ledger.Moves(r.Fleet.Moved, func(key string) bool { _, ok := r.Fleet.Instance(key); return ok })
	if len(moves) == 0 {
		return nil
	}
	changed, left := r.Ledger.Move(moves)
	holds := r.movedHolds(moves)
	if err := r.State.Move(changed, left, holds); err != nil {
		return err
	}
	for _, key := range left {
		delete(r.Ledger, key)
	}
	maps.Copy(r.Ledger, changed)
	r.Moved(moves, holds)
	for _, from := range slices.Sorted(maps.Keys(moves)) {
		to := moves[from]
		e, want := r.Ledger[to], spec.Instance{}
		want, _ = r.Fleet.Instance(to)
		if err := r.Remember(to, e.Listed(want)); err != nil {
			return err
		}
		r.Tell(to, e.ID, reconcile.Move, journal.Finished, fmt.Sprintf("was %s before; what is remembered of it came along", from))
	}
	return nil
}

// movedHolds is every hold under the key that it has after moves.
func (r *Requester) movedHolds(moves map[string]string) []spec.Hold {
	holds := slices.Clone(r.Holds)
	for i, h := range holds {
		if to, ok := moves[h.Key]; ok {
			holds[i].Key = to
		}
	}
	return holds
}

func (r *Requester) recordMoved(s reconcile.Step, err error) error {
	e := r.Ledger[s.Key]
	if err != nil {
		r.Tell(s.Key, e.ID, reconcile.Move, journal.Failed, fmt.Sprintf("its credential is still under %s: %v", e.StoredUnder, err))
		return r.Remember(s.Key, e.Failed(s, book.StoreFailure(err), err.Error(), 0, r.Clock.Now()))
	}
	from := e.StoredUnder
	if err := r.Remember(s.Key, e.Rehomed(s)); err != nil {
		return err
	}
	r.Tell(s.Key, e.ID, reconcile.Move, journal.Finished, fmt.Sprintf("its credential, stored under %s before, is under %s in %s", from, s.Key, r.Store.Name()))
	return nil
}
