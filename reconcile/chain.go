package reconcile

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/spec"
)

// chain returns the steps for a live instance that is ours, in order: speak of what can't be
// changed, wait for what is under way, then change, then bring it to its state. What needs a
// running instance is put between a resume and a pause.
func (w World) chain(d spec.Desired, e Entry, live Live) []Step {
	notes := immutable(d, e, live)
	is, ends := classify(live.Status)
	switch is {
	case statusUnknown:
		return append(notes, Step{Key: d.Key, InstanceID: live.ID, Verb: Wait, Cause: CauseUnobserved, Reason: "not looked at yet"})
	case statusBroken:
		return append(notes, blocked(d.Key, live.ID, CauseUnusable, fmt.Sprintf(
			"Aura reports %q; aurad can't mend that: see the console or Neo4j support", live.Status)))
	case statusLeaving:
		return append(notes, inFlight(d.Key, withStatus(e, live)))
	}
	if live.Memory == "" {
		live.Memory, live.Storage = e.Memory, e.Storage
	}
	var steps []Step
	if e.Op != nil || is == statusMoving {
		op := withStatus(e, live)
		steps = append(steps, inFlight(d.Key, op))
		live, ends = op.Op.ahead(live, ends)
	}
	steps = append(steps, w.settle(d, e, live, ends)...)
	held := w.held(d, e, live, ends)
	return append(append(notes, held...), w.gate(e, number(steps))...)
}

// settle returns what brings an instance from the state it is in, or will end in, to the one
// that is wanted.
func (w World) settle(d spec.Desired, e Entry, live Live, state string) []Step {
	want, cause, reason, due := w.wants(d, e, live)
	changes := w.changes(d, e, live)
	var steps []Step
	if len(changes) > 0 && changes[0].Verb == Rename { // needs no running instance
		steps, changes = append(steps, changes[0]), changes[1:]
	}
	running := state == "running"
	if !running && len(changes) > 0 && want == spec.Paused {
		steps = append(steps, transition(d.Key, live.ID, Resume, CauseChange, "it must run to be changed", time.Time{}))
		running = true
	}
	if !running && want == spec.Running {
		steps = append(steps, transition(d.Key, live.ID, Resume, cause, reason, due))
		running = true
	}
	steps = append(steps, changes...)
	if running && want == spec.Paused && !d.Protect {
		steps = append(steps, transition(d.Key, live.ID, Pause, cause, reason, due))
	}
	return steps
}

// wants is the state to bring an instance to now, and why. It is the desired state but for two
// things: a resume starts early enough to be ready by its edge, and what a person changed by
// hand is left alone until the next edge if the schedule says so.
func (w World) wants(d spec.Desired, e Entry, live Live) (want spec.State, cause Cause, reason string, due time.Time) {
	if at, early := w.readyBy(d); early {
		return spec.Running, CauseReadyBy, fmt.Sprintf("to be up by %s (%s)", at.Format("15:04 MST"), d.Next.Rule), at
	}
	if manual, ok := w.manual(d, e, live); ok {
		return manual, CauseManual, "", time.Time{}
	}
	return d.Wants, CauseSchedule, d.Rule, e.Settled.Until
}

// held says what is left alone on purpose, and would otherwise be a step.
func (w World) held(d spec.Desired, e Entry, live Live, state string) []Step {
	var steps []Step
	if d.Protect && d.Wants == spec.Paused && state == "running" {
		steps = append(steps, Step{Key: d.Key, InstanceID: live.ID, Verb: Hold, Cause: CausePolicy, Would: Pause,
			Reason: "protect: true; never paused (" + d.Rule + ")"})
	}
	if manual, ok := w.manual(d, e, live); ok {
		would := Resume
		if manual == spec.Running {
			would = Pause
		}
		until := "for good"
		if !e.Settled.Until.IsZero() {
			until = "until " + e.Settled.Until.Format("Mon 15:04 MST")
		}
		steps = append(steps, Step{Key: d.Key, InstanceID: live.ID, Verb: Hold, Cause: CauseManual, Would: would, Due: e.Settled.Until,
			Reason: fmt.Sprintf("%s by hand; left so %s (%s)", manual, until, d.Rule)})
	}
	return steps
}

// gate holds a chain back while its first acting step is one that failed: until its retry, or
// until the file changes what it asks for.
func (w World) gate(e Entry, steps []Step) []Step {
	f := e.Failure
	if f == nil || len(steps) == 0 || !f.concerns(steps[0]) || !w.Now.Before(f.RetryAt) {
		return steps
	}
	first := steps[0]
	note := Step{Key: first.Key, InstanceID: first.InstanceID, Verb: Wait, Cause: CauseFailed, Would: first.Verb, Due: f.RetryAt,
		Reason: fmt.Sprintf("%s failed: %s; next try %s", first.Verb, f.Message, f.RetryAt.Format("15:04:05 MST"))}
	if f.Kind == FailurePerson {
		note.Verb = Blocked
	}
	return append([]Step{note}, shift(steps, 1)...)
}

func transition(key, id string, v Verb, cause Cause, reason string, due time.Time) Step {
	return Step{Key: key, InstanceID: id, Verb: v, Cause: cause, Reason: reason, Requests: 2, Due: due}
}

func blocked(key, id string, cause Cause, reason string) Step {
	return Step{Key: key, InstanceID: id, Verb: Blocked, Cause: cause, Reason: reason}
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
func withStatus(e Entry, live Live) Entry {
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

func shift(steps []Step, by int) []Step {
	for i := range steps {
		if steps[i].Verb.Acts() {
			steps[i].Phase += by
		}
	}
	return steps
}

func nonceOf(name string) string { return name[strings.LastIndexByte(name, '~')+1:] }

func ids(ls []Live) string {
	var out []string
	for _, l := range ls {
		out = append(out, l.ID)
	}
	return strings.Join(out, ", ")
}
