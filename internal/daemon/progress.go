package daemon

import (
	"github.com/aurad/aurad/internal/look"
	"github.com/aurad/aurad/reconcile"
)

// applyTries is how often apply lets a step fail before it gives up on it.
const applyTries = 5

// progress compares what is known with what was known when apply began: what had failed then counts for
// nothing.
type progress struct {
	*look.Looker
	ledger reconcile.Ledger // then
	tries  look.Tries       // then
}

// finished reports whether nothing is under way and nothing can be started.
func (p progress) finished(plan reconcile.Plan) bool {
	for _, s := range plan.Steps {
		working := s.Verb.Acts() && s.Phase == 0 || s.Verb == reconcile.Wait
		if working && !p.unseeable(s) && !givenUp(s, p.Ledger[s.Key], p.ledger[s.Key]) {
			return false
		}
	}
	return true
}

// unseeable reports whether a step waits for a look, or a list, that failed again and again.
func (p progress) unseeable(s reconcile.Step) bool {
	if s.Verb != reconcile.Wait || s.Cause != reconcile.CauseUnobserved && s.Cause != reconcile.CauseInFlight {
		return false
	}
	_, listed := p.Observed.Find(s.InstanceID)
	return p.FailedSince(p.tries, s.InstanceID, !listed) >= applyTries
}

// givenUp reports whether apply stops waiting for a step: one that failed again and again, a
// password that the store won't take (it is safe in the spool), or a clone whose source has
// steps of its own to wait for.
func givenUp(s reconcile.Step, e, before reconcile.Entry) bool {
	switch s.Cause {
	case reconcile.CauseSource:
		return true
	case reconcile.CauseFailed, reconcile.CauseUnfinished:
		return e.FailedTries()-before.FailedTries() >= applyTries
	}
	return false
}
