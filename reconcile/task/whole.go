package task

import (
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// WholeAfter is how long a file that changed under a running daemon must have been the same before
// what it alone asks for is sent: one that is being written lacks its end, and the last block that it
// has may lack fields. What a schedule's edge or a person's hold asks for waits for nothing.
const WholeAfter = 10 * time.Second

// wholeFor is when a step may be sent, as far as the file is concerned; zero at any time.
func (w agenda) wholeFor(s reconcile.Step) time.Time {
	transition := s.Verb == reconcile.Pause || s.Verb == reconcile.Resume
	if s.Cause == reconcile.CauseUnfinished || transition && (!s.Due.IsZero() || w.holds(s.Key)) {
		return time.Time{}
	}
	return w.WholeAt
}

func (w agenda) holds(key string) bool {
	return slices.ContainsFunc(w.Desired, func(d spec.Desired) bool { return d.Key == key && d.Hold != nil })
}
