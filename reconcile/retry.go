package reconcile

import "time"

// TriedAgain forgets how long to wait with what needs a person: one who asks has mended it, or
// wants to know.
func (e Entry) TriedAgain() Entry {
	var first, last *Failure
	for f := e.Failure; f != nil; f = f.Earlier {
		own := *f
		if own.Earlier = nil; own.needsPerson() {
			own.RetryAt = time.Time{}
		}
		if last == nil {
			first = &own
		} else {
			last.Earlier = &own
		}
		last = &own
	}
	e.Failure = first
	if e.Birth != nil && !e.Birth.RetryAt.IsZero() {
		birth := *e.Birth
		birth.RetryAt = time.Time{}
		e.Birth = &birth
	}
	return e
}
