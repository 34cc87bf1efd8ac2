package reconcile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// chain returns the steps for a live instance that is ours, in order: speak of what can't be
// changed, wait for what is under way, then change, then bring it to its state. What needs a
// running instance is put between a resume and a pause.
func (w World) chain(d spec.Desired, e Entry, live observed.Live) []Step {
	notes := immutable(d, e, live)
	is, ends := observed.Classify(live.Status)
	switch is {
	case observed.Unknown:
		return append(notes, Step{Key: d.Key, InstanceID: live.ID, Verb: Wait, Cause: CauseUnobserved, Reason: "not looked at yet"})
	case observed.Broken:
		return append(notes, blocked(d.Key, live.ID, CauseUnusable, ProblemUnusable, fmt.Sprintf(
			"Aura reports %q; aurad can't mend that: see the console or Neo4j support", live.Status)))
	case observed.Leaving:
		return append(notes, inFlight(d.Key, withStatus(e, live)))
	}
	if live.Memory == "" {
		live.Memory, live.Storage = e.Memory, e.Storage
	}
	var steps []Step
	if e.Op != nil || is == observed.Moving {
		op := withStatus(e, live)
		steps = append(steps, inFlight(d.Key, op))
		live, ends = op.Op.ahead(live, ends)
	}
	settling, waiting := w.settle(d, e, live, ends)
	steps = w.gate(e, number(append(steps, settling...)))
	return slices.Concat(notes, w.held(d, e, live, ends), waiting, steps)
}

// settle returns what brings an instance from the state it is in, or will end in, to the one
// that is wanted, and beside it what has to wait.
func (w World) settle(d spec.Desired, e Entry, live observed.Live, state string) (steps, waiting []Step) {
	want, cause, reason, due := w.wants(d, e, live)
	running := state == "running"
	changes, waiting := w.feasible(e, w.changes(d, e, live), !running && want == spec.Paused, cause == CauseManual)
	if len(changes) > 0 && changes[0].Verb == Rename { // needs no running instance
		steps, changes = append(steps, changes[0]), changes[1:]
	}
	if !running && len(changes) > 0 && want == spec.Paused {
		steps = append(steps, transition(d.Key, live.ID, Resume, CauseChange, "it must run to be changed", time.Time{}))
		running = true
	}
	if !running && want == spec.Running {
		steps = append(steps, transition(d.Key, live.ID, Resume, cause, reason, due))
		running = true
	}
	steps = append(steps, changes...)
	if running && want == spec.Paused && d.CanPause() {
		steps = append(steps, transition(d.Key, live.ID, Pause, cause, reason, due))
	}
	return steps, waiting
}

// feasible parts the changes that can go on from those that wait, so that what waits keeps no
// schedule waiting. A change that failed keeps those after it back: they may depend on it. An
// instance that sleeps is not woken, night after night, for what a person must mend; nor at all
// for a change while somebody has paused it by hand.
func (w World) feasible(e Entry, changes []Step, sleeping, byHand bool) (now, waiting []Step) {
	for i, s := range changes {
		asleep := sleeping && s.Verb != Rename
		f := e.failure(s)
		switch {
		case asleep && byHand:
			waiting = append(waiting, silence(s, Hold, CauseManual, s.Reason+"; changed when it runs again, for it was paused by hand"))
			continue
		case f == nil, !w.Now.Before(f.RetryAt) && !(asleep && f.needsPerson()):
			now = append(now, s)
			continue
		}
		waiting = append(waiting, f.note(s, asleep))
		for _, after := range changes[i+1:] {
			waiting = append(waiting, silence(after, Wait, CauseFailed, "waits for the "+string(s.Verb)+" that failed"))
		}
		break
	}
	return now, waiting
}

