package task

import (
	"fmt"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// enforcedWorld is n instances that are paused, as their schedule says, hands or not; the i-th one was
// last seen i+1 seconds ago.
func enforcedWorld(n int) reconcile.World {
	w := reconcile.World{Now: noon, Limit: 25, Policy: spec.Policy{Mode: spec.Upsert}, Ledger: reconcile.Ledger{}}
	s := &spec.Schedule{Name: "s", ManualChanges: spec.EnforceSchedule}
	for i := range n {
		key, id := fmt.Sprintf("i%02d", i), fmt.Sprintf("%08x", i)
		w.Desired = append(w.Desired, spec.Desired{Wants: spec.Paused, Instance: spec.Instance{Key: key, Name: key, Schedule: s}})
		w.Ledger[key] = reconcile.Entry{ID: id, Settled: reconcile.Settled{State: spec.Paused}}
		w.Observed.Instances = append(w.Observed.Instances, observed.Live{ID: id, Name: key, Status: "paused", SeenAt: noon.Add(time.Duration(-i-1) * time.Second)})
	}
	return w
}

var pace = Pace{ListEvery: 5 * time.Minute, MaxAge: time.Hour, EnforceWithin: 2 * time.Minute}

func looksOf(w reconcile.World) map[string]Task {
	looks := map[string]Task{}
	for _, t := range Of(w, reconcile.Diff(w), pace) {
		if t.Kind == Look {
			looks[t.Key] = t
		}
	}
	return looks
}

// The looks for the work of hands go round: the oldest first, a share of the round apart, none later
// than a round after the last one.
func TestWatchGoesRound(t *testing.T) {
	w := enforcedWorld(3)
	newest := noon.Add(-time.Second)
	for i, want := range []time.Time{newest.Add(90 * time.Second), newest.Add(60 * time.Second), newest.Add(30 * time.Second)} {
		look := looksOf(w)[fmt.Sprintf("i%02d", i)]
		if !look.Due.Equal(want) || look.rank != rankWatch || look.urgent(look.Due) {
			t.Errorf("i%02d: due %s, want %s, %+v", i, look.Due, want, look)
		}
	}
	w.Observed.Instances[2].SeenAt = noon.Add(-89 * time.Second) // the others were seen meanwhile, for another reason
	if look := looksOf(w)["i02"]; !look.Due.Equal(noon.Add(time.Second)) {
		t.Errorf("a round after the last look is %s, not %s", noon.Add(time.Second), look.Due)
	}
	w = enforcedWorld(50)
	if look := looksOf(w)["i00"]; !look.Due.Equal(newest.Add(4 * time.Minute)) {
		t.Errorf("50 of them, 12.5 a minute: the newest is due at %s", look.Due)
	}
}

// Nothing is looked for where nothing would be undone, and a look that is due by itself is that.
func TestWatchOnlyWhatIsUndone(t *testing.T) {
	for name, change := range map[string]func(*reconcile.World){
		"left until the next edge": func(w *reconcile.World) {
			w.Desired[0].Schedule = &spec.Schedule{Name: "s", ManualChanges: spec.UntilNextEdge}
		},
		"no schedule":  func(w *reconcile.World) { w.Desired[0].Schedule = nil },
		"suspended":    func(w *reconcile.World) { w.Desired[0].Suspend = true },
		"mode observe": func(w *reconcile.World) { w.Policy.Mode = spec.Observe },
		"not ours":     func(w *reconcile.World) { w.Ledger["i00"] = reconcile.Entry{}; w.Desired[0].ID = "00000000" },
		"unusable":     func(w *reconcile.World) { w.Observed.Instances[0].Status = "loading failed" },
	} {
		w := enforcedWorld(1)
		change(&w)
		if look, ok := looksOf(w)["i00"]; ok && look.Due.Before(noon.Add(40*time.Minute)) {
			t.Errorf("%s: looked at %s", name, look.Due)
		}
	}
	w := enforcedWorld(1)
	w.Observed.Instances[0].SeenAt = noon.Add(-50 * time.Minute)
	if look := looksOf(w)["i00"]; look.rank != rankLook || !look.Due.Equal(noon.Add(-5*time.Minute)) {
		t.Errorf("50 minutes old: %+v", look)
	}
	w.Ledger["i00"] = reconcile.Entry{ID: "00000000", Op: &reconcile.Operation{Verb: reconcile.Pause, StartedAt: noon}}
	if look, ok := looksOf(w)["i00"]; ok {
		t.Errorf("looked at while its pause is confirmed: %+v", look)
	}
}
