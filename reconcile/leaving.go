package reconcile

import (
	"fmt"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// departures are what is in the file no more, or is stated to go: what becomes of them, and when.
type departures struct{ World }

// removed plans for a key whose block is not in the file. A create under way goes on as far as
// the password's safety asks.
func (w departures) removed(key string, e Entry, ix index) []Step {
	if e.Birth != nil {
		gone := spec.Desired{Instance: spec.Instance{Key: key, Name: e.calledOr(key)}}
		return newcomers(w).withLatecomers(key, e, ix, newcomers(w).unfinished(gone, e, ix)[:1])
	}
	live, ok := w.Observed.Find(e.ID)
	if !ok || e.ID == "" {
		return newcomers(w).withLatecomers(key, e, ix, nil)
	}
	return newcomers(w).withLatecomers(key, e, ix, w.leaving(key, e, live, ix))
}

// calledOr is the name that the block of an entry gave its instance, as last read.
func (e Entry) calledOr(key string) string {
	if e.Name == "" {
		return key
	}
	return e.Name
}

// leaving is an instance of ours that no block asks for. Deleting it is written in `removed`, or
// it takes time:
//
//	being deleted                               | wait
//	`removed` has its key                       | delete, or blocked
//	something keeps it: see keeps               | hold
//	the file is not the same for long enough    | hold
//	an operation under way                      | wait
//	running                                     | pause, delete later
//	paused, not seen so for delete_after        | hold
//	paused, and seen so for delete_after        | delete
func (w departures) leaving(key string, e Entry, live observed.Live, ix index) []Step {
	is, ends := observed.Classify(live.Status)
	if is == observed.Leaving || e.Op != nil && e.Op.Verb == Delete {
		return []Step{inFlight(key, withStatus(e, live))}
	}
	if r, ok := w.stated(key); ok {
		return w.state(r, e, live, ix)
	}
	if why := w.keeps(key, e, live, ix); why != "" {
		step := w.keep(key, e, why, time.Time{})
		if w.Policy.Mode == spec.Sync { // it does not count as a removal
			step.Cause = CausePolicy
		}
		return []Step{step}
	}
	if !w.Steady {
		return []Step{w.keep(key, e, "it is paused once the file has been the same for a minute, and deleted later; put the block back to keep it", w.SteadyAt)}
	}
	if e.Op != nil || is == observed.Moving {
		return []Step{inFlight(key, withStatus(e, live)), w.keep(key, e, "it is paused, and deleted later; put the block back to keep it", time.Time{})}
	}
	return w.gate(e, number(w.outOfUse(key, e, ends)))
}

// outOfUse pauses an instance that left the file, and deletes it when it has been paused for long
// enough.
func (w departures) outOfUse(key string, e Entry, state string) []Step {
	left := w.deleteAfter() - e.Absence.waited(w.Lived)
	switch {
	case state == "running":
		return []Step{transition(key, e.ID, Pause, CauseRemoved, "its block left the file: paused until it is deleted", time.Time{}),
			w.keep(key, e, fmt.Sprintf("deleted when it has been paused for %s; put the block back to keep it", inDays(w.deleteAfter())), time.Time{})}
	case state == "paused" && e.Absence != nil && e.Absence.Paused && left <= 0:
		return []Step{{Key: key, InstanceID: e.ID, Verb: Delete, Cause: CauseRemoved, Requests: 2,
			Reason: fmt.Sprintf("its block left the file, and it has been paused for %s since", inDays(w.deleteAfter()))}}
	case state == "paused":
		due := w.Now.Add(left).Truncate(time.Second).Add(time.Second)
		return []Step{w.keep(key, e, fmt.Sprintf("to be deleted at %s if aurad runs until then; put the block back to keep it", due.Format("2006-01-02 15:04 MST")), due)}
	}
	return []Step{w.keep(key, e, "it is deleted once it has been paused", time.Time{})}
}

// keep says that an instance which left the file is left alone for now.
func (w departures) keep(key string, e Entry, why string, due time.Time) Step {
	return Step{Key: key, InstanceID: e.ID, Verb: Hold, Cause: CauseRemoved, Would: Delete, Reason: "its block left the file: " + why, Due: due}
}

// keeps says why an instance of ours that no block asks for stays as it is; "" if it may go.
func (w departures) keeps(key string, e Entry, live observed.Live, ix index) string {
	block, how := ix.mentions.of(key, e, live, ix.mentions.names)
	clone := w.Ledger.cloning(key, e.ID)
	switch {
	case e.Protect:
		return "it was protected, and is left as it is"
	case e.Suspend:
		return "it was suspended, and is left as it is"
	case w.Policy.Mode != spec.Sync:
		return "left as it is, since policy.mode is " + string(w.Policy.Mode)
	case w.unnamed():
		return "left as it is, since a fleet without a name deletes nothing; give the file a name, `fleet: NAME`, and run: aurad fleet rename default NAME"
	case e.ofAnotherTenant(w.TenantID):
		return fmt.Sprintf("it lives in tenant %s and the file is about another one: left as it is", e.TenantID)
	case block != "":
		return fmt.Sprintf("the block %s speaks of it (%s), so it is left as it is", block, how)
	case clone != "":
		return fmt.Sprintf("%s is cloned from it and does not run yet, so it is left as it is", clone)
	case live.Type == "free-db":
		return fmt.Sprintf("a free-db can't be paused, and what was not paused is not deleted; to delete it, state it: removed: [{key: %s, id: %s}]", key, e.ID)
	}
	return ""
}

func (w departures) unnamed() bool { return w.Fleet == spec.DefaultFleet }

// inDays writes 72h0m0s as 3d, as a fleet file would.
func inDays(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return d.String()
}
