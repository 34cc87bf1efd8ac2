package page

import (
	"slices"
	"time"

	"github.com/aurad/aurad/spec"
)

// stretch is a part of the plan of one instance.
type stretch struct {
	from, to  time.Time
	state     spec.State
	memory    string
	rule      string
	held      bool
	exception bool
}

// planned says what every instance should be in [from, to), by key.
func planned(f *spec.Fleet, holds []spec.Hold, from, to time.Time) map[string][]stretch {
	plans := map[string][]stretch{}
	for at := from; at.Before(to); {
		all := f.At(at, holds)
		next := nextChange(f, all, holds, at, to)
		for _, d := range all {
			plans[d.Key] = extended(plans[d.Key], stretchOf(d, at, next))
		}
		at = next
	}
	return plans
}

// nextChange is the first instant after at, to at the latest, at which anything may change: a
// state, or the exception or the hold that decides it.
func nextChange(f *spec.Fleet, all []spec.Desired, holds []spec.Hold, at, to time.Time) time.Time {
	next := to
	sooner := func(t time.Time) {
		if t.After(at) && t.Before(next) {
			next = t
		}
	}
	for _, d := range all {
		sooner(d.Next.At)
	}
	for _, h := range holds {
		sooner(h.Until)
	}
	for _, s := range f.Schedules {
		for _, e := range s.Exceptions {
			sooner(e.Next(at))
		}
	}
	return next
}

func stretchOf(d spec.Desired, from, to time.Time) stretch {
	s := stretch{from: from, to: to, state: d.Wants, memory: d.Memory, rule: d.Rule, held: d.Hold != nil}
	if d.Schedule != nil && d.Hold == nil {
		s.exception = slices.ContainsFunc(d.Schedule.Exceptions, func(e spec.Exception) bool { return e.Contains(from) })
	}
	return s
}

func extended(plan []stretch, s stretch) []stretch {
	if n := len(plan); n > 0 {
		same := s
		same.from, same.to = plan[n-1].from, plan[n-1].to
		if same == plan[n-1] {
			plan[n-1].to = s.to
			return plan
		}
	}
	return append(plan, s)
}
