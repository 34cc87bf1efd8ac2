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
		if e.Birth != nil && e.Birth.Stage == Intended {
			t.Due = sooner(t.Due, later(w.Observed.ListedAt.Add(freshList), e.Birth.At.Add(e.Birth.Grace)))
		}
	}
	return t
}

func (w World) wantsList(key string) bool {
	b := w.Ledger[key].Birth
	return b != nil && Recover(b, w.Observed, w.Now).Next == NextList
}

// listAgain is when to look for an unanswered create: as soon as it can show. But after a clock
// was set back no list seems newer than the create, and one a minute has to do.
func (w World) listAgain(key string) time.Time {
	b := w.Ledger[key].Birth
	if b.At.After(w.Now) {
		return w.Observed.ListedAt.Add(freshList)
	}
	return later(w.Now, b.At.Add(showsUp))
}

// freshlyListed reports whether the newest list may rule out a duplicate. One from the future,
// as after a clock was set back, is of unknown age.
func (w World) freshlyListed() bool {
	age := w.Now.Sub(w.Observed.ListedAt)
	return age >= 0 && age < freshList
}
