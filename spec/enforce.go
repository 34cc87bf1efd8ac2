package spec

import (
	"slices"
	"time"
)

// Looking for the work of hands may spend one of so many requests: the rest is for what cannot be
// told beforehand.
const handsShare = 2

// Round is in what time n instances under EnforceSchedule are looked at once each, by an account of
// limit requests a minute: soon enough for EnforceWithin, or as soon as half of the requests allow.
func (o Observation) Round(n, limit int) time.Duration {
	return max(o.EnforceWithin*3/4, time.Duration(n)*handsShare*time.Minute/time.Duration(max(1, limit)))
}

// UndoneWithin is how long the work of a hand stands at most while nothing else spends the budget: a
// round, and a third of it to be seen and acted upon, in whole minutes. No look is older than MaxAge in
// any case.
func (o Observation) UndoneWithin(n, limit int) time.Duration {
	within := o.EnforceWithin
	if round := o.Round(n, limit); round > within*3/4 {
		within = (round*4/3 + time.Minute - 1).Truncate(time.Minute)
	}
	return min(within, o.MaxAge)
}

// UndoneWithin is that bound for the instances of one schedule; 0 when it undoes nothing. Each
// account has its own requests, and the slowest one counts.
func (f *Fleet) UndoneWithin(s *Schedule) time.Duration {
	if s.ManualChanges != EnforceSchedule || f.Policy.Mode == Observe {
		return 0
	}
	var within time.Duration
	for _, a := range f.Accounts {
		part := f.For(a.Name)
		if slices.ContainsFunc(part.Instances, func(in Instance) bool { return in.Schedule == s && in.Enforced() }) {
			within = max(within, f.Observe.UndoneWithin(part.enforced(), a.Budget.RequestsPerMinute-a.Budget.Reserve))
		}
	}
	return within
}

// enforced counts the instances that are looked at for the work of hands.
func (f *Fleet) enforced() int {
	n := 0
	for _, in := range f.Instances {
		if in.Enforced() {
			n++
		}
	}
	return n
}

// Enforced reports whether a pause or resume by hand is to be undone at once.
func (in Instance) Enforced() bool {
	return in.Schedule != nil && in.Schedule.ManualChanges == EnforceSchedule && !in.Suspend
}
