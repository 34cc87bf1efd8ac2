package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// A fleet comes to life, changes, sleeps, and loses an instance.
func TestFleetLives(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}, b: {type: business-critical, memory: 4GB, cdc_enrichment_mode: DIFF, secondaries_count: 1}, c: {state: paused}}")
		w.converge()
		if in := w.live("a"); in.Status != "running" || w.password("a") != in.Password {
			t.Errorf("a: %+v", in)
		}
		if in := w.live("b"); in.CDCEnrichmentMode != "DIFF" || in.SecondariesCount != 1 {
			t.Errorf("b: %+v", in)
		}
		if in := w.live("c"); in.Status != "paused" {
			t.Errorf("c: %+v", in)
		}

		w.edit("instances: {a: {memory: 4GB, name: Alpha}, b: {type: business-critical, memory: 4GB, cdc_enrichment_mode: DIFF, secondaries_count: 1, state: paused}, c: {state: paused, memory: 8GB}}")
		w.converge()
		if in := w.live("Alpha"); in.Memory != "4GB" {
			t.Errorf("a: %+v", in)
		}
		if in := w.live("c"); in.Status != "paused" || in.Memory != "8GB" {
			t.Errorf("c: %+v", in)
		}

		w.edit(w.removal("a", "Alpha") + "instances: {b: {type: business-critical, memory: 4GB, cdc_enrichment_mode: DIFF, secondaries_count: 1, state: paused}, c: {state: paused, memory: 8GB}}")
		w.converge()
		if w.alive() != 2 {
			t.Errorf("%d instances are alive, want 2", w.alive())
		}
		if t.Failed() || testing.Verbose() {
			t.Log(w.story())
		}
	})
}

// Twenty creates cost little more than the least: a POST and a naming each, a token, a list.
func TestTwentyCreatesInTheLeastRequests(t *testing.T) {
	short := aurasim.Range{Min: 20 * time.Second, Max: 40 * time.Second}
	inWorld(t, aurasim.Config{Durations: map[aurasim.Op]aurasim.Range{aurasim.OpCreate: short}}, func(w *world) {
		fleet := "instances:\n"
		for _, c := range "abcdefghijklmnopqrst" {
			fleet += "  " + string(c) + ": {}\n"
		}
		began := time.Now()
		w.start(fleet)
		p := w.apply()
		if !p.Matches() {
			t.Fatalf("does not match:\n%s", steps(p))
		}
		t.Logf("%d requests, %d of them refused, %s", w.sim.RequestCount(), refused(w), time.Since(began))
		if n := w.sim.RequestCount(); n > 60 || refused(w) > 0 {
			t.Errorf("%d requests, %d refused", n, refused(w))
		}
	})
}

func refused(w *world) int {
	n := 0
	for _, r := range w.sim.Requests() {
		if r.Status == 429 {
			n++
		}
	}
	return n
}

// With several requests under way at once, a fleet comes to life all the same; the race
// detector watches.
func TestManyWorkers(t *testing.T) {
	inWorld(t, aurasim.Config{RequestsPerMinute: 125}, func(w *world) {
		w.workers, w.limit = 8, 125
		w.head = strings.Replace(header, "requests_per_minute: 25", "requests_per_minute: 125", 1)
		fleet := "instances:\n"
		for _, c := range "abcdefghijklmnopqrst" {
			fleet += "  " + string(c) + ": {}\n"
		}
		w.start(fleet)
		w.converge()
		for _, c := range "abcdefghijklmnopqrst" {
			if in := w.live(string(c)); w.password(string(c)) != in.Password {
				t.Errorf("%c: the store has another password", c)
			}
		}
		w.edit(strings.ReplaceAll(fleet, "{}", "{state: paused}"))
		w.converge()
		w.settled("paused")
	})
}

// A clone is made when its source runs, and of the source's id.
func TestCloneWaitsForItsSource(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {copy: {source: {instance: origin}}, origin: {}}")
		if p := w.plan(); len(p.Steps) != 3 || p.Steps[0].Key != "origin" {
			t.Errorf("the plan is\n%s", steps(p))
		}
		w.converge()
		if in := w.live("copy"); in.SourceInstanceID != w.live("origin").ID {
			t.Errorf("copy is cloned from %q", in.SourceInstanceID)
		}
	})
}
