package reconcile

import (
	"fmt"
	"time"

	"github.com/aurad/aurad/spec"
)

// removed plans for a key whose block left the file: paused now, deleted later. Permit turns
// both into holds wherever deleting is not allowed.
//
// An entry of another fleet file, with which this one shares the state, is left alone: this file
// never had it. Only a password on its way is brought to its store.
func (w World) removed(key string, e Entry, ix index) []Step {
	if e.OfAnotherFile(w.File) && (e.Birth == nil || e.Birth.Stage != Spooled) {
		return []Step{{Key: key, InstanceID: e.ID, Verb: Hold, Cause: CauseOwnership, Reason: fmt.Sprintf(
			"it belongs to the fleet file %s: left as it is; give each file a state folder of its own, or list it here to take it over", e.File)}}
	}
	if e.Birth != nil {
		gone := spec.Desired{Instance: spec.Instance{Key: key, Name: key}}
		return w.late(key, e, ix, w.unfinished(gone, e, ix)[:1]) // as far as the password's safety asks
	}
	live, ok := w.Observed.Find(e.ID)
	if !ok || e.ID == "" {
		return w.late(key, e, ix, nil)
	}
	return w.late(key, e, ix, w.leaving(key, e, live))
}

// leaving is an instance on its way out.
func (w World) leaving(key string, e Entry, live Live) []Step {
	is, ends := classify(live.Status)
	switch {
	case is == statusLeaving || e.Op != nil && e.Op.Verb == Delete:
		return []Step{inFlight(key, withStatus(e, live))}
	case e.Protect:
		return []Step{{Key: key, InstanceID: e.ID, Verb: Hold, Cause: CausePolicy,
			Reason: "its block left the file, but it was protected: left as it is"}}
	}
	var steps []Step
	if e.Op != nil || is == statusMoving {
		op := withStatus(e, live)
		steps = append(steps, inFlight(key, op))
		_, ends = op.Op.ahead(live, ends)
	}
	if ends == "running" && live.Type != "free-db" {
		steps = append(steps, transition(key, e.ID, Pause, CauseRemoved, "its block left the file: paused until it is deleted", time.Time{}))
	}
	steps = append(steps, Step{Key: key, InstanceID: e.ID, Verb: Delete, Cause: CauseRemoved, Requests: 2, Reason: "its block left the file"})
	return w.gate(e, number(steps))
}
