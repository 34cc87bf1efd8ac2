package reconcile

import (
	"cmp"
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
	creep      = 5 * time.Minute
	creepShare = 25
	leastShare = 3
)

// allowed is how many requests any Window may hold, at now.
func (l Log) allowed(now time.Time) int {
	if l.Lowered == 0 {
		return l.Limit
	}
	steps := int(max(0, now.Sub(l.LoweredAt)) / creep)
	return min(l.Limit, l.Lowered+steps*max(1, l.Limit/creepShare))
}

// Refused returns the log after the server refused a request at now, with nothing to be sent
// before until. If the log says that we were inside the limit, somebody else uses the same client
// id, and foreign is true: from then on we take what that one left us.
func (l Log) Refused(now, until time.Time) (next Log, foreign bool) {
	l.Frozen = until
	if ours := l.Held(now) - 1; ours < l.allowed(now) { // the refused one is in the log too
		l.Lowered, l.LoweredAt, foreign = max(1, ours, l.Limit/leastShare), now, true
	}
	return l, foreign
}

// trimmed drops what no window can hold any more.
func (l Log) trimmed(now time.Time) Log {
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
	return max(0, l.allowed(now)-l.Held(now))
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
	allowed := l.allowed(now)
	if allowed <= 0 {
		return now.Add(Window)
	}
	if n := len(l.Sent) - allowed; n >= 0 {
		if opens := l.Sent[n].Add(Window); opens.After(at) {
			at = opens
		}
	}
	at = later(at, l.Frozen)
	if rise := l.rises(now); !rise.IsZero() && rise.Before(at) {
		at = earlier(at, l.Opens(rise))
	}
	return at
}

// rises is when a lowered limit rises next; zero when it does not.
func (l Log) rises(now time.Time) time.Time {
	if l.Lowered == 0 || l.allowed(now) >= l.Limit {
		return time.Time{}
	}
	return l.LoweredAt.Add((max(0, now.Sub(l.LoweredAt))/creep + 1) * creep)
}

// Take returns the log with a request sent at now. A clock that was set back stamps no earlier
// than the newest entry: the log stays in order, and errs on the safe side.
func (l Log) Take(now time.Time) Log {
	l = l.trimmed(now)
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

// Demands counts the transitions of a plan by when they go out, and adds the instants at which
// what waits can go on; soonest first.
func (p Plan) Demands() []Demand {
	all := make([]Demand, 0, len(p.Next))
	for _, t := range p.Next {
		if t.Start.After(p.At) { // later than that it is a step of the plan
			all = append(all, Demand{t.Start, 1})
		}
		if t.At.After(t.Start) {
			all = append(all, Demand{t.At, 0})
		}
	}
	for _, s := range p.Steps {
		if !s.Verb.Acts() && s.Due.After(p.At) {
			all = append(all, Demand{s.Due, 0})
		}
	}
	slices.SortFunc(all, func(a, b Demand) int { return a.At.Compare(b.At) })
	var ds []Demand
	for _, d := range all {
		if n := len(ds); n > 0 && ds[n-1].At.Equal(d.At) {
			ds[n-1].N += d.N
			continue
		}
		ds = append(ds, d)
	}
	return ds
}

// answerTime is how long an answer may take: a request counts from then, so what is sent this
// much more than a Window before an edge may still be held at it.
const answerTime = 2 * time.Second

// spare is how many requests that can wait may be sent at now without taking a slot that a
// coming edge needs. Edges less than a window apart share one window's slots.
func (l Log) spare(now time.Time, demands []Demand) int {
	spare, wanted := l.Free(now), 0
	for _, d := range demands {
		if !d.At.After(now) {
			continue
		}
		if d.At.Sub(now) >= Window+answerTime {
			break
		}
		wanted += d.N
		allowed := l.allowed(now)
		spare = min(spare, allowed-l.Held(d.At.Add(-answerTime))-min(wanted, allowed))
	}
	return max(0, spare)
}

// Admit chooses what to send at now, in order, and says when to ask again: when a slot opens for
// what is due, or something becomes due, or an edge comes. wake is zero when only something new
// can give work, and never before or at now.
//
// The urgent may use every free slot. What can wait leaves the slots that a coming edge needs,
// so that at 19:00:00 the whole budget is there for 25 pauses; but a task long past its deadline
// counts as urgent, so nothing starves.
func Admit(now time.Time, log Log, tasks []Task, demands []Demand) (send []Task, wake time.Time) {
	log = log.trimmed(now)
	due, wake := split(now, tasks)
	var left []Task
	for _, t := range due {
		room := log.Free(now)
		if !t.urgent(now) {
			room = log.spare(now, demands)
		}
		if t.Requests > 0 && room < 1 {
			left = append(left, t)
			continue
		}
		send = append(send, t)
		if t.Requests > 0 {
			log = log.Take(now)
		}
	}
	if len(left) > 0 { // only now is it known when a slot opens: what came after may have taken the last one
		wake = sooner(wake, log.reopens(now, left, demands))
	}
	if i := slices.IndexFunc(demands, func(d Demand) bool { return d.At.After(now) }); i >= 0 {
		wake = sooner(wake, demands[i].At)
	}
	return send, wake
}

// split returns the tasks that are due, most urgent first, and when the next other one will be.
func split(now time.Time, tasks []Task) (due []Task, next time.Time) {
	for _, t := range tasks {
		if t.Due.After(now) {
			next = sooner(next, t.Due)
			continue
		}
		due = append(due, t)
	}
	slices.SortStableFunc(due, func(a, b Task) int {
		return cmp.Or(cmp.Compare(a.rankAt(now), b.rankAt(now)), a.Deadline.Compare(b.Deadline), cmp.Compare(a.Key, b.Key))
	})
	return due, next
}

// reopens is the first instant after now at which one of the tasks that found no room finds some:
// a slot is to spare, or the task has become urgent and any slot will do.
func (l Log) reopens(now time.Time, left []Task, demands []Demand) time.Time {
	at := l.spares(now, demands)
	for _, t := range left {
		switch from := t.urgentFrom(); {
		case t.urgent(now):
			at = sooner(at, l.Opens(now))
		case !t.Deadline.IsZero():
			at = sooner(at, l.Opens(from))
		}
	}
	return at
}

// spares is the first instant after now at which a slot is to spare, but no later than a Window.
// It can only be one at which a slot opens, an edge has come, or the limit rises.
func (l Log) spares(now time.Time, demands []Demand) time.Time {
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
		if at.After(now) && at.Before(most) && l.trimmed(at).spare(at, demands) > 0 {
			return at
		}
	}
	return most
}

// sooner is the earlier of two instants; the zero one means never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
