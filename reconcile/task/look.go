package task

import (
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/requests"
	"github.com/aurad/aurad/spec"
)

// beforeEdge is when things are made ready ahead of an edge, so that the edge itself costs no
// look and no token. A wave that the budget stretches over minutes gets as many more.
const beforeEdge = 3 * time.Minute

// Unseen returns a look at every instance of the fleet that is known by name only.
func Unseen(w reconcile.World) []Task {
	return slices.DeleteFunc(agenda{w}.looks(Pace{}), func(t Task) bool {
		live, _ := w.Observed.Find(t.ID)
		return !live.SeenAt.IsZero()
	})
}

// looks keeps every instance of the file in sight, the oldest look first.
func (w agenda) looks(pace Pace) []Task {
	w.World = w.WithEdges()
	tasks, watch := make([]Task, 0, len(w.Desired)), w.watch(pace)
	named, crowd := w.Wanted(), map[time.Time]int{}
	for _, d := range w.Desired {
		crowd[w.Start(d)]++
	}
	for _, d := range w.Desired {
		e, start := w.Ledger[d.Key], w.Start(d)
		if live, ok := w.Find(d, e, named); ok && e.Op == nil {
			t := w.look(d.Key, live, start, w.Stretch(crowd[start]), pace)
			tasks = append(tasks, t.forHands(watch[d.Key], w.Now))
		}
	}
	var removed []string
	for key, e := range w.Ledger {
		if e.ID != "" && e.Op == nil && !w.Desires(key) {
			removed = append(removed, key)
		}
	}
	for _, key := range slices.Sorted(slices.Values(removed)) {
		if live, ok := w.Observed.Find(w.Ledger[key].ID); ok {
			tasks = append(tasks, w.look(key, live, time.Time{}, 0, pace))
		}
	}
	return tasks
}

// freshSight is how old the look before a deletion for absence may be: a person may have started the
// instance since the one before.
const freshSight = time.Minute

func (w agenda) freshlySeen(id string) bool {
	live, _ := w.Observed.Find(id)
	age := w.Now.Sub(live.SeenAt)
	return age >= 0 && age < freshSight
}

// lookFirst brings the look at a step's instance forward, to the turn of the step.
func lookFirst(looks []Task, s reconcile.Step, now time.Time) {
	for i := range looks {
		if looks[i].ID == s.InstanceID && looks[i].Kind == Look {
			looks[i].Due, looks[i].rank = now, s.Rank()
		}
	}
}

// look is when an instance is looked at next; crowd is how long the budget stretches the wave of
// its edge.
func (w agenda) look(key string, live observed.Live, edge time.Time, crowd time.Duration, pace Pace) Task {
	t := Task{Kind: Look, Key: key, ID: live.ID, Requests: 1, rank: rankLook}
	if live.SeenAt.IsZero() {
		t.Deadline = w.Observed.ListedAt
		return t
	}
	t.Due, t.Deadline = live.SeenAt.Add(pace.MaxAge*3/4), live.SeenAt.Add(pace.MaxAge*9/10)
	if is, _ := observed.Classify(live.Status); is == observed.Moving || is == observed.Leaving {
		t.Due = sooner(t.Due, live.SeenAt.Add(reconcile.LagGrace))
	}
	if p := w.Ledger[key].Settled; p.Last() == spec.Paused {
		t.Due = sooner(t.Due, later(p.Since.Add(reconcile.ResumesItself), live.SeenAt.Add(time.Hour)))
	}
	if live.SeenAt.Before(w.JumpedAt) {
		t.Due = sooner(t.Due, w.JumpedAt)
	}
	if ahead := edge.Add(-beforeEdge - 2*crowd); !edge.IsZero() && live.SeenAt.Before(ahead) && ahead.Before(t.Due) {
		t.Due, t.rank = ahead, rankAhead
	}
	return t
}

// forHands brings a look forward to when it is the turn of its instance to be looked at for the work
// of hands; zero when it has none. Once it is due by itself it is that look.
func (t Task) forHands(turn, now time.Time) Task {
	if !turn.IsZero() && turn.Before(t.Due) && now.Before(t.Due) {
		t.Due, t.rank = turn, rankWatch
	}
	return t
}

// renewals asks for a token that outlasts the transitions of the next edge.
func (w agenda) renewals(p reconcile.Plan) []Task {
	demands := Demands(p)
	i := slices.IndexFunc(demands, func(d requests.Demand) bool { return d.N > 0 })
	if i < 0 {
		return nil
	}
	edge := demands[i]
	over := edge.At.Add(w.Stretch(edge.N) + requests.Window)
	if w.AuthorizedUntil.IsZero() || !w.AuthorizedUntil.Before(over) {
		return nil
	}
	return []Task{{Kind: Renew, Requests: 1, Due: edge.At.Add(-beforeEdge), Deadline: over, rank: rankRenew}}
}
