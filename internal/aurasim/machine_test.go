package aurasim

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// Every status an instance can be put in leads where it should, or nowhere.
func TestWhereStatusesLead(t *testing.T) {
	for from, want := range map[string]string{
		StatusCreating: "running", StatusPausing: "paused", StatusResuming: "running", StatusResizing: "running",
		StatusUpdating: "running", StatusOverwriting: "running", StatusLoading: "running", StatusRestoring: "running",
		StatusSuspending: "suspended", StatusDestroying: "deleted", StatusRunning: "running", StatusPaused: "paused",
		StatusLoadingFailed: "loading failed", StatusSuspended: "suspended", "upgrading": "upgrading",
	} {
		w := newWorld(t, Config{})
		id := w.sim.Add(Instance{Status: from})
		if in, _ := w.sim.Instance(id); in.Status != from {
			t.Errorf("added as %s, is %s", from, in.Status)
		}
		w.clock.Advance(time.Minute)
		if in, _ := w.sim.Instance(id); in.Status != want {
			t.Errorf("%s leads to %s, want %s", from, in.Status, want)
		}
	}
}

// A month of events passes in one request, each at its own time.
func TestLazyAdvance(t *testing.T) {
	w := newWorld(t, Config{})
	id := w.sim.Add(Instance{Type: catalog.FreeDB})
	start := w.clock.Now()
	w.clock.Advance(60 * 24 * time.Hour)
	w.want(404, "GET", "/v1/instances/"+id, "")
	in, _ := w.sim.Instance(id)
	pause := start.Add(72 * time.Hour)
	destroy := pause.Add(time.Minute).Add(30 * 24 * time.Hour)
	want := []Change{{start, "running"}, {pause, "pausing"}, {pause.Add(time.Minute), "paused"},
		{destroy, "destroying"}, {destroy.Add(time.Minute), "deleted"}}
	if diff := cmp.Diff(want, in.History); diff != "" {
		t.Error(diff)
	}
	if got := in.StatusAt(destroy.Add(-1)); got != "paused" {
		t.Errorf("StatusAt: %s", got)
	}
	if got := in.StatusAt(start.Add(-1)); got != "" {
		t.Errorf("StatusAt before: %s", got)
	}
}

// Views lag behind actions, not behind what Aura does by itself.
func TestNoLagWithoutAnAction(t *testing.T) {
	w := newWorld(t, Config{Quirks: quirk.Quirks{AutoResume: time.Hour, StatusLagReads: 3}})
	id := w.sim.Add(Instance{Status: StatusPaused})
	w.clock.Advance(time.Hour)
	w.want(200, "GET", "/v1/instances/"+id, "").is("resuming", "data", "status")
}

