package reconcile

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// newcomers are keys that own nothing yet, or nothing that is there any more: what they adopt, take over or
// have made, and what came of creates before.
type newcomers struct{ World }

// adopt takes a live instance as ours, by id or by its only name.
func (w newcomers) adopt(d spec.Desired, e Entry, ix index) []Step {
	if w.Observed.ListedAt.IsZero() {
		return []Step{{Key: d.Key, InstanceID: d.ID, Verb: Wait, Cause: CauseUnobserved, Reason: "not looked at yet"}}
	}
	live, problem := w.candidate(d, ix)
	if problem != nil {
		return []Step{*problem}
	}
	return w.takeOver(d, e, live, fmt.Sprintf("take over the live instance %q; its password stays as it is", live.Name))
}

// takeOver makes a live instance the key's own, then changes whatever differs.
func (w newcomers) takeOver(d spec.Desired, e Entry, live observed.Live, reason string) []Step {
	e.ID, e.TenantID = live.ID, live.TenantID
	step := Step{Key: d.Key, InstanceID: live.ID, Verb: Adopt, Cause: CauseOwnership, Reason: reason}
	return append([]Step{step}, shift(w.chain(d, e, live), 1)...)
}

// proves returns the instance that the credential store proves to be d's, and why it is; "" when there
// is none. What belongs to another key, or is to be adopted by one, is not. One that no list shows
// may have been made a moment ago by another aurad of this fleet: that it is gone is for looks and
// lists to say, as of any instance that d owns.
func (w newcomers) proves(d spec.Desired, e Entry, ix index) (live observed.Live, why string) {
	id := w.Proven[d.Key]
	if id == "" || ix.owner[id] != "" || len(ix.claims[id]) > 0 || ix.proven[id] != d.Key {
		return observed.Live{}, ""
	}
	why = fmt.Sprintf("its credential in %s says this fleet made it", w.Store)
	live, listed := w.Observed.Find(id)
	switch {
	case listed:
		return live, why
	case w.Observed.ListedAt.IsZero() || id == e.Former:
		return observed.Live{}, ""
	}
	return observed.Live{ID: id}, why + "; no list of Aura's shows it: it is looked for"
}

func (w newcomers) candidate(d spec.Desired, ix index) (observed.Live, *Step) {
	found := ix.named[d.Name]
	by := fmt.Sprintf("named %q", d.Name)
	if d.ID != "" {
		found, by = nil, "with id "+d.ID
		if live, ok := w.Observed.Find(d.ID); ok {
			found = []observed.Live{live}
		}
	}
	var problem Step
	switch {
	case len(found) == 0:
		problem = blocked(d.Key, d.ID, CauseOwnership, ProblemNoCandidate, fmt.Sprintf(
			"there is no live instance %s to adopt; correct it, or take `id`/`adopt` out to create one", by))
	case len(found) > 1:
		problem = blocked(d.Key, "", CauseDuplicates, ProblemCandidates, fmt.Sprintf(
			"%d live instances are %s (%s); say which with `id:`", len(found), by, ids(found)))
	case len(ix.claims[found[0].ID]) > 1:
		problem = blocked(d.Key, found[0].ID, CauseOwnership, ProblemRivals, fmt.Sprintf(
			"the live instance %s is to be adopted by more than one key (%s); let one of them have it", by, strings.Join(ix.claims[found[0].ID], ", ")))
	case ix.owner[found[0].ID] != "":
		problem = blocked(d.Key, found[0].ID, CauseOwnership, ProblemOwned, fmt.Sprintf(
			"the live instance %s belongs to key %s already: give this block another `id`, or take this block out", by, ix.owner[found[0].ID]))
	default:
		return found[0], nil
	}
	return observed.Live{}, &problem
}

// missing plans a create, unless a live instance has the name already: names are not unique in
// Aura, so nothing but this check stands between a lost state file and a billed duplicate.
func (w newcomers) missing(d spec.Desired, e Entry, ix index) []Step {
	if w.Observed.ListedAt.IsZero() || w.ListFailed != "" && !w.FreshlyListed() {
		return []Step{{Key: d.Key, Verb: Wait, Cause: CauseUnobserved, Would: Create, Reason: "made once a whole list shows that it is not there"}}
	}
	if hidesName(w.Observed, d.Name) {
		return []Step{{Key: d.Key, Verb: Wait, Cause: CauseUnobserved, Reason: fmt.Sprintf(
			"Aura lists an instance named %q without an id that can be used: no second one is made; waiting for a better list, or for another `name` here", d.Name)}}
	}
	for _, live := range ix.named[d.Name] {
		return []Step{relocations(w).nameTaken(d, live, ix)}
	}
	if steps := w.disbelieved(d, e, ix); steps != nil {
		return steps
	}
	for _, live := range ix.marks[MarkedName(d.Name, "")] {
		if marked(live.Name, d.Name) && ix.owner[live.ID] == "" && !ix.nonces[nonceOf(live.Name)] {
			return []Step{blocked(d.Key, live.ID, CauseLost, ProblemMark, fmt.Sprintf(
				"the live instance %q comes from a create that this state folder knows nothing of; use the state folder that made it, delete it, or adopt it with `id: %s`", live.Name, live.ID))}
		}
	}
	return w.gate(e, number(append(w.source(d, ix), w.birth(d)...)))
}

// disbelieved holds a create back that an earlier one may have done already; nil when a list has
// proven that none did. What the earlier one failed of is said first, for that may need a person.
func (w newcomers) disbelieved(d spec.Desired, e Entry, ix index) []Step {
	r := e.Recover(w.Observed, w.Now)
	if r.Next == NextPost {
		return nil
	}
	anew := w.birth(d)
	if r.Next == NextLost {
		live, _ := w.Observed.Find(r.InstanceID)
		return w.gate(e, number(append([]Step{lost(d.Key, live, e, ix)}, anew...)))
	}
	if gated := w.gate(e, number(anew)); !gated[0].Verb.Acts() {
		return gated
	}
	return []Step{{Key: d.Key, Verb: Wait, Cause: CauseInFlight, Due: r.Until, Would: Create,
		Reason: "its create was refused, which is not believed before a list of Aura's shows no instance of it"}}
}

// source holds a clone back until the key it is cloned from has a running instance.
func (w newcomers) source(d spec.Desired, ix index) []Step {
	if d.Source == nil || !ix.desired[d.Source.Instance] {
		return nil
	}
	from := w.Ledger[d.Source.Instance]
	live, ok := w.Observed.Find(from.ID)
	if is, _ := observed.Classify(live.Status); ok && from.Birth == nil && from.Op == nil && is == observed.Running {
		return nil
	}
	return []Step{{Key: d.Key, Verb: Wait, Cause: CauseSource, Reason: "it is cloned from " + d.Source.Instance + ", which does not run yet"}}
}

// birth is the chain of a new instance: made, then given what only a PATCH can, then paused.
func (w newcomers) birth(d spec.Desired) []Step {
	steps := []Step{{Key: d.Key, Verb: Create, Cause: CauseNew, Reason: "in the file, not in Aura", Changes: creation(d), Requests: 2}}
	made := observed.Live{Name: d.Name, Type: d.Type, Status: "running", Memory: d.Memory, Storage: d.Storage,
		VectorOptimized: d.VectorOptimized, GraphAnalyticsPlugin: d.GraphAnalyticsPlugin}
	steps = append(steps, w.changes(d, Entry{}, made)...)
	if want, cause, reason, due := w.wants(d, Entry{}, made); want == spec.Paused && d.CanPause() {
		steps = append(steps, transition(d.Key, "", Pause, cause, reason, due))
	}
	return steps
}
