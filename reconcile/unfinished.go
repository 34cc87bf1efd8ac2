package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// What a plan says of a create that was interrupted, is under way, or lost its reply.

// unfinished goes on with a create that was interrupted, or that is still under way.
func (w newcomers) unfinished(d spec.Desired, e Entry, ix index) []Step {
	r := e.Recover(w.Observed, w.Now)
	step := Step{Key: d.Key, InstanceID: e.Birth.InstanceID, Verb: Create, Cause: CauseUnfinished, Requests: 1}
	switch r.Next {
	case NextPost, NextAnew:
		step.Reason = "an earlier create never reached Aura: starting anew"
		step.Changes, step.Requests = creation(d), 2
	case NextReply:
		step.Verb, step.Cause, step.Requests = Wait, CauseInFlight, 0
		step.Reason = e.awaited()
	case NextStore:
		step.Reason = "its password is safe here and goes to the credential store next"
		if e.Birth.Failed != "" {
			step.Reason += "; last try: " + e.Birth.Failed
		}
		step.Due = e.Birth.RetryAt
	case NextPerson:
		return []Step{blocked(d.Key, r.InstanceID, CauseUnread, ProblemUnread, e.Birth.Advice(d.Key, r.InstanceID))}
	case NextName:
		step.Reason = "its password is stored; it gets its real name when it is up"
		step.Changes = []Change{{"name", MarkedName(d.Name, e.Birth.Nonce), d.Name}}
		if note, kept := relocations(w).nameKept(d, step, ix); kept {
			return []Step{note}
		}
	case NextLost:
		live, _ := w.Observed.Find(r.InstanceID)
		step = lost(d.Key, live, e, ix)
		if step.Verb == Blocked {
			return []Step{step}
		}
		return w.gate(e, number(append([]Step{step}, w.birth(d)...)))
	default:
		step.Verb, step.Cause, step.Due, step.Requests = Wait, CauseInFlight, r.Until, 0
		step.Reason = fmt.Sprintf("the answer to its create was lost; looking for the mark %s before trying again", e.Birth.Nonce)
	}
	return number(append([]Step{step}, w.birth(d)[1:]...))
}

// lost says what is to become of an instance that a create made whose reply nobody has.
func lost(key string, live observed.Live, e Entry, ix index) Step {
	is, _ := observed.Classify(live.Status)
	switch owner := ix.owner[live.ID]; {
	case e.Op != nil && e.Op.Verb == Delete:
		return inFlight(key, e)
	case owner != "" && owner != key:
		return blocked(key, live.ID, CauseOwnership, ProblemLostOwned, fmt.Sprintf(
			"the instance of its lost create belongs to key %s now; once that one has its own name, this one is made anew", owner))
	case len(ix.claims[live.ID]) > 0:
		return blocked(key, live.ID, CauseOwnership, ProblemLostClaimed, fmt.Sprintf(
			"the instance of its lost create is to be adopted by %s; without that it could be deleted and made anew", strings.Join(ix.claims[live.ID], ", ")))
	case is == observed.Leaving:
		return inFlight(key, withStatus(e, live))
	}
	return undo(key, live.ID, nonceOf(live.Name), ix)
}

// undo deletes an instance that bears our mark and whose password nobody ever had. That is
// safe; Permit decides whether it may be done. A key that left the file asks for no deleting and
// making anew: that is left to a person.
func undo(key, id, nonce string, ix index) Step {
	why := whyLost(id, nonce)
	if !ix.desired[key] {
		return blocked(key, id, CauseLost, ProblemLostRemoved, why+"; its block left the file: delete it in the Aura console, or put the block back")
	}
	return Step{Key: key, InstanceID: id, Verb: Delete, Cause: CauseLost, Requests: 2, Reason: why}
}

// withLatecomers adds to a key's own steps the instances of its creates that were given up and that showed
// up after all. What somebody adopted, or is about to, is theirs. They come behind the key's own steps:
// one request at a time for a key.
func (w newcomers) withLatecomers(key string, e Entry, ix index, steps []Step) []Step {
	phase := phases(steps)
	for _, t := range e.Tombstones {
		live, ok := w.Observed.Bearing(t.Nonce)
		taken := ix.owner[live.ID] != "" || len(ix.claims[live.ID]) > 0
		said := slices.ContainsFunc(steps, func(s Step) bool { return s.InstanceID == live.ID })
		if is, _ := observed.Classify(live.Status); !ok || taken || said || is == observed.Leaving {
			continue
		}
		step := undo(key, live.ID, t.Nonce, ix)
		if step.Verb.Acts() {
			step.Phase, phase = phase, phase+1
		}
		steps = append(steps, w.gate(e, []Step{step})...)
	}
	return steps
}
