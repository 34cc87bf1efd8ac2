package reconcile

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
)

// Aura accepts changes that it then does not make: a 202 and the size stays, a resume that falls
// back to paused. Trying again at once would go on for ever, so the wait doubles from undoneFirst to
// an hour, and from the undoneMost-th time in a row on it is a person's to look into.
const (
	undoneFirst = 30 * time.Second
	undoneMost  = 3
)

// undone records that op, which Aura accepted, ended without its result. A create is not tried
// again: what it made is there, whatever its state.
func (e Entry) undone(op Operation, live observed.Live, now time.Time) Entry {
	if op.Verb == Create {
		return e
	}
	return e.Failed(op.step(), FailureUndone, notDone(op.asked(live)), 0, now)
}

// renaming records an accepted rename, which costs no look of its own: a name that has to be asked
// for again, although Aura took it, was not given.
func (e Entry) renaming(s Step, now time.Time) Entry {
	name := s.Changes[0]
	if e.Requested.Name == name.New {
		e = e.Failed(s, FailureUndone, notDone(lacks(name.Field, name.New, name.Old)), 0, now)
	}
	e.Requested.Name = name.New
	return e
}

// named forgets an accepted rename once the name is seen.
func (e Entry) named(live observed.Live) Entry {
	if e.Requested.Name != "" && e.Requested.Name == live.Name {
		e.Requested.Name = ""
		e.Failure = e.Failure.succeeded(Step{Verb: Rename})
	}
	return e
}

// Undone is how many times in a row Aura accepted s and did not do it.
func (e Entry) Undone(s Step) int {
	if f := e.failure(s); f != nil {
		return f.Undone
	}
	return 0
}

func notDone(asked string) string { return "Aura accepted it and did not do it: " + asked }

// step is what the operation was accepted for.
func (o Operation) step() Step { return Step{Verb: o.Verb, Changes: o.Changes} }

// asked says what an operation was for, and what a look shows in its place.
func (o Operation) asked(live observed.Live) string {
	switch o.Verb {
	case Pause:
		return lacks("", "paused", live.Status)
	case Resume:
		return lacks("", "running", live.Status)
	case Delete:
		return "it is still there, " + live.Status
	}
	var all []string
	for _, c := range o.Changes {
		if shown := valueOf(live, c.Field); shown != c.New {
			all = append(all, lacks(c.Field, c.New, shown))
		}
	}
	if len(all) == 0 {
		return "it is " + live.Status
	}
	return strings.Join(all, "; ")
}

// lacks says that want was asked for and have is there; field is "" for the state.
func lacks(field, want, have string) string {
	if field == "" {
		return fmt.Sprintf("asked for %s, it is %s", want, have)
	}
	if have == "" {
		return fmt.Sprintf("asked for %s %s, which is not shown", field, want)
	}
	return fmt.Sprintf("asked for %s %s, there is %s", field, want, have)
}
