package reconcile

import (
	"fmt"
	"slices"
	"time"
)

// FailureKind says what can be done about a failed step.
type FailureKind string

const (
	FailureLater  FailureKind = "later"  // the server or the way to it; try again
	FailureState  FailureKind = "state"  // the instance was not in the state for it; look again
	FailurePerson FailureKind = "person" // rights, quota, billing, or a value the server refuses
	FailureStore  FailureKind = "store"  // the credential store: what it refuses is mended there, and asking it costs no request
	FailureUndone FailureKind = "undone" // the server accepted it and did not do it
)

// Failure is a step that did not succeed.
type Failure struct {
	Verb    Verb        `json:"verb"`
	Changes []Change    `json:"changes,omitempty"` // a step with other changes is a new try
	Kind    FailureKind `json:"kind"`
	Message string      `json:"message"`
	At      time.Time   `json:"at"`
	Count   int         `json:"count"`            // in a row
	Undone  int         `json:"undone,omitempty"` // of them accepted and not done
	RetryAt time.Time   `json:"retry_at"`
	// Earlier is of the other sort: a transition's beside a change's. Were one forgotten for the
	// other, two steps that both fail would take turns, and neither would ever wait.
	Earlier *Failure `json:"earlier,omitempty"`
}

// The wait before a failed step is tried again doubles from retryFirst to retryMost. What needs
// a person is tried again too, rarely: rights, quotas and bills are mended outside the file.
const (
	retryFirst  = 15 * time.Second
	retryMost   = 15 * time.Minute
	retryPerson = time.Hour
)

// Failed records that a step did not succeed. after is what the server asked for, 0 if nothing.
func (e Entry) Failed(s Step, kind FailureKind, message string, after time.Duration, now time.Time) Entry {
	f := Failure{Verb: s.Verb, Changes: s.Changes, Kind: kind, Message: message, At: now, Count: 1}
	if old := e.failure(s); old != nil {
		f.Count, f.Undone = old.Count+1, old.Undone
	}
	if kind == FailureUndone {
		f.Undone++
	}
	for old := e.Failure; old != nil; old = old.Earlier {
		if old.transition() != f.transition() {
			other := *old
			other.Earlier = nil
			f.Earlier = &other
		}
	}
	f.RetryAt = now.Add(max(f.wait(), after))
	e.Failure = &f
	return e
}

// wait is how long to leave a failed step alone.
func (f Failure) wait() time.Duration {
	switch f.Kind {
	case FailurePerson:
		return retryPerson
	case FailureUndone:
		return min(undoneFirst<<min(f.Undone-1, 10), retryPerson)
	}
	return min(retryFirst<<min(f.Count-1, 10), retryMost)
}

// needsPerson reports whether only a person can mend what failed.
func (f Failure) needsPerson() bool {
	return f.Kind == FailurePerson || f.Kind == FailureStore || f.Undone >= undoneMost
}

// failure is the failure of s, if it is among those remembered.
func (e Entry) failure(s Step) *Failure {
	for f := e.Failure; f != nil; f = f.Earlier {
		if f.concerns(s) {
			return f
		}
	}
	return nil
}

// accepted returns what is still to be remembered once a step was accepted. One that was accepted
// before in vain proves itself by its result alone.
func (f *Failure) accepted(s Step) *Failure {
	for old := f; old != nil; old = old.Earlier {
		if old.concerns(s) && old.Undone > 0 {
			return f
		}
	}
	return f.succeeded(s)
}

// succeeded returns what is still to be remembered once a step worked. A pause that works says
// nothing of a change that does not.
func (f *Failure) succeeded(s Step) *Failure {
	step := Failure{Verb: s.Verb}
	for ; f != nil; f = f.Earlier {
		if f.transition() != step.transition() {
			other := *f
			other.Earlier = nil
			return &other
		}
	}
	return nil
}

// concerns reports whether a step is the one that failed: a file that asks for something else
// is a new try.
func (f Failure) concerns(s Step) bool {
	return f.Verb == s.Verb && slices.Equal(f.Changes, s.Changes)
}

func (f Failure) transition() bool { return f.Verb == Pause || f.Verb == Resume }

// note says that s failed and when it is tried again.
func (f Failure) note(s Step, asleep bool) Step {
	next, due := "next try "+f.RetryAt.Format("15:04:05 MST"), f.RetryAt
	if f.needsPerson() && asleep {
		next, due = "next try when it runs, or when the file asks for something else", time.Time{}
	}
	note := f.said(s, next)
	note.Due = due
	return note
}

func (f Failure) said(s Step, next string) Step {
	switch {
	case f.Undone >= undoneMost:
		return block(s, CauseFailed, ProblemUndone, fmt.Sprintf(
			"%s failed %d times: %s; make the change in the Aura console, take it out of the file, or ask Neo4j's support; %s", s.Verb, f.Undone, f.Message, next))
	case f.Kind == FailureStore:
		return block(s, CauseFailed, ProblemRefused, fmt.Sprintf("%s failed: %s; %s, or at once with: aurad credential recover", s.Verb, f.Message, next))
	case f.Kind == FailurePerson:
		return block(s, CauseFailed, ProblemRefused, fmt.Sprintf("%s failed: %s; %s", s.Verb, f.Message, next))
	}
	return silence(s, Wait, CauseFailed, fmt.Sprintf("%s failed: %s; %s", s.Verb, f.Message, next))
}

// gate holds a chain back from the first step on that failed, until its retry.
func (w World) gate(e Entry, steps []Step) []Step {
	for i, s := range steps {
		if f := e.failure(s); f != nil && w.Now.Before(f.RetryAt) {
			note := f.note(s, false)
			note.Phase = 0
			return slices.Concat(steps[:i], []Step{note}, shift(steps[i:], 1))
		}
	}
	return steps
}

// FailedTries counts the tries in a row that came to nothing.
func (e Entry) FailedTries() int {
	switch {
	case e.Birth != nil:
		return e.Birth.Tries
	case e.Failure != nil:
		return e.Failure.Count
	}
	return 0
}
