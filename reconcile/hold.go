package reconcile

import (
	"slices"

	"github.com/aurad/aurad/spec"
)

// hold says that a person's hold is in force, where no step of the key says so itself: what is as
// it is held needs none.
func (w World) hold(d spec.Desired, steps []Step) []Step {
	if d.Hold == nil {
		return nil
	}
	why := heldBy(*d.Hold)
	if slices.ContainsFunc(steps, func(s Step) bool { return s.Reason == why }) {
		return nil
	}
	return []Step{{Key: d.Key, InstanceID: w.Ledger[d.Key].ID, Verb: Hold, Cause: CauseHeld, Due: d.Hold.Until, Reason: why}}
}

// heldBy is a hold in words: until when, whose and why.
func heldBy(h spec.Hold) string {
	text := "held " + string(h.State) + " until " + h.Until.Format("Mon 2006-01-02 15:04 MST")
	if h.By != "" {
		text += " by " + h.By
	}
	if h.Reason != "" {
		text += ": " + h.Reason
	}
	return text
}
