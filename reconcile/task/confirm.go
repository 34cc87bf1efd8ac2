package task

import (
	"cmp"
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile"
)

// Looks at operations under way cost budget, and a look too early costs another one.
//
// Nothing waits for the end of a pause, a resume or a delete, so the first look comes when all
// those remembered would be done. Something does wait for the others (a name, a next step), so
// they are looked at when half of those remembered would be done. While nothing is known of a
// class, one instance is its scout: it is looked at often, and what it teaches times the rest.
const (
	lookMargin = 50 // a look comes 1/50 later than expected
	scoutFirst = 2 * time.Second
	scoutMost  = 30 * time.Second
	againLeast = 5 * time.Second
	againShare = 16 // the next look comes after 1/16 of the time passed so far
	tooLong    = 10 * time.Minute
)

// confirmations returns one task per operation under way. named are the keys that may be given
// their real name now: that request confirms them too.
func (w agenda) confirmations(named map[string]bool) []Task {
	scouts := w.scouts()
	var tasks []Task
	for _, key := range w.busy() {
		e := w.Ledger[key]
		t := Task{Kind: Confirm, Key: key, ID: e.ID, Requests: 1, rank: rankConfirm}
		naming := named[key]
		switch {
		case naming && e.Op == nil:
			t.Kind, t.rank, t.Due = Name, 0, e.Birth.RetryAt
		case e.Op == nil:
			continue
		case naming:
			t.Kind, t.rank, t.Due = Name, 0, later(w.confirmAt(*e.Op, scouts[e.Op.Class] == key), e.Birth.RetryAt)
		default:
			t.Due = w.confirmAt(*e.Op, scouts[e.Op.Class] == key)
			t.Deadline = t.Due.Add(tooLong)
		}
		if e.Birth != nil {
			t.ID = e.Birth.InstanceID
		}
		tasks = append(tasks, t)
	}
	return tasks
}

// busy returns the keys with something under way, in order.
func (w agenda) busy() []string {
	var keys []string
	for key, e := range w.Ledger {
		if e.Op != nil || e.Birth != nil {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// scouts names, for each class that nothing is known of, the oldest operation under way.
func (w agenda) scouts() map[string]string {
	keys := w.busy()
	slices.SortStableFunc(keys, func(a, b string) int {
		x, y := w.Ledger[a].Op, w.Ledger[b].Op
		if x == nil || y == nil {
			return cmp.Compare(btoi(x == nil), btoi(y == nil))
		}
		return x.StartedAt.Compare(y.StartedAt)
	})
	scouts := map[string]string{}
	for _, key := range keys {
		op := w.Ledger[key].Op
		if op == nil {
			break
		}
		if _, taken := scouts[op.Class]; !taken && len(w.Timings[op.Class]) == 0 {
			scouts[op.Class] = key
		}
	}
	return scouts
}

// confirmAt is when an operation is next looked at.
func (w agenda) confirmAt(op reconcile.Operation, scout bool) time.Time {
	if scout {
		from := later(op.StartedAt, op.LookedAt)
		return from.Add(min(scoutMost, scoutFirst<<min(op.Looks, 10)))
	}
	first := op.StartedAt.Add(w.likely(op))
	if op.Looks == 0 || op.LookedAt.Before(first) {
		return first
	}
	return op.LookedAt.Add(max(againLeast, op.LookedAt.Sub(op.StartedAt)/againShare))
}

// likely is how long an operation will have taken when it is worth a look.
func (w agenda) likely(op reconcile.Operation) time.Duration {
	took, known := w.Timings.Expected(op)
	if !known {
		return reconcile.UnknownLong
	}
	return took + took/lookMargin
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
