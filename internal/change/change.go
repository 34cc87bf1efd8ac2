// Package change asks Aura for the changes that a plan has decided on, but for creates, and enters what
// came of them into the book; and it carries out the steps that change no instance: adoptions and moves of
// keys. It must not decide what to change, nor when.
package change

import (
	"context"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// API is what a Requester asks of Aura.
type API interface {
	Patch(ctx context.Context, id string, p aura.PatchRequest) (*aura.Instance, error)
	Delete(ctx context.Context, id string) (*aura.Instance, error)
	Pause(ctx context.Context, id string) (*aura.Instance, error)
	Resume(ctx context.Context, id string) (*aura.Instance, error)
	Upgrade(ctx context.Context, id string, u aura.UpgradeRequest) (*aura.Instance, error)
}

// Requester carries out steps for one account. What its methods return records the result, on the loop's
// goroutine; they themselves may run beside one another.
type Requester struct {
	*book.Book
	api API

	// Moved is told, once it is durable, of keys that moved, and of all holds under the keys they have now.
	Moved func(moves map[string]string, holds []spec.Hold)
}

// New is a Requester.
func New(b *book.Book, api API) *Requester {
	return &Requester{Book: b, api: api, Moved: func(map[string]string, []spec.Hold) {}}
}

// Change asks for one change of a live instance.
func (r *Requester) Change(ctx context.Context, s reconcile.Step) func() error {
	e := r.Ledger[s.Key]
	if next := e.Sending(s); next.Settled != e.Settled {
		if err := r.State.PutEntry(s.Key, next); err != nil {
			return func() error { return err }
		}
		e = next
	}
	in, err := r.request(ctx, s)
	r.renamed(ctx, s, err)
	return func() error {
		r.Ledger[s.Key] = e
		if err != nil {
			return r.refused(s, err)
		}
		return r.accepted(s, in)
	}
}

// request is the one place where a step becomes a call.
func (r *Requester) request(ctx context.Context, s reconcile.Step) (*aura.Instance, error) {
	switch s.Verb {
	case reconcile.Pause:
		return r.api.Pause(ctx, s.InstanceID)
	case reconcile.Resume:
		return r.api.Resume(ctx, s.InstanceID)
	case reconcile.Delete:
		return r.api.Delete(ctx, s.InstanceID)
	case reconcile.Upgrade:
		return r.api.Upgrade(ctx, s.InstanceID, aura.UpgradeRequest{})
	}
	return r.api.Patch(ctx, s.InstanceID, aura.PatchRequest(reconcile.Body(s.Changes)))
}

// accepted records that Aura took the step, and what its reply shows.
func (r *Requester) accepted(s reconcile.Step, in *aura.Instance) error {
	now := r.Clock.Now()
	from, _ := r.Observed.Find(s.InstanceID)
	before := r.Ledger[s.Key]
	e := before
	if !e.Strays(s, r.Observed) {
		e = e.Accepted(s, from, now)
		if s.Cause == reconcile.CauseLost {
			e = e.BeingDeleted(s.InstanceID)
		}
	}
	if err := r.Remember(s.Key, e); err != nil {
		return err
	}
	r.Observed = r.Observed.With(after(s, from, in, now))
	kind := journal.Started
	if s.Verb == reconcile.Rename {
		kind = journal.Finished
	}
	if e.Undone(s) > before.Undone(s) {
		r.Notify(journal.Event{At: now, Key: s.Key, ID: s.InstanceID, Verb: s.Verb, Cause: s.Cause, Kind: journal.Failed, Text: "was accepted before, and not done"})
	}
	r.Notify(journal.Event{At: now, Key: s.Key, ID: s.InstanceID, Verb: s.Verb, Cause: s.Cause, Kind: kind, Text: sentence(s), Due: s.Due})
	return nil
}

// after is what is known of an instance once a step is accepted: what the reply shows, but
// never that it is settled, for replies may lag behind.
func after(s reconcile.Step, before observed.Live, in *aura.Instance, now time.Time) observed.Live {
	live := before
	if in != nil {
		live = book.LiveOf(*in, now)
	}
	if s.Verb == reconcile.Rename {
		live.Name = s.Changes[0].New
		if live.Status != before.Status {
			live.SeenAt = time.Time{} // briefly "updating": look again
		}
	}
	if s.Verb == reconcile.Delete {
		live.Status = "destroying"
	}
	return live
}

// refused records why a step failed. What the state of the instance forbade, or what may have
// been done all the same, is looked at before it is tried again.
func (r *Requester) refused(s reconcile.Step, err error) error {
	now := r.Clock.Now()
	kind, after, uncertain := book.FailureOf(err)
	if book.KindOf(err) == failure.Gone {
		return r.stepGone(s, now)
	}
	if kind == reconcile.FailureState || uncertain {
		r.Observed = r.Observed.Doubting(s.InstanceID)
	}
	if err := r.Remember(s.Key, r.Ledger[s.Key].Failed(s, kind, err.Error(), after, now)); err != nil {
		return err
	}
	r.Notify(journal.Event{At: now, Key: s.Key, ID: s.InstanceID, Verb: s.Verb, Cause: s.Cause, Kind: journal.Failed, Text: err.Error()})
	return nil
}

// stepGone is a step on an instance that no longer exists. For a delete that is success.
func (r *Requester) stepGone(s reconcile.Step, now time.Time) error {
	e := r.Ledger[s.Key]
	switch {
	case s.Verb == reconcile.Delete && e.Strays(s, r.Observed):
		r.Observed = r.Observed.Without(s.InstanceID)
		r.Tell(s.Key, s.InstanceID, reconcile.Delete, journal.Finished, "is gone")
		return nil
	case s.Verb == reconcile.Delete:
		e = e.Accepted(s, observed.Live{ID: s.InstanceID}, now)
		if s.Cause == reconcile.CauseLost {
			e = e.BeingDeleted(s.InstanceID)
		}
		r.Ledger[s.Key] = e
	}
	return r.LookedGone(s.Key, s.InstanceID, now)
}

// sentence says a step as it would be said of a person's work.
func sentence(s reconcile.Step) string {
	var parts []string
	for _, c := range s.Changes {
		if c.Old == "" {
			parts = append(parts, c.Field+" "+c.New)
			continue
		}
		parts = append(parts, c.Field+" "+c.Old+" -> "+c.New)
	}
	if len(parts) == 0 {
		return string(s.Verb) + ": " + s.Reason
	}
	return string(s.Verb) + " " + strings.Join(parts, ", ") + ": " + s.Reason
}