// NextChange names every instant at which something happens, and no other.
func TestNextChangeAndIdle(t *testing.T) {
	w := newWorld(t, Config{Quirks: quirk.Quirks{AutoResume: time.Hour}})
	if _, ok := w.sim.NextChange(); ok || !w.sim.Idle(w.clock.Now()) {
		t.Error("an empty account changes")
	}
	w.sim.Add(Instance{Status: StatusPausing})
	w.clock.Advance(10 * time.Second)
	w.sim.Add(Instance{Status: StatusResizing})
	var got []string
	for {
		at, ok := w.sim.NextChange()
		if !ok {
			break
		}
		wait := at.Sub(w.clock.Now())
		idle := w.sim.Idle(w.clock.Now())
		w.clock.Advance(wait)
		got = append(got, fmt.Sprint(wait, " ", idle))
	}
	want := []string{"50s false", "10s false", "59m50s true", "1m0s false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// How often somebody asks changes nothing about when things happen, and the same seed is the same
// account.
func TestDurationsDoNotDependOnPolling(t *testing.T) {
	run := func(seed uint64, poll time.Duration) []Instance {
		w := newWorld(t, Config{Seed: seed, Durations: DefaultDurations()})
		id := w.want(202, "POST", "/v1/instances", demoCreate).get("data", "id").(string)
		for elapsed := time.Duration(0); elapsed < 2*24*time.Hour; elapsed += poll {
			w.clock.Advance(poll)
			w.sim.Idle(w.clock.Now())
			w.sim.NextChange()
		}
		w.want(202, "POST", "/v1/instances/"+id+"/pause", "")
		w.clock.Advance(40 * 24 * time.Hour)
		return w.sim.Instances()
	}
	often, seldom, other := run(1, time.Minute), run(1, time.Hour), run(2, time.Hour)
	if diff := cmp.Diff(often, seldom); diff != "" {
		t.Error(diff)
	}
	if often[0].ID == other[0].ID || often[0].Password == other[0].Password {
		t.Error("another seed, the same instance")
	}
}

// Durations stay within their range and use all of it.
func TestDurationsAreDrawnFromTheirRange(t *testing.T) {
	w := newWorld(t, Config{Durations: map[Op]Range{OpPause: {time.Minute, 3 * time.Minute}}})
	var took []time.Duration
	for range 500 {
		w.sim.Add(Instance{Status: StatusPausing})
	}
	start := w.clock.Now()
	w.clock.Advance(time.Hour)
	for _, in := range w.sim.Instances() {
		took = append(took, in.Since.Sub(start))
	}
	least, most := slices.Min(took), slices.Max(took)
	if least < time.Minute || most > 3*time.Minute || least > 62*time.Second || most < 178*time.Second {
		t.Errorf("from %v to %v", least, most)
	}
	if DefaultDurations()[OpCreate] == (Range{}) {
		t.Error("no default for create")
	}
}

// A person in the console is bound by the same rules, but not by the limit, and leaves no request.
func TestActs(t *testing.T) {
	w := newWorld(t, Config{RequestsPerMinute: 1})
	id := w.sim.Add(Instance{Name: "a"})
	before := len(w.sim.Requests())
	for _, step := range []struct {
		wait                  time.Duration
		what, status, refused string
	}{
		{0, "rename b c", "running", ""},
		{0, "resize 8GB", "resizing", ""},
		{0, "pause", "resizing", "undergoing an operation: resizing"},
		{time.Minute, "resize 3GB", "running", "not offered"},
		{0, "pause", "pausing", ""},
		{time.Minute, "resume", "resuming", ""},
		{time.Minute, "upgrade", "updating", ""},
		{time.Minute, "loading failed", "loading failed", ""},
		{0, "suspended", "suspended", ""},
		{0, "dance", "suspended", "can't"},
		{0, "delete", "destroying", ""},
	} {
		w.clock.Advance(step.wait)
		err := w.sim.Act(id, step.what)
		if (err != nil) != (step.refused != "") || err != nil && !strings.Contains(err.Error(), step.refused) {
			t.Errorf("%s: %v", step.what, err)
		}
		if in, _ := w.sim.Instance(id); in.Status != step.status || in.Name != "b c" {
			t.Errorf("%s: %s %q", step.what, in.Status, in.Name)
		}
	}
	w.clock.Advance(time.Minute)
	if in, _ := w.sim.Instance(id); !in.Deleted || in.Memory != "8GB" || in.Type != catalog.BusinessCritical {
		t.Errorf("%+v", in)
	}
	if err := w.sim.Act(id, "pause"); err == nil {
		t.Error("a deleted instance was paused")
	}
	if n := len(w.sim.Requests()); n != before {
		t.Errorf("%d requests logged", n-before)
	}
	gone := w.sim.Add(Instance{})
	if err := w.sim.Act(gone, "vanish"); err != nil {
		t.Error(err)
	}
	if in, _ := w.sim.Instance(gone); !in.Deleted {
		t.Error("vanish left it")
	}
}

// The log numbers every request, keeps the newest, and counts the forgotten ones.
func TestLogForgets(t *testing.T) {
	w := newWorld(t, Config{KeepRequests: 10})
	for range 100 {
		w.do("GET", "/v1/tenants", "")
	}
	log := w.sim.Requests()
	if len(log) < 10 || len(log) > 20 || log[len(log)-1].N != 101 || w.sim.RequestCount() != 101 {
		t.Errorf("%d kept, last %d, count %d", len(log), log[len(log)-1].N, w.sim.RequestCount())
	}
}

// Many clients at once: nothing is lost, doubled or torn (run with -race).
func TestConcurrentClients(t *testing.T) {
	w := newWorld(t, Config{RequestsPerMinute: -1})
	server := httptest.NewServer(w.sim)
	defer server.Close()
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for range 25 {
				rt := server.Client().Transport
				if n%2 == 0 {
					rt = w.sim.Transport()
				}
				a := w.over(rt, "POST", server.URL+"/v1/instances", demoCreate)
				if a.status != 202 {
					t.Errorf("%d %s %v", a.status, a.body, a.err)
					continue
				}
				id := a.get("data", "id").(string)
				w.clock.Advance(10 * time.Minute)
				w.over(rt, "POST", server.URL+"/v1/instances/"+id+"/pause", "")
				w.over(rt, "GET", server.URL+"/v1/instances/"+id, "")
				w.sim.Instances()
				w.sim.NextChange()
				w.sim.Idle(w.clock.Now())
				w.sim.Inject(Fault{Kind: StaleRead, Method: "GET"})
				w.sim.SetQuirks(quirk.Quirks{})
			}
		})
	}
	wg.Wait()
	ids, passwords := map[string]bool{}, map[string]bool{}
	for _, in := range w.sim.Instances() {
		ids[in.ID], passwords[in.Password] = true, true
	}
	if len(ids) != 200 || len(passwords) != 200 {
		t.Errorf("%d ids, %d passwords", len(ids), len(passwords))
	}
}
