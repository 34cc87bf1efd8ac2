package reconcile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/task"
	"github.com/aurad/aurad/spec"
)

// Each field that can be changed is sent when the file changes it, on its own, by the one step
// that Aura takes it with.
func TestEachChangeIsSent(t *testing.T) {
	yes, no, two := true, false, 2
	for field, c := range map[string]struct {
		verb     reconcile.Verb
		old, new string
		change   func(*scene)
	}{
		"name":                   {reconcile.Rename, "a", "b", func(s *scene) { s.want.Name = "b" }},
		"memory":                 {reconcile.Resize, "2GB", "2048GB", func(s *scene) { s.want.Memory = "2048GB" }},
		"storage":                {reconcile.Resize, "4GB", "16GB", func(s *scene) { s.want.Storage = "16GB" }},
		"type":                   {reconcile.Upgrade, "professional-db", "business-critical", func(s *scene) { s.want.Type = "business-critical" }},
		"vector_optimized":       {reconcile.Update, "false", "true", func(s *scene) { s.want.VectorOptimized, s.live.VectorOptimized = &yes, &no }},
		"graph_analytics_plugin": {reconcile.Update, "true", "false", func(s *scene) { s.want.GraphAnalyticsPlugin, s.live.GraphAnalyticsPlugin = &no, &yes }},
		"cdc_enrichment_mode":    {reconcile.Update, "OFF", "DIFF", func(s *scene) { s.want.CDCEnrichmentMode = "DIFF" }},
		"secondaries_count":      {reconcile.Update, "0", "2", func(s *scene) { s.want.SecondariesCount = &two }},
	} {
		s := newScene()
		c.change(s)
		steps := reconcile.Diff(s.world()).Steps
		if len(steps) != 1 || steps[0].Verb != c.verb || len(steps[0].Changes) != 1 || steps[0].Changes[0] != (reconcile.Change{Field: field, Old: c.old, New: c.new}) {
			t.Errorf("%s: %+v", field, steps)
		}
	}
}

// A switch that the API leaves out counts as it was last requested; one that nobody ever set is sent.
func TestASwitchThatIsNotShown(t *testing.T) {
	yes := true
	s := newScene()
	s.want.GraphAnalyticsPlugin = &yes
	steps := reconcile.Diff(s.world()).Steps
	if len(steps) != 1 || steps[0].Verb != reconcile.Update {
		t.Fatalf("never set: %+v", steps)
	}
	s.mem.Requested.GraphAnalyticsPlugin = &yes
	for _, step := range reconcile.Diff(s.world()).Steps {
		if step.Verb == reconcile.Update {
			t.Errorf("requested before: %+v", step)
		}
	}
}

// A create asks for all that the file says, and for nothing that it doesn't.
func TestACreateAsksForAllOfTheFile(t *testing.T) {
	yes := true
	s := newScene().unowned().absent()
	s.want.Storage, s.want.CustomerManagedKeyID = "4GB", "k-1"
	s.want.VectorOptimized, s.want.GraphAnalyticsPlugin = &yes, &yes
	s.want.Source = &spec.Source{Instance: "9c8d7e6f", SnapshotID: "s-1"}
	var got []string
	for _, c := range reconcile.Diff(s.world()).Steps[0].Changes {
		got = append(got, c.Field+"="+c.New)
	}
	want := "name=a type=professional-db cloud_provider=gcp region=europe-west1 memory=2GB storage=4GB version=5 customer_managed_key_id=k-1 " +
		"vector_optimized=true graph_analytics_plugin=true source.instance=9c8d7e6f source.snapshot_id=s-1"
	if all := strings.Join(got, " "); all != want {
		t.Errorf("got  %s\nwant %s", all, want)
	}
}

// A clone waits until what it is cloned from is complete and runs: its data are not there before.
func TestACloneWaitsForItsSource(t *testing.T) {
	for name, c := range map[string]struct {
		waits  bool
		change func(*reconcile.Entry, *observed.Live)
	}{
		"running": {false, func(*reconcile.Entry, *observed.Live) {}},
		"paused":  {true, func(_ *reconcile.Entry, l *observed.Live) { l.Status = "paused" }},
		"being resized": {true, func(e *reconcile.Entry, _ *observed.Live) {
			e.Op = &reconcile.Operation{Verb: reconcile.Resize, StartedAt: at("11:59:00")}
		}},
		"being created": {true, func(e *reconcile.Entry, _ *observed.Live) {
			e.Birth = &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Stored, At: at("11:55:00")}
		}},
		"gone from Aura": {true, func(_ *reconcile.Entry, l *observed.Live) { l.ID = "other" }},
	} {
		s := newScene().unowned().absent()
		s.want.Source = &spec.Source{Instance: "source"}
		from := *s.want
		from.Key, from.Name, from.Source = "source", "source", nil
		live := observed.Live{ID: "i2", Name: "source", Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Status: "running", Memory: "2GB", SeenAt: at("11:59:00")}
		entry := reconcile.Entry{ID: "i2", Made: reconcile.Made{Version: "5"}, Settled: reconcile.Settled{State: spec.Running, Since: at("08:00:00")}}
		c.change(&entry, &live)
		s.more = []observed.Live{live}
		w := s.world()
		w.Desired = append(w.Desired, from)
		w.Ledger["source"] = entry
		waits := false
		for _, step := range reconcile.Diff(w).Steps {
			waits = waits || step.Key == "a" && step.Verb == reconcile.Wait && step.Cause == reconcile.CauseSource
		}
		if waits != c.waits {
			t.Errorf("%s: waits %v", name, waits)
		}
	}
}

