package reconcile

import (
	"time"

	"github.com/aurad/aurad/spec"
)

// removed plans for a key whose block left the file: paused now, deleted later. Permit turns
// both into holds wherever deleting is not allowed.
func (w World) removed(key string, e Entry, ix index) []Step {
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
