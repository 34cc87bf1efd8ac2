package daemon_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// A person pauses one instance at noon and starts another at 22:00, in the console. What becomes
// of it is what the manual says of each value, by the simulator's books, over restarts too.
func TestManualChangesInAWorld(t *testing.T) {
	for _, c := range []struct{ rule, paused, started string }{ // at 12:50, 23:00, and on the next day at 08:00, 20:00, and 08:00
		{"enforce", "rprpr", "rprpr"},
		{"until_next_edge", "pprpr", "rrrpr"},
		{"ignore", "ppppp", "rrrrr"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
				ids := w.add(2)
				fleet := "schedules: {office: {running: [\"daily 07:00-19:00\"], manual_changes: " + c.rule + "}}\ninstances:\n"
				for i := range 2 {
					fleet += fmt.Sprintf("  i%03d: {schedule: office, adopt: true}\n", i)
				}
				w.start(fleet)
				act := func(at time.Duration, id, what string) {
					w.run(time.Until(w.began.Add(at)))
					if err := w.sim.Act(id, what); what != "" && err != nil {
						t.Fatal(err)
					}
				}
				var got [2]string
				look := func(at time.Duration) {
					w.run(time.Until(w.began.Add(at)))
					w.start(fleet)
					for i, id := range ids {
						in, _ := w.sim.Instance(id)
						got[i] += string(in.Status)[:1]
					}
				}
				act(12*time.Hour, ids[0], "pause")
				look(12*time.Hour + 50*time.Minute)
				act(22*time.Hour, ids[1], "resume")
				for _, at := range []time.Duration{23, 32, 44, 56} {
					look(at * time.Hour)
				}
				if got[0] != c.paused || got[1] != c.started {
					t.Errorf("paused at noon: %s, want %s; started at 22:00: %s, want %s\n%s", got[0], c.paused, got[1], c.started, w.story())
				}
			})
		})
	}
}
