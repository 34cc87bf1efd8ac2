package reconcile

import (
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
)

// LagGrace is how long after an accepted change a reply may still show the old state: clients
// of the API have seen about ten seconds.
const LagGrace = 30 * time.Second

// absentGrace is how long a new instance may answer 404: a few seconds were seen, one client allows
// a minute.
const absentGrace = time.Minute

// Verdict is what a look at an instance says about the operation under way on it.
type Verdict string

const (
	Done     Verdict = "done"
	Underway Verdict = "underway"
	Vanished Verdict = "vanished" // ended without the result
)

// Judge compares an operation with a look taken at now.
//
//	the result is there                                | done
//	another status than at the start, and not settled  | underway
//	settled as at the start, within the lag            | underway
//	settled without the result                         | vanished
func (o Operation) Judge(live observed.Live, now time.Time) Verdict {
	is, _ := observed.Classify(live.Status)
	settled := is == observed.Running || is == observed.Paused
	switch {
	case is == observed.Broken:
		return Vanished
	case !settled:
		return Underway
	case o.reached(live, now):
		return Done
	case o.Left || now.Sub(o.StartedAt) >= LagGrace:
		return Vanished
	}
	return Underway
}

// reached reports whether a settled instance has what the operation was for. Fields that the
// reply leaves out can't contradict it.
func (o Operation) reached(live observed.Live, now time.Time) bool {
	switch o.Verb {
	case Pause:
		return live.Status == "paused"
	case Delete:
		return false
	case Create, Resume:
		return live.Status == "running"
	}
	return live.Status == "running" && !o.contradicted(live) && (o.shows(live) || o.Left || now.Sub(o.StartedAt) >= LagGrace)
}

// shows reports whether the reply itself proves the result. A status can't prove a change that
// starts and ends in the same one.
func (o Operation) shows(live observed.Live) bool {
	switch o.Verb {
	case Pause:
		return live.Status == "paused"
	case Create, Resume:
		return live.Status == "running"
	}
	for _, c := range o.Changes {
		if valueOf(live, c.Field) != c.New {
			return false
		}
	}
	return len(o.Changes) > 0
}

func (o Operation) contradicted(live observed.Live) bool {
	return slices.ContainsFunc(o.Changes, func(c Change) bool {
		shown := valueOf(live, c.Field)
		return shown != "" && shown != c.New
	})
}

// ahead is the instance as it will be when the operation has ended well, so that a plan made
// meanwhile shows only what comes after.
func (o Operation) ahead(live observed.Live, ends string) (observed.Live, string) {
	switch o.Verb {
	case Pause:
		return live, "paused"
	case Resume, Create:
		return live, "running"
	}
	for _, c := range o.Changes {
		live = withChange(live, c)
	}
	return live, ends
}
