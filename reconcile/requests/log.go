// Package requests is the log of what an account was asked, by which no window of a minute ever holds
// more than its limit, and the slots that coming edges need.
//
// It must not know what the requests are for: package reconcile chooses among them.
package requests

import (
	"slices"
	"time"
)

// Window is the span that the account's limit counts over.
const Window = time.Minute

// Log is the sliding log of the account's requests: the only way to be sure that no window of
// 60 seconds holds more than the limit. A token bucket with a burst of N lets 2N through.
type Log struct {
	Limit  int         // requests in any Window; what is reserved for others already taken off
	Sent   []time.Time // ascending; when the answer came, or when it was sent if none came yet
	Frozen time.Time   // nothing is sent before this: the server said so

	Lowered   int       // what was left of Limit when somebody else was felt; 0 for nobody
	LoweredAt time.Time // when
}

// A lowered limit rises every creep by a 25th of the real one, so that it is back in an hour or
// so; it never sinks below a third, or a short burst of somebody else's would stop the schedules.
const (
	Creep      = 5 * time.Minute
	creepShare = 25
	leastShare = 3
)

// Allowed is how many requests any Window may hold, at now.
func (l Log) Allowed(now time.Time) int {
	if l.Lowered == 0 {
		return l.Limit
	}
	steps := int(max(0, now.Sub(l.LoweredAt)) / Creep)
	return min(l.Limit, l.Lowered+steps*max(1, l.Limit/creepShare))
}

// Refused returns the log after the server refused a request at now, with nothing to be sent
// before until. If the log says that we were inside the limit, somebody else uses the same client
// id, and foreign is true: from then on we take what that one left us.
func (l Log) Refused(now, until time.Time) (next Log, foreign bool) {
	l.Frozen = until
	if ours := l.Held(now) - 1; ours < l.Allowed(now) { // the refused one is in the log too
		l.Lowered, l.LoweredAt, foreign = max(1, ours, l.Limit/leastShare), now, true
	}
	return l, foreign
}

// Trimmed drops what no window can hold any more.
func (l Log) Trimmed(now time.Time) Log {
	i, _ := slices.BinarySearchFunc(l.Sent, now.Add(-Window), func(t, edge time.Time) int {
		if t.After(edge) {
			return 1
		}
		return -1
	})
	l.Sent = l.Sent[i:]
	return l
}

// Free is how many requests may be sent at now.
func (l Log) Free(now time.Time) int {
	if now.Before(l.Frozen) {
		return 0
	}
	return max(0, l.Allowed(now)-l.Held(now))
}

// Held is how many of the slots used so far are still taken at t.
func (l Log) Held(t time.Time) int {
	n := 0
	for _, sent := range slices.Backward(l.Sent) {
		if !sent.After(t.Add(-Window)) {
			break
		}
		n++
	}
	return n
}

// Opens is the first instant from now on at which a request may be sent.
func (l Log) Opens(now time.Time) time.Time {
	at := now
	allowed := l.Allowed(now)
	if allowed <= 0 {
		return now.Add(Window)
	}
	if n := len(l.Sent) - allowed; n >= 0 {
		if opens := l.Sent[n].Add(Window); opens.After(at) {
			at = opens
		}
	}
	if l.Frozen.After(at) {
		at = l.Frozen
	}
	if rise := l.rises(now); !rise.IsZero() && rise.Before(at) {
		if opens := l.Opens(rise); opens.Before(at) {
			at = opens
		}
	}
	return at
}

// rises is when a lowered limit rises next; zero when it does not.
func (l Log) rises(now time.Time) time.Time {
	if l.Lowered == 0 || l.Allowed(now) >= l.Limit {
		return time.Time{}
	}
	return l.LoweredAt.Add((max(0, now.Sub(l.LoweredAt))/Creep + 1) * Creep)
}

// Take returns the log with a request sent at now. A clock that was set back stamps no earlier
// than the newest entry: the log stays in order, and errs on the safe side.
func (l Log) Take(now time.Time) Log {
	l = l.Trimmed(now)
	if n := len(l.Sent); n > 0 && l.Sent[n-1].After(now) {
		now = l.Sent[n-1]
	}
	l.Sent = append(slices.Clone(l.Sent), now)
	return l
}

// Answered moves the stamp of a request sent at sent to when its answer came: the server
// counted it some time between, so the later instant is the safe one.
func (l Log) Answered(sent, now time.Time) Log {
	l.Sent = slices.Clone(l.Sent)
	if i := slices.Index(l.Sent, sent); i >= 0 && now.After(sent) {
		l.Sent = slices.Delete(l.Sent, i, i+1)
		at, _ := slices.BinarySearchFunc(l.Sent, now, time.Time.Compare)
		l.Sent = slices.Insert(l.Sent, at, now)
	}
	return l
}

// Demand is a number of requests that will be wanted at once at a coming instant. N may be 0,
// where something can be done then but no slot needs saving.
type Demand struct {
	At time.Time
	N  int
}

// AnswerTime is how long an answer may take: a request counts from then, so what is sent this
// much more than a Window before an edge may still be held at it.
const AnswerTime = 2 * time.Second

// Spare is how many requests that can wait may be sent at now without taking a slot that a
// coming edge needs. Edges less than a window apart share one window's slots.
func (l Log) Spare(now time.Time, demands []Demand) int {
	spare, wanted := l.Free(now), 0
	for _, d := range demands {
		if !d.At.After(now) {
			continue
		}
		if d.At.Sub(now) >= Window+AnswerTime {
			break
		}
		wanted += d.N
		allowed := l.Allowed(now)
		spare = min(spare, allowed-l.Held(d.At.Add(-AnswerTime))-min(wanted, allowed))
	}
	return max(0, spare)
}

// Spares is the first instant after now at which a slot is to spare, but no later than a Window.
// It can only be one at which a slot opens, an edge has come, or the limit rises.
func (l Log) Spares(now time.Time, demands []Demand) time.Time {
	most := now.Add(Window)
	turns := []time.Time{l.Frozen, l.rises(now)}
	for _, sent := range l.Sent {
		turns = append(turns, sent.Add(Window))
	}
	for _, d := range demands {
		turns = append(turns, d.At)
	}
	slices.SortFunc(turns, time.Time.Compare)
	for _, at := range turns {
		if at.After(now) && at.Before(most) && l.Trimmed(at).Spare(at, demands) > 0 {
			return at
		}
	}
	return most
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
	l.Sent = sent
	for _, at := range []*time.Time{&l.Frozen, &l.LoweredAt} {
		if !at.IsZero() { // never stays never
			*at = at.Add(by)
		}
	}
	return l
}
