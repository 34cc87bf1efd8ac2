// Package task is what could be sent for a plan, and when: its steps, looks, lists, confirmations, and
// the order in which a short budget is spent on them (Admit).
//
// It knows plans and what is remembered, and must not know how a request is sent. It decides nothing
// about an instance: that is package reconcile's, which needs nothing of this.
package task

import (
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/requests"
)

// Kind is what a task asks of the API.
type Kind string

const (
	Take    Kind = "take"    // a step of the plan
	Name    Kind = "name"    // a new instance's real name; the reply also confirms that it is up
	Confirm Kind = "confirm" // look whether an operation has ended
	List    Kind = "list"    // all instances, without their state
	Look    Kind = "look"    // one instance in detail
	Renew   Kind = "renew"   // the access token, until Deadline, so that an edge pays for none
)

// Task is one request that could be sent, and when.
type Task struct {
	Kind     Kind
	Key      string // "" for List and for instances that are not ours
	ID       string
	Step     reconcile.Step // with Take
	Requests int            // slots of the budget it needs now: 0 or 1
	Due      time.Time      // not before
	Deadline time.Time      // later than this it counts as urgent; zero: it can always wait its turn
	rank     int
}

// Ranks after those of the steps.
const (
	rankOverdue = 3 // a task past its deadline goes with creates and changes
	rankRenew   = 5
	rankConfirm = 6
	rankList    = 7
	rankAhead   = 7 // a look ahead of an edge: not urgent for that, since the edge needs the slots more
	rankLook    = 8
	rankWatch   = 9 // for the work of hands: nothing waits for it
)

// urgent reports whether a task may use the slots that a coming edge needs. One long past its
// deadline may: edges that follow each other closely must not starve the rest.
func (t Task) urgent(now time.Time) bool {
	return t.rank < rankOverdue || !t.Deadline.IsZero() && !now.Before(t.urgentFrom())
}

// urgentFrom is when a task that can wait will have waited long enough.
func (t Task) urgentFrom() time.Time { return t.Deadline.Add(requests.Window + 1) }

func (t Task) overdue(now time.Time) bool { return !t.Deadline.IsZero() && t.Deadline.Before(now) }

func (t Task) rankAt(now time.Time) int {
	if t.overdue(now) {
		return min(t.rank, rankOverdue)
	}
	return t.rank
}

// Beside reports whether two tasks may be under way together: looks, and the pauses or the
// resumes of one edge, which are late together if they wait for each other's answers. All else
// goes out one after the other, in the order of the plan.
func (t Task) Beside(o Task) bool {
	switch {
	case t.Kind != o.Kind:
		return false
	case t.Kind == Take:
		wave := t.Step.Verb == reconcile.Pause || t.Step.Verb == reconcile.Resume
		return wave && t.Step.Verb == o.Step.Verb && t.Step.Due.Equal(o.Step.Due)
	}
	return t.Kind == Look || t.Kind == Confirm
}

// Pace is how often aurad looks without being asked.
type Pace struct {
	ListEvery time.Duration // a list finds what is new, gone, or renamed
	MaxAge    time.Duration // no instance's last detailed look is older

	// EnforceWithin is how long the work of a hand stands where it is undone at once; 0 looks for none.
	EnforceWithin time.Duration
}

// agenda is a world in which something is to be sent.
type agenda struct{ reconcile.World }

// Of returns everything that could be sent for a plan, now or later, in no special order.
func Of(world reconcile.World, p reconcile.Plan, pace Pace) []Task {
	w := agenda{world}
	list := w.listTask(pace)
	tasks := w.looks(pace)
	named, behind := map[string]bool{}, w.Surveying
	for _, s := range p.Steps {
		switch {
		case s.Cause == reconcile.CauseInFlight && w.wantsList(s.Key):
			list.Due, list.rank = w.listAgain(s.Key), 0
			continue
		case s.Cause == reconcile.CauseUnobserved && s.Would == reconcile.Create: // keeps nothing else waiting: the list may fail for ever
			list.Due = w.Now
			continue
		case !s.Verb.Acts() || s.Phase > 0:
			continue
		case s.Verb == reconcile.Create && (s.Cause == reconcile.CauseNew || s.Cause == reconcile.CauseGone) && !w.FreshlyListed():
			list.Due, list.rank = w.Now, min(list.rank, s.Rank())
			behind = true // the list comes first, then this, then what the plan has after it
			continue
		case s.Verb == reconcile.Delete && s.Cause == reconcile.CauseRemoved && !w.freshlySeen(s.InstanceID):
			lookFirst(tasks, s, w.Now)
			continue
		case naming(w.Ledger[s.Key], s):
			named[s.Key] = true
			continue
		case behind && s.Rank() >= rankOverdue:
			continue
		}
		tasks = append(tasks, Task{Kind: Take, Key: s.Key, ID: s.InstanceID, Step: s, Requests: requestsNow(s, w.Ledger[s.Key]), Due: later(notBefore(s), w.wholeFor(s)), Deadline: s.Due, rank: s.Rank()})
	}
	tasks = append(tasks, list)
	tasks = append(tasks, w.renewals(p)...)
	return append(tasks, w.confirmations(named)...)
}

// naming reports whether a step is the naming of a new instance, which waits for its time
// among the confirmations.
func naming(e reconcile.Entry, s reconcile.Step) bool {
	return s.Cause == reconcile.CauseUnfinished && e.Birth != nil && e.Birth.Stage == reconcile.Stored
}

// requestsNow is how many requests a step's next move needs.
func requestsNow(s reconcile.Step, e reconcile.Entry) int {
	if s.Verb == reconcile.Adopt || s.Verb == reconcile.Move || s.Cause == reconcile.CauseUnfinished && s.Verb == reconcile.Create {
		return 0 // bookkeeping, or bringing a spooled password to its store
	}
	return 1
}

// notBefore holds back what was told to wait. The Due of a transition is its edge, and an early
// resume goes before it.
func notBefore(s reconcile.Step) time.Time {
	if s.Cause == reconcile.CauseUnfinished {
		return s.Due
	}
	return time.Time{}
}
