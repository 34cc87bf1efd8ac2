package reconcile

import (
	"time"

	"github.com/aurad/aurad/spec"
)

// resumesItself is how long Aura leaves a paid instance paused before it resumes it by itself.
const resumesItself = 30 * 24 * time.Hour

// resumedItself reports whether a resume at now may be Aura's own. The pause began a little
// before aurad saw it done.
func (s Settled) resumedItself(now time.Time) bool {
	return s.State == spec.Paused && now.Sub(s.Since) >= resumesItself-time.Hour
}

// manual returns the state a person brought an instance to by hand, if that is to be left alone
// now. It compares the live state with the last one that aurad reached or saw reached, never
// with a wish: an instance that has not settled since the last edge was not changed by a hand. A
// hold is a person's own word, and the newer one.
func (w World) manual(d spec.Desired, e Entry, live Live) (spec.State, bool) {
	state := stateOf(live.Status)
	rule := spec.EnforceSchedule
	if d.Schedule != nil {
		rule = d.Schedule.ManualChanges
	}
	switch {
	case d.Held || e.Op != nil || state == "" || e.Settled.State == "" || state == d.Wants || state == e.Settled.State:
		return "", false
	case state == spec.Running && e.Settled.resumedItself(w.Now):
		return "", false // Aura's own doing
	case rule == spec.IgnoreSchedule:
		return state, true
	case rule == spec.UntilNextEdge:
		return state, e.Settled.State == d.Wants && (e.Settled.Until.IsZero() || w.Now.Before(e.Settled.Until))
	}
	return "", false
}

// Settle records that an instance was seen in its desired state; entries that have nothing new
// to say come back equal.
func (e Entry) Settle(d spec.Desired, live Live, now time.Time) Entry {
	if e.Op != nil || stateOf(live.Status) != d.Wants {
		return e
	}
	if e.Settled.State != d.Wants {
		e.Settled = Settled{State: d.Wants, Since: now}
	}
	e.Settled.Until = d.Next.At
	return e
}

// stateOf is the settled state a status stands for, or "".
func stateOf(word string) spec.State {
	switch is, _ := classify(word); is {
	case statusRunning:
		return spec.Running
	case statusPaused:
		return spec.Paused
	}
	return ""
}
