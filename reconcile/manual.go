package reconcile

import (
	"cmp"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// ResumesItself is how long Aura leaves a paid instance paused before it resumes it by itself.
const ResumesItself = 30 * 24 * time.Hour

// resumedItself reports whether a resume at now may be Aura's own. The pause began a little
// before aurad saw it done.
func (s Settled) resumedItself(now time.Time) bool {
	return s.Last() == spec.Paused && now.Sub(s.Since) >= ResumesItself-time.Hour
}

// Last is the state that the instance was last known to be in, for a reason.
func (s Settled) Last() spec.State { return cmp.Or(s.Hand, s.State) }

// byHand is what is settled under a desire. A hand's work is remembered only as long as the
// schedule ignores it: a hold is newer, and another word in the file is too.
func (e Entry) byHand(d spec.Desired) Settled {
	s := e.Settled
	if d.Hold != nil || ruleOf(d) != spec.IgnoreSchedule {
		s.Hand = ""
	}
	return s
}

func ruleOf(d spec.Desired) spec.ManualChanges {
	if d.Schedule == nil {
		return spec.EnforceSchedule
	}
	return d.Schedule.ManualChanges
}

// manual returns the state a person brought an instance to by hand, if that is to be left alone
// now. It compares the live state with the last one that aurad reached or saw reached, never
// with a wish: an instance that has not settled since the last edge was not changed by a hand. A
// hold is a person's own word, and the newer one.
//
//	rule            | the hand's work is left
//	enforce         | never
//	until_next_edge | until the edge that was next when it was done
//	ignore          | until a hand brings the instance back to what is wanted then; edges pass it by
func (w World) manual(d spec.Desired, e Entry, live observed.Live) (spec.State, bool) {
	state, s := StateOf(live.Status), e.byHand(d)
	switch {
	case d.Hold != nil || e.Op != nil || state == "" || s.Last() == "":
		return "", false
	case state == spec.Running && s.resumedItself(w.Now): // Aura's own doing
		return s.Hand, s.Hand != ""
	case s.Hand != "" && state == s.Hand:
		return state, true
	case state == d.Wants || state == s.Last():
		return "", false
	}
	switch ruleOf(d) {
	case spec.IgnoreSchedule:
		return state, true
	case spec.UntilNextEdge:
		return state, s.State == d.Wants && (s.Until.IsZero() || w.Now.Before(s.Until))
	}
	return "", false
}

// Settle records that an instance was seen in its desired state, or in one that a hand brought it
// to and that edges are to pass by; entries that have nothing new to say come back equal.
func (e Entry) Settle(d spec.Desired, live observed.Live, now time.Time) Entry {
	state, s := StateOf(live.Status), e.byHand(d)
	switch {
	case e.Op != nil || state == "" || s.Hand != "" && state == s.Hand:
		return e
	case state == spec.Running && s.Hand != "" && s.resumedItself(now): // Aura's own doing
		return e
	case state == d.Wants:
		if e.Settled.State != d.Wants || e.Settled.Hand != "" {
			e.Settled = Settled{State: d.Wants, Since: now}
		}
		e.Settled.Until = d.Next.At
	case ruleOf(d) == spec.IgnoreSchedule && d.Hold == nil && s.Last() != "" && state != s.Last() && !(state == spec.Running && s.resumedItself(now)):
		e.Settled.Hand, e.Settled.Since = state, now
	}
	return e
}

// StateOf is the settled state a status stands for, or "".
func StateOf(word string) spec.State {
	switch is, _ := observed.Classify(word); is {
	case observed.Running:
		return spec.Running
	case observed.Paused:
		return spec.Paused
	}
	return ""
}
