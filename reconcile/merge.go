package reconcile

import (
	"cmp"
	"slices"
	"time"
)

// Merge is the plan of several accounts that share a fleet file: all their steps and coming
// edges, in the order of one plan, as of the earliest of their moments. Each account carries out
// its own steps, on its own budget, beside the others.
func Merge(plans ...Plan) Plan {
	if len(plans) == 1 {
		return plans[0]
	}
	var at time.Time
	var steps []Step
	next, instances := []Transition{}, 0
	for _, p := range plans {
		steps = append(steps, p.Steps...)
		next = append(next, p.Next...)
		instances += p.Summary.Instances
		if at.IsZero() || p.At.Before(at) {
			at = p.At
		}
	}
	slices.SortStableFunc(next, func(a, b Transition) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Key, b.Key)) })
	return newPlan(at, instances, steps, next)
}
