package reconcile_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/requests"
	"github.com/aurad/aurad/reconcile/task"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/value"
)

// bigWorld is a fleet of n with some of everything: a tenth sleeps, a twentieth has drifted, a
// fiftieth is new, a fiftieth has something under way.
func bigWorld(n int) reconcile.World {
	w := reconcile.World{Now: at("12:00:00"), Ledger: reconcile.Ledger{}, Timings: reconcile.Timings{"pause/professional-db/2GB": {time.Minute}}}
	w.Observed.ListedAt = at("11:59:30")
	office := &spec.Schedule{Name: "office-hours", ReadyBy: value.ReadyBy{Auto: true}, ManualChanges: spec.UntilNextEdge}
	for i := range n {
		key, id := fmt.Sprintf("instance-%05d", i), fmt.Sprintf("%08x", i*2654435761%(1<<32))
		d := spec.Desired{Wants: spec.Running, Rule: "schedule office-hours: inside Mon-Fri 07:00-19:00", Instance: spec.Instance{Key: key, Name: key,
			Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Version: "5", Memory: "2GB", Schedule: office}}
		d.Next = spec.Edge{At: at("19:00:00"), State: spec.Paused, Rule: "schedule office-hours: outside Mon-Fri 07:00-19:00"}
		live := observed.Live{ID: id, Name: key, Type: d.Type, CloudProvider: "gcp", Region: d.Region, Status: "running", Memory: "2GB", Storage: "4GB", SeenAt: at("11:30:00")}
		e := reconcile.Entry{ID: id, Settled: reconcile.Settled{State: spec.Running, Since: at("07:00:00"), Until: at("19:00:00")}}
		switch {
		case i%10 == 0:
			live.Status, e.Settled.State = "paused", spec.Paused
		case i%20 == 1:
			d.Memory, d.CDCEnrichmentMode = "4GB", "DIFF"
		case i%50 == 2:
			e.Op = &reconcile.Operation{Verb: reconcile.Pause, From: "running", StartedAt: at("11:59:00"), Class: "pause/professional-db/2GB"}
		}
		w.Desired = append(w.Desired, d)
		if i%50 != 3 {
			w.Ledger[key] = e
			w.Observed.Instances = append(w.Observed.Instances, live)
		}
	}
	w.Observed.Sort()
	return w
}

func BenchmarkDiff10000(b *testing.B) {
	w := bigWorld(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if p := reconcile.Diff(w); len(p.Steps) < 1000 {
			b.Fatalf("%d steps", len(p.Steps))
		}
	}
}

func BenchmarkPermit10000(b *testing.B) {
	w := bigWorld(10_000)
	p := reconcile.Diff(w)
	b.ReportAllocs()
	for b.Loop() {
		reconcile.Permit(p, spec.Policy{Mode: spec.Upsert})
	}
}

func BenchmarkTasksAndAdmit10000(b *testing.B) {
	w := bigWorld(10_000)
	p := reconcile.Diff(w)
	b.ReportAllocs()
	for b.Loop() {
		tasks := task.Of(w, p, task.Pace{ListEvery: 5 * time.Minute, MaxAge: time.Hour})
		if send, _ := task.Admit(w.Now, requests.Log{Limit: 25}, tasks, task.Demands(p)); len(send) != 25 {
			b.Fatalf("%d sent", len(send))
		}
	}
}
