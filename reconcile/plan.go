// Package reconcile decides: it compares what a fleet should be with what is live and with what
// aurad remembers, and says which steps to take, in which order, and when.
//
// It is pure: every function takes the time as a parameter and returns data. It must not know
// the network, the disk, the clock, how a request is sent or where a password is kept. Package
// daemon acts on what is decided here, and package spec says what should be.
package reconcile

import (
	"cmp"
	"slices"
	"time"
)

// PlanSchema names the version of the plan's JSON form.
const PlanSchema = "aurad.plan/v1"

// Verb is what a step does.
type Verb string

const (
	Create  Verb = "create"
	Adopt   Verb = "adopt" // remember a live instance as ours; no request
	Rename  Verb = "rename"
	Resize  Verb = "resize" // memory, storage
	Update  Verb = "update" // vector_optimized, graph_analytics_plugin, cdc_enrichment_mode, secondaries_count
	Upgrade Verb = "upgrade"
	Pause   Verb = "pause"
	Resume  Verb = "resume"
	Delete  Verb = "delete"
	Move    Verb = "move" // remember an instance, or store its credential, under another key; no request

	// These three only speak.
	Blocked Verb = "blocked" // a person must decide or mend something
	Wait    Verb = "wait"    // time will mend it
	Hold    Verb = "hold"    // left as it is on purpose
)

// Acts reports whether a step with this verb changes anything.
func (v Verb) Acts() bool { return v != Blocked && v != Wait && v != Hold }

// Cause is why a step is there, as a word for logs, metrics and pages.
type Cause string

const (
	CauseNew        Cause = "new"         // in the file, not live
	CauseUnfinished Cause = "unfinished"  // a create that was interrupted
	CauseLost       Cause = "lost"        // a create whose password nobody has
	CauseUnread     Cause = "unread"      // a create whose reply is kept, and only a person can read
	CauseGone       Cause = "gone"        // somebody deleted its instance in Aura
	CauseDrift      Cause = "drift"       // live differs from the file
	CauseSchedule   Cause = "schedule"    // the schedule, a hold or a fixed state asks for it
	CauseReadyBy    Cause = "ready_by"    // resumed early so as to be up in time
	CauseChange     Cause = "change"      // needed around another change (resume to resize)
	CauseRemoved    Cause = "removed"     // its block left the file
	CauseStated     Cause = "stated"      // the file's `removed` asks for it
	CauseMoved      Cause = "moved"       // the file's `moved` asks for it
	CauseRenamed    Cause = "renamed"     // looks like a key that was renamed
	CauseOwnership  Cause = "ownership"   // whose instance it is
	CauseImmutable  Cause = "immutable"   // differs in what the API can't change
	CauseManual     Cause = "manual"      // a person changed it by hand
	CauseHeld       Cause = "held"        // a person's hold is in force
	CauseObserve    Cause = "observe"     // policy.mode is observe
	CausePolicy     Cause = "policy"      // a policy, suspend or protect forbids it
	CauseInFlight   Cause = "in_flight"   // an operation is under way
	CauseFailed     Cause = "failed"      // the last try failed
	CauseUnusable   Cause = "unusable"    // Aura reports a state that needs a person
	CauseUnobserved Cause = "unobserved"  // not looked at yet
	CauseDuplicates Cause = "duplicates"  // more live instances of one name than aurad can tell apart
	CauseSource     Cause = "source"      // what it is cloned from is not there yet
	CauseStore      Cause = "credentials" // the credential store can't take a password now
)

// Change is one field of a step; values as the file writes them, "" for none.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Step is one thing to do, or to say, about one instance.
type Step struct {
	Key        string   `json:"key"`
	InstanceID string   `json:"instance_id"` // "" before it exists
	Verb       Verb     `json:"verb"`
	Cause      Cause    `json:"cause"`
	Reason     string   `json:"reason"`
	Problem    Problem  `json:"problem,omitempty"` // why it is blocked, as a word
	Changes    []Change `json:"changes"`
	Requests   int      `json:"requests"` // the fewest API requests the step can cost, its confirmation included
	// Phase counts an instance's acting steps from 0. Only phase 0 can be taken now: the
	// later ones wait for it, since Aura runs one operation at a time per instance.
	Phase int `json:"phase"`
	// Would is the verb of a step that a policy silenced.
	Would Verb `json:"would,omitempty"`
	// Due is the edge a transition belongs to, or the moment a waiting step can go on.
	Due time.Time `json:"due,omitzero"`
}

