package spec

import "time"

// Stretch is a time without an edge, [From, To).
type Stretch struct {
	From, To time.Time
	State    State
	Memory   string // the schedule's off size, "" for the instance's own
	Rule     string // what decides at From
}

// Stretches divides [from, to) at the schedule's edges. None is empty.
func (s *Schedule) Stretches(from, to time.Time) []Stretch {
	var all []Stretch
	for at := from; at.Before(to); {
		v := s.At(at)
		end := v.Next.At
		if end.IsZero() || end.After(to) {
			end = to
		}
		all = append(all, Stretch{at, end, v.State, v.Memory, v.Rule})
		at = end
	}
	return all
}
