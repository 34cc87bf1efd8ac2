package daemon_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// enforcing is a fleet of n instances that run from 07:00 to 19:00, hands or not, and of more others,
// ten of which have an edge of their own every three hours.
func enforcing(n, others int) string {
	fleet := "schedules:\n  office: {running: [\"daily 07:00-19:00\"], ready_by: 0m, manual_changes: enforce}\n" +
		"  shifts: {running: [\"daily 00:00-03:00\", \"daily 06:00-09:00\", \"daily 12:00-15:00\", \"daily 18:00-21:00\"], ready_by: 0m}\ninstances:\n"
	for i := range n + others {
		schedule := "office"
		if i >= n {
			schedule = "shifts"
		}
		fleet += fmt.Sprintf("  i%03d: {schedule: %s, adopt: true}\n", i, schedule)
	}
	return fleet
}

// meddle starts or pauses an instance in the console, against its schedule, at once or in the minute
// that everything takes in these worlds, and returns how long the work of the hand stood in a life.
func (w *world) meddle(id string, atOnce bool, live func(time.Duration)) time.Duration {
	w.t.Helper()
	in, _ := w.sim.Instance(id)
	deed, undo := []string{"pause", "paused"}, "/resume"
	if in.Status == "paused" {
		deed, undo = []string{"resume", "running"}, "/pause"
	}
	began := time.Now()
	what, done := deed[0], began.Add(time.Minute)
	if atOnce {
		what, done = deed[1], began
	}
	if err := w.sim.Act(id, what); err != nil {
		w.t.Fatal(err)
	}
	for time.Since(done) < 2*time.Hour {
		live(time.Minute)
		for _, r := range w.sim.Requests() {
			if r.At.After(began) && r.Path == "/v1/instances/"+id+undo && r.Accepted() {
				return r.At.Sub(done)
			}
		}
	}
	w.t.Fatalf("%s by hand of %s is not undone after two hours\n%s", what, id, w.story())
	return 0
}

// atEdge reports whether the schedule is about to do what a hand would, or has just done it.
func atEdge(now time.Time) bool {
	for _, edge := range []int{7, 19} {
		if since := now.Sub(now.Truncate(24 * time.Hour).Add(time.Duration(edge) * time.Hour)); since.Abs() < 15*time.Minute {
			return true
		}
	}
	return false
}

// stood is how long the work of hands stood at most, of acts at random instants on the first n
// instances.
func (w *world) stood(n, acts int, live func(time.Duration)) time.Duration {
	rng := rand.New(rand.NewPCG(5, uint64(n)))
	ids := w.sim.Instances()
	live(10 * time.Minute)
	var all []time.Duration
	for range acts {
		live(3*time.Minute + time.Duration(rng.Int64N(int64(12*time.Minute))))
		for atEdge(time.Now()) {
			live(7 * time.Minute)
		}
		all = append(all, w.meddle(ids[rng.IntN(n)].ID, rng.IntN(2) == 0, live))
	}
	slices.Sort(all)
	w.t.Logf("%d under enforce: what %d hands did stood %s at most, %s in the middle", n, acts, all[acts-1].Round(time.Second), all[acts/2].Round(time.Second))
	return all[acts-1]
}

// What a hand did under `manual_changes: enforce` is undone within two minutes, at whatever time of
// the day it was done, and beside a fleet that has edges of its own.
func TestEnforceUndoesWithinTwoMinutes(t *testing.T) {
	for _, n := range []int{1, 18} {
		inWorld(t, aurasim.Config{Durations: even(time.Minute), KeepRequests: 300}, func(w *world) {
			w.add(n + 10)
			w.start(enforcing(n, 10))
			if got := w.stood(n, 30, w.run); got > 2*time.Minute {
				t.Errorf("%d under enforce: %s\n%s", n, got, w.story())
			}
		})
	}
}

// With more instances than half of the requests can look at in time the bound is the one that
// `aurad validate` tells.
func TestEnforceWithinWhatTheBudgetAllows(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(time.Minute), KeepRequests: 300}, func(w *world) {
		w.add(60)
		w.start(enforcing(60, 0))
		f := w.parse(enforcing(60, 0))
		bound := f.UndoneWithin(f.Schedules[0])
		if told := f.Warnings.Error(); !strings.Contains(told, "within 7m, not 2m") || bound > 7*time.Minute || bound < 6*time.Minute {
			t.Errorf("%s: %s", bound, told)
		}
		if got := w.stood(60, 10, w.run); got > bound {
			t.Errorf("%s, the bound is %s\n%s", got, bound, w.story())
		}
	})
}

// Another client that spends nearly all of the budget costs the looks for hands theirs. What is left
// is that no look is older than max_age.
func TestEnforceBesideAForeignClient(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(time.Minute), KeepRequests: 300}, func(w *world) {
		w.limit = 60
		w.add(18)
		w.head = strings.Replace(header, "defaults:", "observe: {max_age: 20m}\ndefaults:", 1)
		w.start(enforcing(18, 0))
		got := w.stood(18, 6, func(d time.Duration) {
			for end := time.Now().Add(d); time.Now().Before(end); {
				w.foreign(5) // and a token
				w.run(15 * time.Second)
			}
		})
		if got > 20*time.Minute || refused(w) == 0 {
			t.Errorf("%s, and max_age is 20m; %d were refused\n%s", got, refused(w), w.story())
		}
	})
}

// Looking for the work of hands takes half of no minute's requests, and adds none where nothing is
// undone, or where the file asks for nothing sooner than max_age.
func TestEnforceIsNotDear(t *testing.T) {
	for head, want := range map[string]struct{ least, most int }{ // requests in ten minutes
		header: {115, 130},
		strings.Replace(header, "defaults:", "policy: {mode: observe}\ndefaults:", 1):        {0, 15},
		strings.Replace(header, "defaults:", "observe: {enforce_within: 60m}\ndefaults:", 1): {0, 15},
	} {
		inWorld(t, aurasim.Config{}, func(w *world) {
			w.add(18)
			w.head = head
			w.start(enforcing(18, 0))
			w.run(30 * time.Minute)
			before := w.sim.RequestCount()
			w.run(10 * time.Minute)
			all := w.sim.Requests()[before:]
			if len(all) < want.least || len(all) > want.most {
				t.Errorf("%d requests in ten minutes, want %d to %d, with\n%s", len(all), want.least, want.most, head)
			}
			for i := 0; i+14 < len(all); i++ {
				if gap := all[i+14].At.Sub(all[i].At); gap < time.Minute {
					t.Errorf("15 requests within %s", gap)
				}
			}
		})
	}
}

// A wave of 25 beside 18 that are looked at for hands goes out as one that is alone does.
func TestEnforceDelaysNoEdge(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
		w.add(43)
		w.start(enforcing(18, 25))
		w.run(time.Until(w.began.Add(3*time.Hour - time.Second))) // not to the edge itself: some would go out in this run
		before := w.sim.RequestCount()
		w.run(4 * time.Minute)
		var last time.Time
		n := 0
		for _, r := range w.sim.Requests()[before:] {
			if strings.HasSuffix(r.Path, "/pause") && r.Accepted() {
				n, last = n+1, r.At
			}
		}
		if late := last.Sub(w.began.Add(3 * time.Hour)); n != 25 || late > 2*time.Second {
			t.Errorf("%d of 25 pauses, the last one %s after the edge", n, late)
		}
		w.run(time.Minute)
		if !w.allConfirmed() {
			t.Error("five minutes after the edge it is not known that all are paused")
		}
	})
}
