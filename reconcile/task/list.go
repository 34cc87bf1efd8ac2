package task

import (
	"time"

	"github.com/aurad/aurad/reconcile"
)

// showsUp is how long a create that was not answered is left alone before the list is asked for
// it: a list of the very instant of the intent proves nothing, and would be asked for again and again.
const showsUp = time.Second

// listTask is when to ask for all instances next.
func (w agenda) listTask(pace Pace) Task {
	t := Task{Kind: List, Requests: 1, rank: rankList}
	if w.Observed.ListedAt.IsZero() {
		return t
	}
	t.Due = w.Observed.ListedAt.Add(pace.ListEvery)
	t.Deadline = t.Due.Add(2 * pace.ListEvery)
	if w.Observed.ListedAt.Before(w.JumpedAt) {
		t.Due = sooner(t.Due, w.JumpedAt)
	}
	for _, e := range w.Ledger {
		if m := e.Missing; m != nil && m.Lists < 2 { // one more tells
			t.Due = sooner(t.Due, later(w.Observed.ListedAt, m.At).Add(reconcile.LagGrace))
		}
		if until, ok := w.onlyListKnows(e); ok {
			t.Due = sooner(t.Due, later(w.Observed.ListedAt.Add(reconcile.FreshList), until))
		}
	}
	return t
}

// onlyListKnows reports whether only a list can say what came of a create of e, and from when on it can.
func (w agenda) onlyListKnows(e reconcile.Entry) (until time.Time, ok bool) {
	b := e.Birth
	switch {
	case b == nil && e.ID == "" && len(e.Tombstones) > 0:
		r := e.Recover(w.Observed, w.Now)
		return r.Until, r.Next != reconcile.NextPost
	case b == nil, e.AnswerAwaited():
		return time.Time{}, false
	case b.Stage == reconcile.Intended:
		return b.At.Add(b.Grace), true
	}
	return time.Time{}, b.Stage == reconcile.Spooled && b.Unread != "" && b.InstanceID == ""
}

func (w agenda) wantsList(key string) bool {
	e := w.Ledger[key]
	return e.ID == "" && e.Recover(w.Observed, w.Now).Next == reconcile.NextList
}

// listAgain is when to look for a create that was not answered, or not believed: as soon as it can
// show. But after a clock was set back no list seems newer than the create, and one a minute has to do.
func (w agenda) listAgain(key string) time.Time {
	since := askedFor(w.Ledger[key])
	if since.After(w.Now) {
		return w.Observed.ListedAt.Add(reconcile.FreshList)
	}
	return later(w.Now, since.Add(showsUp))
}

// askedFor is when the newest create was asked for, or refused; zero when there was none.
func askedFor(e reconcile.Entry) time.Time {
	if e.Birth != nil {
		return e.Birth.At
	}
	if n := len(e.Tombstones); n > 0 {
		return e.Tombstones[n-1].Since
	}
	return time.Time{}
}