// wants is the state to bring an instance to now, and why. It is the desired state but for two
// things: a resume starts early enough to be ready by its edge, and what a person changed by
// hand is left alone until the next edge if the schedule says so.
func (w World) wants(d spec.Desired, e Entry, live observed.Live) (want spec.State, cause Cause, reason string, due time.Time) {
	if manual, ok := w.manual(d, e, live); ok {
		return manual, CauseManual, "Aura resumed it by itself; it was " + string(manual) + " by hand", time.Time{}
	}
	if at, early := w.readyBy(d, e); early {
		return spec.Running, CauseReadyBy, fmt.Sprintf("to be up by %s (%s)", at.Format("15:04 MST"), d.Next.Rule), at
	}
	if d.Hold != nil {
		return d.Wants, CauseSchedule, heldBy(*d.Hold), time.Time{}
	}
	if e.Settled.Until.After(w.Now) { // the desire changed before its time: a hold, a new file
		return d.Wants, CauseSchedule, d.Rule, time.Time{}
	}
	return d.Wants, CauseSchedule, d.Rule, e.Settled.Until
}

// held says what is left alone on purpose, and would otherwise be a step.
func (w World) held(d spec.Desired, e Entry, live observed.Live, state string) []Step {
	var steps []Step
	if d.Protect && d.Wants == spec.Paused && state == "running" {
		steps = append(steps, Step{Key: d.Key, InstanceID: live.ID, Verb: Hold, Cause: CausePolicy, Would: Pause,
			Reason: "protect: true; never paused (" + d.Rule + ")"})
	}
	if manual, cause, _, _ := w.wants(d, e, live); cause == CauseManual && manual != d.Wants {
		would := Resume
		if manual == spec.Running {
			would = Pause
		}
		until, due := "for good", e.Settled.Until
		switch {
		case ruleOf(d) == spec.IgnoreSchedule:
			until, due = "until somebody changes it back", time.Time{}
		case !due.IsZero():
			until = "until " + due.Format("Mon 15:04 MST")
		}
		steps = append(steps, Step{Key: d.Key, InstanceID: live.ID, Verb: Hold, Cause: CauseManual, Would: would, Due: due,
			Reason: fmt.Sprintf("%s by hand; left so %s (%s)", manual, until, d.Rule)})
	}
	return steps
}

func transition(key, id string, v Verb, cause Cause, reason string, due time.Time) Step {
	return Step{Key: key, InstanceID: id, Verb: v, Cause: cause, Reason: reason, Requests: 2, Due: due}
}

// inFlight says what is being waited for.
func inFlight(key string, e Entry) Step {
	s := Step{Key: key, InstanceID: e.ID, Verb: Wait, Cause: CauseInFlight, Reason: "Aura works on it"}
	if e.Op != nil {
		s.Would = e.Op.Verb
		s.Reason = string(e.Op.Verb) + " under way"
		if !e.Op.StartedAt.IsZero() {
			s.Reason += " since " + e.Op.StartedAt.Format("15:04:05 MST")
		}
	}
	return s
}

// withStatus makes up the operation that a status tells of, when aurad did not start it.
func withStatus(e Entry, live observed.Live) Entry {
	if e.Op != nil {
		return e
	}
	e.Op = &Operation{Verb: Verb(live.Status)}
	return e
}

// number gives the acting steps of one chain their phases. A wait at the front keeps all of
// them out of phase 0.
func number(steps []Step) []Step {
	phase := 0
	for i := range steps {
		steps[i].Phase = phase
		if steps[i].Verb.Acts() || steps[i].Verb == Wait {
			phase++
		}
	}
	return steps
}

// phases is how many phases the acting steps take.
func phases(steps []Step) int {
	n := 0
	for _, s := range steps {
		if s.Verb.Acts() {
			n = max(n, s.Phase+1)
		}
	}
	return n
}

func shift(steps []Step, by int) []Step {
	for i := range steps {
		if steps[i].Verb.Acts() {
			steps[i].Phase += by
		}
	}
	return steps
}

func nonceOf(name string) string { return name[strings.LastIndexByte(name, '~')+1:] }

func ids(ls []observed.Live) string {
	var out []string
	for _, l := range ls {
		out = append(out, l.ID)
	}
	return strings.Join(out, ", ")
}
