package task

import (
	"cmp"
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// watch says when the instances whose schedule undoes the work of hands are looked at for it, by
// key: one after the other, the oldest look first, evenly over a round, so that no minute spends more
// of its requests on that than its share. Where nothing may be undone nothing is looked for.
func (w agenda) watch(pace Pace) map[string]time.Time {
	if pace.EnforceWithin == 0 || w.Policy.Mode == spec.Observe {
		return nil
	}
	var all []string
	seenAt := map[string]time.Time{}
	for i := range w.Desired {
		if seen, ok := w.enforced(&w.Desired[i]); ok {
			all, seenAt[w.Desired[i].Key] = append(all, w.Desired[i].Key), seen
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(seenAt[a].Compare(seenAt[b]), cmp.Compare(a, b)) })
	due := make(map[string]time.Time, len(all))
	round := pace.round(len(all), w.Limit)
	for i, key := range all {
		turn := seenAt[all[len(all)-1]].Add(round * time.Duration(i+1) / time.Duration(len(all)))
		due[key] = earlier(turn, seenAt[key].Add(round))
	}
	return due
}

// enforced reports whether an instance is in a state that a hand could have changed since seen, and
// that would be undone.
func (w agenda) enforced(d *spec.Desired) (seen time.Time, ok bool) {
	e := w.Ledger[d.Key]
	if !d.Enforced() || e.Has() == "" || e.Op != nil {
		return time.Time{}, false
	}
	live, ok := w.Observed.Find(e.ID)
	return live.SeenAt, ok && reconcile.StateOf(live.Status) != ""
}

func (p Pace) round(n, limit int) time.Duration {
	return spec.Observation{EnforceWithin: p.EnforceWithin}.Round(n, limit)
}