// Looks, and the pauses or the resumes of one edge, go out side by side; all else one by one.
func TestWhatGoesOutTogether(t *testing.T) {
	take := func(v reconcile.Verb, due string) task.Task {
		return task.Task{Kind: task.Take, Step: reconcile.Step{Verb: v, Due: at(due)}}
	}
	look, confirm := task.Task{Kind: task.Look}, task.Task{Kind: task.Confirm}
	for _, c := range []struct {
		a, b task.Task
		want bool
	}{
		{take(reconcile.Pause, "19:00:00"), take(reconcile.Pause, "19:00:00"), true},
		{take(reconcile.Resume, "07:00:00"), take(reconcile.Resume, "07:00:00"), true},
		{take(reconcile.Pause, "19:00:00"), take(reconcile.Pause, "19:01:00"), false},
		{take(reconcile.Pause, "19:00:00"), take(reconcile.Resume, "19:00:00"), false},
		{take(reconcile.Create, "19:00:00"), take(reconcile.Create, "19:00:00"), false},
		{look, look, true}, {confirm, confirm, true}, {look, confirm, false}, {look, take(reconcile.Pause, "19:00:00"), false},
	} {
		if got := c.a.Beside(c.b); got != c.want {
			t.Errorf("%v %s beside %v %s: %v", c.a.Kind, c.a.Step.Verb, c.b.Kind, c.b.Step.Verb, got)
		}
	}
}

// An instance that Aura doesn't know: right after its create that is usual, and later it is gone.
func TestGone(t *testing.T) {
	young := reconcile.Entry{ID: "i1", Op: &reconcile.Operation{Verb: reconcile.Create, StartedAt: at("12:00:00")}}
	if e := young.Gone("i1", at("12:00:30")); e.Op == nil || e.Op.Looks != 1 || !e.Op.LookedAt.Equal(at("12:00:30")) {
		t.Errorf("half a minute after the create: %+v", e.Op)
	}
	if young.Op.Looks != 0 {
		t.Error("the entry of before has changed")
	}
	if e := young.Gone("i1", at("13:00:00")); e.Op != nil {
		t.Errorf("an hour after the create: %+v", e.Op)
	}
	mistake := reconcile.Entry{Birth: &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Intended, InstanceID: "i2"}, Op: &reconcile.Operation{Verb: reconcile.Delete, StartedAt: at("12:00:00")}}
	if e := mistake.Gone("i1", at("12:01:00")); e.Birth == nil || len(e.Tombstones) != 0 {
		t.Errorf("another instance than the birth's is gone: %+v", e)
	}
	if e := mistake.Gone("i2", at("12:01:00")); e.Op != nil || e.Birth != nil || len(e.Tombstones) != 1 {
		t.Errorf("a birth that was deleted: %+v", e)
	}
	if e := mistake.Buried(); e.Op != nil {
		t.Errorf("it is given up by a list, and still being deleted: %+v", e.Op)
	}
	paused := reconcile.Entry{ID: "i1", Birth: &reconcile.Birth{Nonce: "0badcafe"}, Op: &reconcile.Operation{Verb: reconcile.Pause, StartedAt: at("12:00:00")}}
	if e := paused.Gone("i1", at("12:00:01")); e.Op != nil || e.Birth == nil {
		t.Errorf("gone while it was paused: %+v", e)
	}
	if e := (reconcile.Entry{ID: "i1"}).Gone("i1", at("12:00:00")); e.Op != nil || e.ID != "i1" {
		t.Errorf("nothing under way: %+v", e)
	}
}

// What was accepted and not done is told as what was asked for and what a look shows.
func TestUndoneIsTold(t *testing.T) {
	running, paused := observed.Live{ID: "i1", Status: "running", Memory: "2GB"}, observed.Live{ID: "i1", Status: "paused", Memory: "2GB"}
	for _, c := range []struct {
		step        reconcile.Step
		from, shown observed.Live
		want        string
	}{
		{reconcile.Step{Verb: reconcile.Pause}, running, running, "asked for paused, it is running"},
		{reconcile.Step{Verb: reconcile.Resume}, paused, paused, "asked for running, it is paused"},
		{reconcile.Step{Verb: reconcile.Resize, Changes: []reconcile.Change{{Field: "memory", Old: "2GB", New: "4GB"}}}, running, running, "asked for memory 4GB, there is 2GB"},
	} {
		e := reconcile.Entry{ID: "i1"}.Accepted(c.step, c.from, at("12:00:00"))
		e, _, verdict := e.Seen(c.shown, at("13:00:00"))
		if verdict != reconcile.Vanished || e.Failure == nil || !strings.Contains(e.Failure.Message, c.want) {
			t.Errorf("%s: %s, %+v", c.step.Verb, verdict, e.Failure)
		}
	}
}

// A quantile of the remembered durations, of odd and even numbers of them.
func TestQuantile(t *testing.T) {
	known := reconcile.Timings{"c": {4 * time.Second, 1 * time.Second, 3 * time.Second, 2 * time.Second}}
	for q, want := range map[float64]time.Duration{0: 1 * time.Second, 0.25: 2 * time.Second, 0.5: 3 * time.Second, 0.75: 4 * time.Second, 1: 4 * time.Second} {
		if got, ok := known.Quantile("c", q); !ok || got != want {
			t.Errorf("%v: %s", q, got)
		}
	}
	if _, ok := known.Quantile("other", 1); ok {
		t.Error("something is known of a class that was never seen")
	}
}
