package task

import (
	"cmp"
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/requests"
)

// Demands counts the transitions of a plan by when they go out, and adds the instants at which
// what waits can go on; soonest first.
func Demands(p reconcile.Plan) []requests.Demand {
	all := make([]requests.Demand, 0, len(p.Next))
	for _, t := range p.Next {
		if t.Start.After(p.At) { // later than that it is a step of the plan
			all = append(all, requests.Demand{At: t.Start, N: 1})
		}
		if t.At.After(t.Start) {
			all = append(all, requests.Demand{At: t.At, N: 0})
		}
	}
	for _, s := range p.Steps {
		if !s.Verb.Acts() && s.Due.After(p.At) {
			all = append(all, requests.Demand{At: s.Due, N: 0})
		}
	}
	slices.SortFunc(all, func(a, b requests.Demand) int { return a.At.Compare(b.At) })
	var ds []requests.Demand
	for _, d := range all {
		if n := len(ds); n > 0 && ds[n-1].At.Equal(d.At) {
			ds[n-1].N += d.N
			continue
		}
		ds = append(ds, d)
	}
	return ds
}

// Admit chooses what to send at now, in order, and says when to ask again: when a slot opens for
// what is due, or something becomes due, or an edge comes. wake is zero when only something new
// can give work, and never before or at now.
//
// The urgent may use every free slot. What can wait leaves the slots that a coming edge needs,
// so that at 19:00:00 the whole budget is there for 25 pauses; but a task long past its deadline
// counts as urgent, so nothing starves.
func Admit(now time.Time, log requests.Log, tasks []Task, demands []requests.Demand) (send []Task, wake time.Time) {
	log = log.Trimmed(now)
	due, wake := split(now, tasks)
	var left []Task
	for _, t := range due {
		room := log.Free(now)
		if !t.urgent(now) {
			room = log.Spare(now, demands)
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
		wake = sooner(wake, reopens(log, now, left, demands))
	}
	if i := slices.IndexFunc(demands, func(d requests.Demand) bool { return d.At.After(now) }); i >= 0 {
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
func reopens(l requests.Log, now time.Time, left []Task, demands []requests.Demand) time.Time {
	at := l.Spares(now, demands)
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

// sooner is the earlier of two instants; the zero one means never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
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

func earlier(a, b time.Time) time.Time {
	if a.After(b) {
		return b
	}
	return a
}
