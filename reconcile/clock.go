package reconcile

import "time"

// NotAfter returns e with everything that can only have happened in the past put no later than
// now, and every wait that began then begun anew. A clock that was set back by hours would
// otherwise hold back confirmations and retries for as long.
func (e Entry) NotAfter(now time.Time) Entry {
	e.RemovedAt, e.Settled.Since = earlier(e.RemovedAt, now), earlier(e.Settled.Since, now)
	if op := e.Op; op != nil && (op.StartedAt.After(now) || op.LookedAt.After(now)) {
		moved := *op
		moved.StartedAt, moved.LookedAt = earlier(op.StartedAt, now), earlier(op.LookedAt, now)
		e.Op = &moved
	}
	if b := e.Birth; b != nil && (b.At.After(now) || b.RetryAt.After(now.Add(retryMost))) {
		moved := *b
		moved.At, moved.RetryAt = earlier(b.At, now), earlier(b.RetryAt, now.Add(retryMost))
		e.Birth = &moved
	}
	if f := e.Failure; f != nil && f.At.After(now) {
		moved := *f
		moved.At, moved.RetryAt = now, now.Add(f.RetryAt.Sub(f.At))
		e.Failure = &moved
	}
	return e
}

// NotAfter returns o with no look in the future of now. A list from the future is of unknown
// age and does not count: it could not rule out a duplicate.
func (o Observed) NotAfter(now time.Time) Observed {
	if !o.ListedAt.After(now) {
		return o
	}
	moved := Observed{Instances: make([]Live, len(o.Instances))}
	for i, l := range o.Instances {
		l.SeenAt = earlier(l.SeenAt, now)
		moved.Instances[i] = l
	}
	return moved
}

// Shifted returns l as a clock would have stamped it that shows by more.
func (l Log) Shifted(by time.Duration) Log {
	if by == 0 {
		return l
	}
	sent := make([]time.Time, len(l.Sent))
	for i, at := range l.Sent {
		sent[i] = at.Add(by)
	}
	l.Sent, l.Frozen, l.LoweredAt = sent, shifted(l.Frozen, by), shifted(l.LoweredAt, by)
	return l
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

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
