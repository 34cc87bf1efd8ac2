package reconcile_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/requests"
	"github.com/aurad/aurad/reconcile/task"
)

// The order in which a short budget is spent: what is half made, people who wait, money, changes, and
// what can be made again at leisure. Of two that are alike the one with the earlier edge goes first.
func TestOrderOfSpending(t *testing.T) {
	step := func(key string, verb reconcile.Verb, cause reconcile.Cause, due string) reconcile.Step {
		s := reconcile.Step{Key: key, InstanceID: key, Verb: verb, Cause: cause, Requests: 1}
		if due != "" {
			s.Due = at(due)
		}
		return s
	}
	p := reconcile.Plan{Steps: []reconcile.Step{
		step("a deleted", reconcile.Delete, reconcile.CauseStated, ""),
		step("b resized", reconcile.Resize, reconcile.CauseDrift, ""),
		step("c paused later", reconcile.Pause, reconcile.CauseSchedule, "11:59:00"),
		step("d paused first", reconcile.Pause, reconcile.CauseSchedule, "11:58:00"),
		step("e resumed later", reconcile.Resume, reconcile.CauseSchedule, "11:59:00"),
		step("f resumed first", reconcile.Resume, reconcile.CauseSchedule, "11:58:00"),
		step("g half made", reconcile.Create, reconcile.CauseUnfinished, ""),
	}}
	live := func(id, seen string) observed.Live {
		return observed.Live{ID: id, Name: id, Status: "running", SeenAt: at(seen)}
	}
	w := reconcile.World{Now: at("12:00:00"), Limit: 25,
		Ledger: reconcile.Ledger{"fresh": {ID: "fresh"}, "stale": {ID: "stale"}, "g half made": {Birth: &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Spooled}}},
		Observed: observed.Fleet{ListedAt: at("11:40:00"), Instances: []observed.Live{
			live("fresh", "11:14:30"), // due, not late
			live("stale", "11:00:00"), // late: no look is older than MaxAge
		}}}
	pace := task.Pace{ListEvery: 20 * time.Minute, MaxAge: time.Hour}
	send, _ := task.Admit(w.Now, requests.Log{Limit: 25}, task.Of(w, p, pace), nil)
	var got []string
	for _, one := range send {
		got = append(got, string(one.Kind)+" "+one.Key)
	}
	want := []string{"take g half made", "take f resumed first", "take e resumed later", "take d paused first", "take c paused later",
		"take b resized", "look stale", "take a deleted", "list ", "look fresh"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}

	one, _ := task.Admit(w.Now, requests.Log{Limit: 1}, task.Of(w, p, pace), nil)
	if len(one) != 2 || one[0].Requests != 0 || one[1].Key != "f resumed first" {
		t.Errorf("with one slot: %+v", one)
	}

	// An edge that comes within the minute has its slots kept from what can wait.
	before, _ := task.Admit(w.Now, requests.Log{Limit: 25}, task.Of(w, p, pace), []requests.Demand{{At: at("12:00:30"), N: 25}})
	got = nil
	for _, task := range before {
		got = append(got, string(task.Kind)+" "+task.Key)
	}
	if want := append(slices.Clone(want[:5]), "look stale"); !slices.Equal(got, want) {
		t.Errorf("before an edge: got %q\nwant %q", got, want)
	}
}
