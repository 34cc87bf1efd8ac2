package reconcile

import (
	"fmt"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// A deletion that the file states, `removed: [{key, id}]`, needs no waiting and works in `upsert`
// too: a truncated file can't say it.

// stated finds what the file says of the removal of key.
func (w departures) stated(key string) (spec.Removed, bool) {
	for _, r := range w.Removed {
		if r.Key == key {
			return r, true
		}
	}
	return spec.Removed{}, false
}

// state plans a deletion that the file states, for an instance that is ours and live.
func (w departures) state(r spec.Removed, e Entry, live observed.Live, ix index) []Step {
	if why := w.objection(r, e, live, ix); why != "" {
		return []Step{blocked(r.Key, e.ID, CauseStated, ProblemRemoved, "`removed` asks to delete it, but "+why)}
	}
	var steps []Step
	if clone := w.Ledger.cloning(r.Key, e.ID); clone != "" {
		steps = append(steps, Step{Key: r.Key, InstanceID: e.ID, Verb: Wait, Cause: CauseSource, Reason: clone + " is cloned from it, and does not run yet"})
	}
	if is, _ := observed.Classify(live.Status); e.Op != nil || is == observed.Moving {
		steps = append(steps, inFlight(r.Key, withStatus(e, live)))
	}
	steps = append(steps, Step{Key: r.Key, InstanceID: e.ID, Verb: Delete, Cause: CauseStated, Requests: 2, Reason: "the file says so, under `removed`"})
	return w.gate(e, number(steps))
}

// objection says why a stated deletion is not carried out, and what to do; "" if it is.
func (w departures) objection(r spec.Removed, e Entry, live observed.Live, ix index) string {
	block, how := ix.mentions.of(r.Key, e, live, ix.mentions.adopts)
	switch {
	case r.ID != e.ID:
		return fmt.Sprintf("with id %s, and the instance of this key is %s: correct the id, or take the line out", r.ID, e.ID)
	case w.unnamed():
		return "a fleet without a name deletes nothing: give the file a name, `fleet: NAME`, and run: aurad fleet rename default NAME"
	case e.Protect:
		return "it was protected when its block was last in force: put the block back without `protect`, let it come into force, then remove it"
	case e.Suspend:
		return "it was suspended when its block was last in force: put the block back without `suspend`, let it come into force, then remove it"
	case e.ofAnotherTenant(w.TenantID):
		return fmt.Sprintf("it lives in tenant %s: put tenant_id back, or take the line out", e.TenantID)
	case block != "":
		return fmt.Sprintf("the block %s speaks of it (%s): take one of the two out", block, how)
	}
	return ""
}

// strangers are the live instances that `removed` names and that aurad does not own.
func (w departures) strangers(ix index) []Step {
	var steps []Step
	for _, r := range w.Removed {
		live, ok := w.Observed.Find(r.ID)
		if is, _ := observed.Classify(live.Status); !ok || is == observed.Leaving || w.Ledger[r.Key].Owns() || ix.owner[r.ID] != "" {
			continue
		}
		steps = append(steps, blocked(r.Key, r.ID, CauseStated, ProblemRemoved, fmt.Sprintf(
			"`removed` asks to delete %s, which aurad does not own: delete it in the Aura console, or take the line out", r.ID)))
	}
	return steps
}
