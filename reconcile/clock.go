package reconcile

import (
	"slices"
	"time"
)

// A clock that was set makes nothing older or younger. Shifted moves what is remembered along with
// it, for a process that saw it happen; NotAfter puts right what a process finds that was started after
// the clock was set back.

// Shifted returns e as a clock would have stamped it that shows by more, and whether that changes
// anything. What was seen of schedules, edges and pauses, is by the clock itself and stays.
func (e Entry) Shifted(by time.Duration) (Entry, bool) {
	if e.Op == nil && e.Birth == nil && e.Failure == nil && e.Missing == nil && len(e.Tombstones) == 0 {
		return e, false
	}
	if e.Missing != nil {
		moved := *e.Missing
		moved.At = shifted(moved.At, by)
		e.Missing = &moved
	}
	if e.Op != nil {
		moved := *e.Op
		moved.StartedAt, moved.LookedAt = shifted(moved.StartedAt, by), shifted(moved.LookedAt, by)
		e.Op = &moved
	}
	if e.Birth != nil {
		moved := *e.Birth
		moved.At, moved.RetryAt = shifted(moved.At, by), shifted(moved.RetryAt, by)
		e.Birth = &moved
	}
	e.Tombstones = stamped(e.Tombstones, func(since time.Time) time.Time { return shifted(since, by) })
	e.Failure = e.Failure.shifted(by)
	return e, true
}

// stamped returns the tombstones with other times.
func stamped(all []Tombstone, since func(time.Time) time.Time) []Tombstone {
	all = slices.Clone(all)
	for i := range all {
		all[i].Since = since(all[i].Since)
	}
	return all
}

func (f *Failure) shifted(by time.Duration) *Failure {
	if f == nil {
		return nil
	}
	moved := *f
	moved.At, moved.RetryAt, moved.Earlier = shifted(f.At, by), shifted(f.RetryAt, by), f.Earlier.shifted(by)
	return &moved
}

// NotAfter returns e with everything that can only have happened in the past put no later than
// now, and every wait that began then begun anew. A clock that was set back by hours would
// otherwise hold back confirmations and retries for as long.
func (e Entry) NotAfter(now time.Time) Entry {
	e.Settled.Since = earlier(e.Settled.Since, now)
	if op := e.Op; op != nil && (op.StartedAt.After(now) || op.LookedAt.After(now)) {
		moved := *op
		moved.StartedAt, moved.LookedAt = earlier(op.StartedAt, now), earlier(op.LookedAt, now)
		e.Op = &moved
	}
	if b := e.Birth; b != nil && (b.At.After(now) || b.RetryAt.After(now.Add(birthMost))) {
		moved := *b
		moved.At, moved.RetryAt = earlier(b.At, now), earlier(b.RetryAt, now.Add(birthMost))
		e.Birth = &moved
	}
	if slices.ContainsFunc(e.Tombstones, func(t Tombstone) bool { return t.Since.After(now) }) {
		e.Tombstones = stamped(e.Tombstones, func(since time.Time) time.Time { return earlier(since, now) })
	}
	e.Missing = e.Missing.notAfter(now)
	e.Failure = e.Failure.notAfter(now)
	return e
}

// birthMost is the longest wait of a create under way: what a server may ask for.
const birthMost = 2 * time.Minute

func (f *Failure) notAfter(now time.Time) *Failure {
	if f == nil || !f.At.After(now) && (f.Earlier == nil || !f.Earlier.At.After(now)) {
		return f
	}
	moved := *f
	if f.At.After(now) {
		moved.At, moved.RetryAt = now, now.Add(f.RetryAt.Sub(f.At))
	}
	moved.Earlier = f.Earlier.notAfter(now)
	return &moved
}

// shifted moves an instant; never stays never.
func shifted(t time.Time, by time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(by)
}

func earlier(a, b time.Time) time.Time {
	if a.After(b) {
		return b
	}
	return a
}
