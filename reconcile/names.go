package reconcile

import (
	"fmt"
	"slices"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// Names are not unique in Aura, and a fleet makes no second instance of a name that it has.

// nameTaken stops a create whose name a live instance has, whoever that belongs to.
func (w relocations) nameTaken(d spec.Desired, live observed.Live, ix index) Step {
	owner := ix.owner[live.ID]
	is, _ := observed.Classify(live.Status)
	switch {
	case is == observed.Leaving:
		return Step{Key: d.Key, InstanceID: live.ID, Verb: Wait, Cause: CauseInFlight, Reason: fmt.Sprintf("an instance named %q is being deleted", d.Name)}
	case owner == "" && w.Foreign[live.ID] != "":
		return blocked(d.Key, live.ID, CauseOwnership, ProblemNameTaken, fmt.Sprintf(
			"a live instance is named %q, and %s has it as the fleet %q's: another `name` makes a new one; `adopt: true` takes it over, which is right only once that fleet has given it up", d.Name, w.Store, w.Foreign[live.ID]))
	case owner == "":
		return blocked(d.Key, live.ID, CauseOwnership, ProblemNameTaken, fmt.Sprintf(
			"a live instance is named %q, and aurad did not make it; `adopt: true` takes it over, another `name` makes a new one", d.Name))
	case w.calls(owner) != d.Name:
		return Step{Key: d.Key, InstanceID: live.ID, Verb: Wait, Cause: CauseOwnership, Reason: fmt.Sprintf("%s has the name %q until it is renamed", owner, d.Name)}
	}
	return blocked(d.Key, live.ID, CauseOwnership, ProblemTwins, fmt.Sprintf("the instance of %s is named %q already: give one of the two another `name`", owner, d.Name))
}

// keepNames stops a rename to a name that another instance of ours has and keeps.
func (w relocations) keepNames(d spec.Desired, steps []Step, ix index) []Step {
	i := slices.IndexFunc(steps, func(s Step) bool { return s.Verb == Rename })
	if i < 0 {
		return steps
	}
	note, kept := w.nameKept(d, steps[i], ix)
	if !kept {
		return steps
	}
	note.Phase = 0
	return slices.Concat([]Step{note}, steps[:i], shift(steps[i+1:], -1))
}

// nameKept blocks a step that would give an instance its name, if another one of ours has that name
// and keeps it.
func (w relocations) nameKept(d spec.Desired, s Step, ix index) (note Step, kept bool) {
	other := ix.called[d.Name]
	if other == "" || other == d.Key || w.calls(other) != d.Name && ix.desired[other] {
		return s, false
	}
	return block(s, CauseOwnership, ProblemTwins, fmt.Sprintf("the instance of %s is named %q already: give one of the two another `name`", other, d.Name)), true
}

// calls is the name that the block of a key asks for; "" without a block.
func (w relocations) calls(key string) string {
	for i := range w.Desired {
		if w.Desired[i].Key == key {
			return w.Desired[i].Name
		}
	}
	return ""
}
