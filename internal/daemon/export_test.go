package daemon_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/metrics"
	"github.com/aurad/aurad/reconcile"
)

const nightly = `
schedules: {office: {running: ["daily 07:00-19:00"]}}
instances: {a: {schedule: office}, b: {state: running}}
`

// A snapshot remembers what an instance was, and says the same to Prometheus.
func TestSnapshotHasHistory(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(nightly)
		w.run(20 * time.Hour)
		snap := w.d.Snapshot()
		st := snap.Instances[0]
		var seen []string
		for i, s := range st.History {
			seen = append(seen, s.Status)
			if i > 0 && s.Since.Before(st.History[i-1].Since) {
				t.Errorf("spell %d is before the one before: %v", i, st.History)
			}
		}
		if n := len(seen); n < 4 || seen[0] != "" || seen[n-1] != "paused" || st.Since != st.History[n-1].Since {
			t.Errorf("history of a: %v, since %v", seen, st.Since)
		}
		f := snap.Export()
		in := f.Instances[0]
		if !f.Ready || !f.ConfigOK || f.ConfigLoadedAt.IsZero() || f.ListedAt.IsZero() || f.BudgetLimit != 25 {
			t.Errorf("fleet: %+v", f)
		}
		if in.Key != "a" || in.Live != "paused" || in.Desired != "paused" || !in.Matches || in.Schedule != "office" || in.Type != "professional-db" ||
			in.NextState != "running" || !in.Priced || in.Saving <= 0 || in.Credential != "stored" || in.Since.Hour() != 19 {
			t.Errorf("instance: %+v", in)
		}
	})
}

// The history of a restarted daemon begins with what the ledger knows.
func TestHistoryAfterARestart(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(nightly)
		w.run(20 * time.Hour)
		since := w.d.Snapshot().Instances[0].Since
		w.start(nightly)
		w.run(time.Hour)
		if got := w.d.Snapshot().Instances[0].Since; got.Sub(since).Abs() > time.Minute {
			t.Errorf("paused since %v after a restart, was %v", got, since)
		}
	})
}

func TestEventsAreCounted(t *testing.T) {
	reg := prometheus.NewRegistry()
	m, err := metrics.New(reg, "test", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{}
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(nightly)
		w.run(20 * time.Hour)
		for _, e := range w.events {
			daemon.Count(m, e)
			if e.Verb == reconcile.Pause && e.Kind == journal.Started {
				want["aurad_steps_total schedule started pause"]++
				want["aurad_steps_total schedule finished pause"]++
				want["aurad_operation_duration_seconds pause"]++
				if !e.Due.IsZero() {
					want["aurad_transition_lateness_seconds pause"]++
				}
			}
		}
	})
	got := map[string]uint64{}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, s := range f.GetMetric() {
			name := f.GetName()
			for _, l := range s.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = uint64(s.GetCounter().GetValue()) + s.GetHistogram().GetSampleCount()
		}
	}
	if want["aurad_transition_lateness_seconds pause"] == 0 {
		t.Error("no pause at an edge was told of")
	}
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s = %d, want %d", name, got[name], n)
		}
	}
}