// Transition is a coming change of desired state.
type Transition struct {
	Key   string    `json:"key"`
	At    time.Time `json:"at"`
	Start time.Time `json:"start"` // when it is acted on: At, or earlier to be ready by At
	State string    `json:"state"`
	Rule  string    `json:"rule"`
}

// Summary counts a plan.
type Summary struct {
	Instances int          `json:"instances"` // in the file
	Verbs     map[Verb]int `json:"verbs"`
	Acting    int          `json:"acting"`   // steps that change something
	Blocked   int          `json:"blocked"`  // steps that need a person
	Waiting   int          `json:"waiting"`  // operations under way and retries to come
	Observed  int          `json:"observed"` // steps that policy.mode: observe holds back
	Requests  int          `json:"requests"` // the fewest API requests all steps can cost
}

// Plan is what would be done at one instant, in the order in which it would be done.
type Plan struct {
	Schema  string       `json:"schema"`
	At      time.Time    `json:"at"`
	Steps   []Step       `json:"steps"`
	Summary Summary      `json:"summary"`
	Next    []Transition `json:"next"`
}

// Matches reports whether the fleet is as the file says: nothing to do, to wait for, or to mend.
// What is held on purpose counts as a match; what is only observed does not.
func (p Plan) Matches() bool {
	s := p.Summary
	return s.Acting == 0 && s.Blocked == 0 && s.Waiting == 0 && s.Observed == 0
}

// newPlan sorts and counts the steps.
func newPlan(at time.Time, instances int, steps []Step, next []Transition) Plan {
	for i := range steps {
		if steps[i].Changes == nil {
			steps[i].Changes = []Change{} // a list in JSON too, never null
		}
	}
	p := Plan{Schema: PlanSchema, At: at, Steps: inOrder(steps), Next: next}
	p.Summary = summarise(instances, steps)
	return p
}

// inOrder returns the steps in the order of doing. It sorts places, not steps: those are large,
// and a fleet of thousands has thousands.
func inOrder(steps []Step) []Step {
	places := make([]int, len(steps))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Or(compareSteps(&steps[a], &steps[b]), cmp.Compare(a, b)) })
	sorted := make([]Step, len(steps))
	for i, place := range places {
		sorted[i] = steps[place]
	}
	return sorted
}

func summarise(instances int, steps []Step) Summary {
	s := Summary{Instances: instances, Verbs: map[Verb]int{}}
	for _, st := range steps {
		s.Verbs[st.Verb]++
		s.Requests += st.Requests
		switch {
		case st.Verb.Acts():
			s.Acting++
		case st.Verb == Blocked:
			s.Blocked++
		case st.Verb == Wait:
			s.Waiting++
		case st.Cause == CauseObserve:
			s.Observed++
		}
	}
	return s
}

// compareSteps is the order of doing: what can be done now before what must wait, the urgent
// before the rest, then by edge and key, so that equal input gives an equal plan.
func compareSteps(a, b *Step) int {
	return cmp.Or(
		cmp.Compare(a.Phase, b.Phase),
		cmp.Compare(a.Rank(), b.Rank()),
		a.Due.Compare(b.Due),
		cmp.Compare(a.Key, b.Key),
	)
}

// Rank is the order in which a short budget is spent: finish what is half made, then keep the
// promise of the schedules, then the rest. A resume goes before a pause because people wait
// for it; a late pause only costs money.
func (s Step) Rank() int {
	switch {
	case !s.Verb.Acts():
		return 5
	case s.Cause == CauseUnfinished:
		return 0
	case s.Verb == Resume:
		return 1
	case s.Verb == Pause:
		return 2
	case s.Verb == Delete:
		return 4
	}
	return 3
}
