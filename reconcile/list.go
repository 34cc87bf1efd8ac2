package reconcile

import "time"

// freshList is how old the list before a create may be: it is what rules out a duplicate.
const freshList = time.Minute

// showsUp is how long a create that was not answered is left alone before the list is asked for
// it: a list of the very instant of the intent proves nothing, and would be asked for again and again.
const showsUp = time.Second

// listTask is when to ask for all instances next.
func (w World) listTask(pace Pace) Task {
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
			t.Due = sooner(t.Due, later(w.Observed.ListedAt, m.At).Add(lagGrace))
		}
		if until, ok := w.onlyListKnows(e); ok {
			t.Due = sooner(t.Due, later(w.Observed.ListedAt.Add(freshList), until))
		}
	}
	return t
}

// onlyListKnows reports whether only a list can say what came of a create of e, and from when on it can.
func (w World) onlyListKnows(e Entry) (until time.Time, ok bool) {
	b := e.Birth
	switch {
	case b == nil && e.ID == "" && len(e.Tombstones) > 0:
		r := e.Recover(w.Observed, w.Now)
		return r.Until, r.Next != NextPost
	case b == nil, b.underWay:
		return time.Time{}, false
	case b.Stage == Intended:
		return b.At.Add(b.Grace), true
	}
	return time.Time{}, b.Stage == Spooled && b.Unread != "" && b.InstanceID == ""
}

func (w World) wantsList(key string) bool {
	e := w.Ledger[key]
	return e.ID == "" && e.Recover(w.Observed, w.Now).Next == NextList
}

// listAgain is when to look for a create that was not answered, or not believed: as soon as it can
// show. But after a clock was set back no list seems newer than the create, and one a minute has to do.
func (w World) listAgain(key string) time.Time {
	since := w.Ledger[key].asked()
	if since.After(w.Now) {
		return w.Observed.ListedAt.Add(freshList)
	}
	return later(w.Now, since.Add(showsUp))
}

// asked is when the newest create was asked for, or refused; zero when there was none.
func (e Entry) asked() time.Time {
	if e.Birth != nil {
		return e.Birth.At
	}
	if n := len(e.Tombstones); n > 0 {
		return e.Tombstones[n-1].Since
	}
	return time.Time{}
}

// freshlyListed reports whether the newest list may rule out a duplicate. One from the future,
// as after a clock was set back, is of unknown age.
func (w World) freshlyListed() bool {
	age := w.Now.Sub(w.Observed.ListedAt)
	return age >= 0 && age < freshList
}
