package reconcile

import (
	"cmp"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
)

// What happens to an entry. Each function takes an entry and returns the one to remember; the
// caller makes it durable.

// Sending is to be durable before the request of a step leaves: if the answer never comes, a
// state that changed all the same must not look like a hand's work. Nor must an early resume be
// forgotten: it teaches how long a resume takes, and what was learned must not undo it. The edge
// stays known, so that a transition that succeeds at the tenth try is known to be late.
func (e Entry) Sending(s Step) Entry {
	if s.Verb == Pause || s.Verb == Resume {
		before := e.Settled
		e.Settled = Settled{Until: s.Due}
		if s.Cause == CauseManual { // Aura resumed what a hand had paused
			e.Settled.State, e.Settled.Hand, e.Settled.Since = before.State, before.Hand, before.Since
		}
	}
	if s.Cause == CauseReadyBy {
		e.Settled.ReadyFor = s.Due
	}
	return e
}

// Adopted makes a live instance ours.
func (e Entry) Adopted(live observed.Live) Entry {
	if e.Missing.Gone() && e.ID != live.ID {
		e = e.Vacated()
	}
	e.ID, e.TenantID, e.Credential, e.Failure, e.Missing = live.ID, live.TenantID, CredentialUnknown, nil, nil
	return e
}

// Accepted records that Aura took a step; from is the status before it.
func (e Entry) Accepted(s Step, from observed.Live, now time.Time) Entry {
	e.Failure = e.Failure.accepted(s)
	for _, c := range s.Changes {
		e.Requested = e.Requested.with(c)
	}
	if s.Verb == Rename {
		return e.renaming(s, now)
	}
	e.Op = &Operation{Verb: s.Verb, Changes: s.Changes, From: from.Status, StartedAt: now,
		Class: ClassOf(s.Verb, from.Type, cmp.Or(from.Memory, e.Memory))}
	return e
}

// Seen records a look at the instance. took is how long the operation needed if this look ended
// it, else 0.
func (e Entry) Seen(live observed.Live, now time.Time) (next Entry, took time.Duration, verdict Verdict) {
	if live.Memory != "" {
		e.Memory, e.Storage = live.Memory, live.Storage
	}
	e = e.Present().named(live)
	if e.Op == nil {
		return e, 0, Done
	}
	op := *e.Op
	op.Looks, op.LookedAt = op.Looks+1, now
	op.Left = op.Left || live.Status != op.From
	verdict = op.Judge(live, now)
	e.Op = &op
	if verdict == Underway {
		return e, 0, verdict
	}
	e.Op = nil
	if verdict == Vanished {
		return e.undone(op, live, now), 0, verdict
	}
	e.Failure = e.Failure.succeeded(op.step())
	return e, now.Sub(op.StartedAt), verdict
}

// Gone records that the API no longer knows instance id, which an operation was about. A create is over
// with it only if that is the one it made: another one may be of a create that was given up before.
func (e Entry) Gone(id string, now time.Time) Entry {
	switch {
	case e.Op != nil && e.Op.Verb == Create && now.Sub(e.Op.StartedAt) < absentGrace:
		op := *e.Op
		op.Looks, op.LookedAt = op.Looks+1, now
		e.Op = &op
	case e.Op != nil && e.Op.Verb == Delete && e.Birth != nil && e.Birth.InstanceID == id:
		e = e.Buried()
		e.Op = nil
	default:
		e.Op = nil
	}
	return e
}
