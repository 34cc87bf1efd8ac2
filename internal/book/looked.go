package book

import (
	"context"
	"time"

	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
)

// Looked records a reply that shows an instance: what it says of the operation under way, and
// whether the instance has settled in its desired state.
func (b *Book) Looked(key string, live observed.Live, now time.Time) error {
	b.Observed = b.Observed.With(live)
	e, ours := b.Ledger[key]
	lost := e.Birth != nil && e.Birth.InstanceID == live.ID // being deleted, and never owned
	if !ours || e.ID != live.ID && !lost {
		return nil
	}
	op := e.Op
	e, took, verdict := e.Seen(live, now)
	if took > 0 {
		if err := b.learn(*op, took); err != nil {
			return err
		}
	}
	if err := b.Remember(key, e); err != nil {
		return err
	}
	b.judged(key, live, op, took, verdict)
	return nil
}

// judged tells people how an operation ended.
func (b *Book) judged(key string, live observed.Live, op *reconcile.Operation, took time.Duration, verdict reconcile.Verdict) {
	if op == nil {
		return
	}
	switch verdict {
	case reconcile.Done:
		b.Notify(journal.Event{At: b.Clock.Now(), Key: key, ID: live.ID, Verb: op.Verb, Kind: journal.Finished, Text: done(op, live, took), Took: took})
	case reconcile.Vanished:
		b.Tell(key, live.ID, op.Verb, journal.Failed, b.undone(key, live))
	}
}

// undone says of an operation that ended without its result what is known of it.
func (b *Book) undone(key string, live observed.Live) string {
	if f := b.Ledger[key].Failure; f != nil {
		return f.Message + "; next try " + f.RetryAt.Format("15:04:05 MST")
	}
	return "ended without its result: it is " + live.Status
}

func (b *Book) learn(op reconcile.Operation, took time.Duration) error {
	b.Timings[op.Class] = b.Timings.Learned(op, took)
	return b.State.PutTimings(op.Class, b.Timings[op.Class])
}

// LookedGone records that the API does not know id.
func (b *Book) LookedGone(key, id string, now time.Time) error {
	e, ours := b.Ledger[key]
	op := e.Op
	next := e.Gone(id, now)
	if next.Op == nil {
		b.Observed = b.Observed.Without(id)
	}
	if next.Op == nil && next.ID == id {
		next = next.NotFound(true, now)
	}
	if !ours {
		return nil
	}
	if op != nil && op.Verb == reconcile.Delete && next.Op == nil {
		b.Tell(key, id, reconcile.Delete, journal.Finished, "is gone")
		if next.ID == id {
			return b.deleted(key, next)
		}
	}
	return b.Remember(key, next)
}

// deleted is the end of an instance that aurad deleted because its block left the file. Which one it was
// is kept: should the block come back, its credential proves no live instance.
func (b *Book) deleted(key string, e reconcile.Entry) error {
	if _, listed := b.Fleet.Instance(key); !listed {
		b.FreeClaim(context.Background(), key) // the store's own time bounds it
	}
	return b.Remember(key, e.Vacated())
}

// done says how an operation ended.
func done(op *reconcile.Operation, live observed.Live, took time.Duration) string {
	return string(op.Verb) + " done: " + live.Status + " after " + took.Round(time.Second).String()
}
