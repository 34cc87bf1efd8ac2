package reconcile

import (
	"slices"
	"time"

	"github.com/aurad/aurad/spec"
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
	Step     Step      // with Take
	Requests int       // slots of the budget it needs now: 0 or 1
	Due      time.Time // not before
	Deadline time.Time // later than this it counts as urgent; zero: it can always wait its turn
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
)

// urgent reports whether a task may use the slots that a coming edge needs. One long past its
// deadline may: edges that follow each other closely must not starve the rest.
func (t Task) urgent(now time.Time) bool {
	return t.rank < rankOverdue || !t.Deadline.IsZero() && !now.Before(t.urgentFrom())
}

// urgentFrom is when a task that can wait will have waited long enough.
func (t Task) urgentFrom() time.Time { return t.Deadline.Add(Window + 1) }

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
		wave := t.Step.Verb == Pause || t.Step.Verb == Resume
		return wave && t.Step.Verb == o.Step.Verb && t.Step.Due.Equal(o.Step.Due)
	}
	return t.Kind == Look || t.Kind == Confirm
}

// Pace is how often aurad looks without being asked.
type Pace struct {
	ListEvery time.Duration // a list finds what is new, gone, or renamed
	MaxAge    time.Duration // no instance's last detailed look is older
}

// freshList is how old the list before a create may be: it is what rules out a duplicate.
const freshList = time.Minute

// showsUp is how long a create that was not answered is left alone before the list is asked for
// it: a list of the very instant of the intent proves nothing, and would be asked for again and again.
const showsUp = time.Second

// beforeEdge is when things are made ready ahead of an edge, so that the edge itself costs no
// look and no token. A wave that the budget stretches over minutes gets as many more.
const beforeEdge = 3 * time.Minute

// stretch is how many minutes of the budget n requests fill.
func (w World) stretch(n int) time.Duration {
	if w.Limit <= 0 {
		return 0
	}
	return time.Duration((n+w.Limit-1)/w.Limit) * Window
}

// Tasks returns everything that could be sent for a plan, now or later, in no special order.
func Tasks(w World, p Plan, pace Pace) []Task {
	list := w.listTask(pace)
	tasks := w.looks(pace)
	named := map[string]bool{}
	for _, s := range p.Steps {
		switch {
		case s.Cause == CauseInFlight && w.wantsList(s.Key):
			list.Due, list.rank = w.listAgain(s.Key), 0
			continue
		case !s.Verb.Acts() || s.Phase > 0:
			continue
		case s.Verb == Create && s.Cause == CauseNew && !w.freshlyListed():
			list.Due, list.rank = w.Now, min(list.rank, s.rank())
			continue // the list comes first; the create follows when it is there
		case naming(w.Ledger[s.Key], s):
			named[s.Key] = true
			continue
		}
		tasks = append(tasks, Task{Kind: Take, Key: s.Key, ID: s.InstanceID, Step: s, Requests: s.now(w.Ledger[s.Key]), Due: s.notBefore(), Deadline: s.Due, rank: s.rank()})
	}
	tasks = append(tasks, list)
	tasks = append(tasks, w.renewals(p)...)
	return append(tasks, w.confirmations(named)...)
}

// naming reports whether a step is the naming of a new instance, which waits for its time
// among the confirmations.
func naming(e Entry, s Step) bool {
	return s.Cause == CauseUnfinished && e.Birth != nil && e.Birth.Stage == Stored
}

// now is how many requests a step's next move needs.
func (s Step) now(e Entry) int {
	if s.Verb == Adopt || s.Cause == CauseUnfinished && s.Verb == Create {
		return 0 // bookkeeping, or bringing a spooled password to its store
	}
	return 1
}

// notBefore holds back what was told to wait. The Due of a transition is its edge, and an early
// resume goes before it.
func (s Step) notBefore() time.Time {
	if s.Cause == CauseUnfinished {
		return s.Due
	}
	return time.Time{}
}

