package look

import (
	"context"
	"slices"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/task"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// A lost state file is rebuilt from the credential store, which says beside the passwords of this
// fleet which instances it made or adopted. Nothing else could tell ours from others': Aura has no
// tags. The plan says so, as a step of its own.

// reclaim asks the store what it has, if that could say whose an instance is. A store that does not
// answer is asked again with the next list; until then such a key is blocked by its live name, never
// created twice.
func (l *Looker) reclaim(ctx context.Context) {
	if !l.forgotten() {
		return
	}
	owned, err := l.Store.List(ctx)
	if err != nil {
		l.Log.Warn("the credential store does not say of all instances whose they are", "error", err)
	}
	if err != nil && len(owned) == 0 {
		return
	}
	l.stored = make(map[string]secrets.Owned, len(owned))
	for _, o := range owned {
		l.stored[o.Key] = o
	}
}

// forgotten reports whether some key of the file has no instance and some live one is no key's, or
// the key had one before.
func (l *Looker) forgotten() bool {
	without := slices.ContainsFunc(l.Fleet.Instances, func(in spec.Instance) bool { return !l.Ledger[in.Key].Owns() })
	if !without {
		return false
	}
	ours := make(map[string]bool, len(l.Ledger))
	for _, e := range l.Ledger {
		ours[e.ID] = true
	}
	return l.stored == nil || slices.ContainsFunc(l.Observed.Instances, func(live observed.Live) bool { return !ours[live.ID] })
}

// Foreign are the instances that the store says are another fleet's, by id, and whose.
func (l *Looker) Foreign(fleet string) map[string]string {
	foreign := map[string]string{}
	for _, o := range l.stored {
		if o.Fleet != "" && o.Fleet != fleet && o.InstanceID != "" {
			foreign[o.InstanceID] = o.Fleet
		}
	}
	return foreign
}

// Proven are the instances that the store says this fleet made or adopted, by key.
func (l *Looker) Proven(fleet string) map[string]string {
	proven := map[string]string{}
	for key, o := range l.stored {
		if o.Proves(fleet, spec.DefaultFleet) {
			proven[key] = o.InstanceID
		}
	}
	return proven
}

// destroyed removes the credential of an instance that aurad deleted, if the file says so.
func (l *Looker) destroyed(ctx context.Context, t task.Task, err error) {
	op := l.Ledger[t.Key].Op
	if book.KindOf(err) != failure.Gone || op == nil || op.Verb != reconcile.Delete || l.Fleet.Credentials.OnDelete != "destroy" {
		return
	}
	if err := l.Store.Destroy(ctx, t.Key, t.ID); err != nil {
		l.Log.Error("the credential of a deleted instance is still stored; remove it by hand", "key", t.Key, "store", l.Store.Name(), "error", err)
	}
}
