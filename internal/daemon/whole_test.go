package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/spec"
)

// growing are a fleet file, and what it becomes: instances, sizes, states and schedules, in block style
// so that nearly every line ends a file that is valid.
const (
	young = "schedules:\n  nights:\n    running: [\"daily 20:00-06:00\"]\ninstances:\n  a:\n    memory: 4GB\n  b:\n    state: running\n"
	grown = "schedules:\n  nights:\n    running: [\"daily 20:00-06:00\"]\n    ready_by: 0m\ninstances:\n  a:\n    memory: 8GB\n  b:\n    state: paused\n  c:\n    memory: 8GB\n    storage: 16GB\n    protect: true\n" +
		"  d:\n    schedule: nights\n    memory: 4GB\n    type: business-critical\n    region: europe-west3\n"
)

// A file that is written slowly, a byte at a time or with long pauses between its parts, asks for nothing
// before it has been the same for ten seconds; then it asks for all of it.
func TestAHalfWrittenFileAsksForNothing(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(20 * time.Second)}, func(w *world) {
		w.start(young)
		w.run(10 * time.Minute)
		before, valid := len(w.sim.Mutations()), 0
		whole := w.head + grown
		for n := range len(whole) {
			f, err := spec.Parse("fleet.yaml", []byte(whole[:n]))
			if err != nil {
				continue
			}
			valid++
			if err := w.d.SetFleet(f); err != nil {
				t.Fatal(err)
			}
			w.run(9 * time.Second)
			if more := w.sim.Mutations()[before:]; len(more) > 0 {
				t.Fatalf("cut after %d bytes, %q: %s %s %s", n, whole[max(0, n-40):n], more[0].Method, more[0].Path, more[0].Body)
			}
		}
		if valid < 8 {
			t.Fatalf("only %d prefixes were fleet files", valid)
		}
		w.edit(grown)
		changed := time.Now()
		w.run(time.Minute)
		first := w.sim.Mutations()[before].At.Sub(changed)
		if first < 10*time.Second || first > 11*time.Second {
			t.Errorf("the whole file is acted on after %s", first)
		}
		w.run(10 * time.Minute)
		if c, d := w.live("c"), w.live("d"); c.Memory != "8GB" || d.Region != "europe-west3" || d.Type != "business-critical" || w.live("a").Memory != "8GB" {
			t.Errorf("%+v\n%+v", c, d)
		}
	})
}

// Neither an edge nor a hold waits for a file to be whole, nor does apply.
func TestEdgesAndHoldsWaitForNoFile(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(20 * time.Second)}, func(w *world) {
		const fleet = "schedules: {s: {running: [\"daily 00:00-01:00\"], ready_by: 0m}}\ninstances: {a: {schedule: s}, b: {}}\n"
		w.start(fleet)
		w.run(time.Until(w.began.Add(time.Hour - 5*time.Second)))
		asked := func(what string, since time.Time) {
			t.Helper()
			all := w.sim.Mutations()
			last := all[len(all)-1]
			if late := last.At.Sub(since); !strings.HasSuffix(last.Path, what) || late < 0 || late > 2*time.Second {
				t.Errorf("%s: %s %s after %s", what, last.Method, last.Path, late)
			}
		}
		w.edit(fleet + "# one\n")
		w.run(7 * time.Second)
		asked("/pause", w.began.Add(time.Hour))
		w.run(time.Minute)

		w.edit(fleet + "# two\n")
		held := time.Now()
		if err := w.d.Hold(spec.Hold{Key: "a", State: spec.Running, Until: held.Add(time.Hour), By: "ann"}); err != nil {
			t.Fatal(err)
		}
		w.run(2 * time.Second)
		asked("/resume", held)
		w.run(time.Minute)

		w.edit(strings.Replace(fleet, "b: {}", "b: {memory: 4GB}", 1))
		edited := time.Now()
		w.apply()
		asked("/"+w.live("b").ID, edited)
	})
}