// renewals asks for a token that outlasts the transitions of the next edge.
func (w World) renewals(p Plan) []Task {
	demands := p.Demands()
	i := slices.IndexFunc(demands, func(d Demand) bool { return d.N > 0 })
	if i < 0 {
		return nil
	}
	edge := demands[i]
	over := edge.At.Add(w.stretch(edge.N) + Window)
	if w.AuthorizedUntil.IsZero() || !w.AuthorizedUntil.Before(over) {
		return nil
	}
	return []Task{{Kind: Renew, Requests: 1, Due: edge.At.Add(-beforeEdge), Deadline: over, rank: rankRenew}}
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

func (w World) listTask(pace Pace) Task {
	t := Task{Kind: List, Requests: 1, rank: rankList}
	if w.Observed.ListedAt.IsZero() {
		return t
	}
	t.Due = w.Observed.ListedAt.Add(pace.ListEvery)
	t.Deadline = t.Due.Add(2 * pace.ListEvery)
	for _, e := range w.Ledger {
		if e.Birth != nil && e.Birth.Stage == Intended {
			t.Due = sooner(t.Due, later(w.Observed.ListedAt.Add(freshList), e.Birth.At.Add(e.Birth.Grace)))
		}
	}
	return t
}

// Unseen returns a look at every instance of the fleet that is known by name only.
func (w World) Unseen() []Task {
	return slices.DeleteFunc(w.looks(Pace{}), func(t Task) bool {
		live, _ := w.Observed.Find(t.ID)
		return !live.SeenAt.IsZero()
	})
}

// looks keeps every instance of the file in sight, the oldest look first.
func (w World) looks(pace Pace) []Task {
	tasks := make([]Task, 0, len(w.Desired))
	named, crowd := w.wanted(), map[time.Time]int{}
	for _, d := range w.Desired {
		crowd[w.start(d)]++
	}
	for _, d := range w.Desired {
		e, start := w.Ledger[d.Key], w.start(d)
		if live, ok := w.find(d, e, named); ok && e.Op == nil {
			tasks = append(tasks, w.look(d.Key, live, start, w.stretch(crowd[start]), pace))
		}
	}
	var removed []string
	for key, e := range w.Ledger {
		if e.ID != "" && e.Op == nil && !e.RemovedAt.IsZero() {
			removed = append(removed, key)
		}
	}
	for _, key := range slices.Sorted(slices.Values(removed)) {
		if live, ok := w.Observed.Find(w.Ledger[key].ID); ok {
			tasks = append(tasks, w.look(key, live, time.Time{}, 0, pace))
		}
	}
	return tasks
}

// wanted are the live instances that bear the name of a key that owns nothing yet: what it would
// adopt, or what forbids to create it.
func (w World) wanted() map[string][]Live {
	named := map[string][]Live{}
	for i := range w.Desired {
		if w.Ledger[w.Desired[i].Key].ID == "" {
			named[w.Desired[i].Name] = nil
		}
	}
	for i := range w.Observed.Instances {
		if all, ok := named[w.Observed.Instances[i].Name]; ok {
			named[w.Observed.Instances[i].Name] = append(all, w.Observed.Instances[i])
		}
	}
	return named
}

// look is when an instance is looked at next; crowd is how long the budget stretches the wave of
// its edge.
func (w World) look(key string, live Live, edge time.Time, crowd time.Duration, pace Pace) Task {
	t := Task{Kind: Look, Key: key, ID: live.ID, Requests: 1, rank: rankLook}
	if live.SeenAt.IsZero() {
		t.Deadline = w.Observed.ListedAt
		return t
	}
	t.Due, t.Deadline = live.SeenAt.Add(pace.MaxAge*3/4), live.SeenAt.Add(pace.MaxAge*9/10)
	if is, _ := classify(live.Status); is == statusMoving || is == statusLeaving {
		t.Due = sooner(t.Due, live.SeenAt.Add(lagGrace))
	}
	if p := w.Ledger[key].Settled; p.State == spec.Paused {
		t.Due = sooner(t.Due, later(p.Since.Add(resumesItself), live.SeenAt.Add(time.Hour)))
	}
	if ahead := edge.Add(-beforeEdge - 2*crowd); !edge.IsZero() && live.SeenAt.Before(ahead) && ahead.Before(t.Due) {
		t.Due, t.rank = ahead, rankAhead
	}
	return t
}

// find is the live instance that a key owns, or could adopt.
func (w World) find(d spec.Desired, e Entry, named map[string][]Live) (Live, bool) {
	switch {
	case e.ID != "":
		return w.Observed.Find(e.ID)
	case d.ID != "":
		return w.Observed.Find(d.ID)
	case d.Adopt && len(named[d.Name]) == 1:
		return named[d.Name][0], true
	}
	return Live{}, false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
