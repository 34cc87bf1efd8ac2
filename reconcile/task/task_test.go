package task

import (
	"slices"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

func listOf(w reconcile.World) Task {
	tasks := Of(w, reconcile.Permit(reconcile.Diff(w), spec.Policy{Mode: spec.Upsert}), Pace{ListEvery: 5 * time.Minute, MaxAge: time.Hour})
	return tasks[slices.IndexFunc(tasks, func(t Task) bool { return t.Kind == List })]
}

func creates(w reconcile.World) bool {
	tasks := Of(w, reconcile.Diff(w), Pace{ListEvery: 5 * time.Minute, MaxAge: time.Hour})
	return slices.ContainsFunc(tasks, func(t Task) bool { return t.Kind == Take && t.Step.Verb == reconcile.Create })
}

// Only a list of less than a minute ago rules out a duplicate; one from the future, as after a
// clock was set back, rules out nothing.
func TestCreateNeedsAFreshList(t *testing.T) {
	w := reconcile.World{Now: noon, Desired: []spec.Desired{{Wants: spec.Running, Instance: spec.Instance{Key: "a", Name: "a"}}}, Ledger: reconcile.Ledger{}}
	for age, fresh := range map[time.Duration]bool{0: true, 59 * time.Second: true, time.Minute: false, time.Hour: false, -time.Second: false, -time.Hour: false} {
		w.Observed.ListedAt = noon.Add(-age)
		if got := creates(w); got != fresh {
			t.Errorf("a list %s old: creates %t, want %t", age, got, fresh)
		}
		if list := listOf(w); !fresh && list.Due.After(noon) {
			t.Errorf("a list %s old: the next one is due at %s", age, list.Due)
		}
	}
}

// An unanswered create is looked for at once, but after the clock was set back before it, when
// no list can seem newer, not in a circle.
func TestUnansweredCreateIsLookedFor(t *testing.T) {
	w := reconcile.World{Now: noon, Desired: []spec.Desired{{Wants: spec.Running, Instance: spec.Instance{Key: "a", Name: "a"}}}}
	w.Observed.ListedAt = noon.Add(-10 * time.Second)
	for born, due := range map[time.Duration]time.Time{
		-5 * time.Second: noon,
		0:                noon.Add(showsUp),
		time.Hour:        w.Observed.ListedAt.Add(reconcile.FreshList),
	} {
		w.Ledger = reconcile.Ledger{"a": {Birth: &reconcile.Birth{Nonce: "0badcafe", At: noon.Add(born), Grace: 10 * time.Minute, Stage: reconcile.Intended}}}
		if list := listOf(w); !list.Due.Equal(due) {
			t.Errorf("born %s from now: listed at %s, want %s", born, list.Due, due)
		}
	}
}
