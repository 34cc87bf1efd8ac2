package daemon_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// Two edges lie a minute apart, and each is a wave that fills the budget of its minute: the first wave
// is over before the second begins, though its transitions are no more urgent than those to come.
func TestEdgesAMinuteApart(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
		const n = 20
		w.add(2 * n)
		var b strings.Builder
		b.WriteString("schedules:\n  first: {running: [\"daily 00:00-03:00\"]}\n  second: {running: [\"daily 00:00-03:01\"]}\ninstances:\n")
		for i := range 2 * n {
			fmt.Fprintf(&b, "  i%03d: {schedule: %s, adopt: true}\n", i, []string{"first", "second"}[i/n])
		}
		w.start(b.String())
		w.run(4 * time.Hour)
		sent := w.sent("POST", "/pause")
		if len(sent) != 2*n {
			t.Fatalf("%d pauses were sent, want %d\n%s", len(sent), 2*n, w.story())
		}
		for i, at := range sent {
			edge := w.began.Add(3*time.Hour + time.Duration(i/n)*time.Minute)
			if late := at.Sub(edge); late < 0 || late > time.Second {
				t.Errorf("pause %d was sent %s after its edge", i, late)
			}
		}
	})
}

// A rename that Aura refuses is not asked for again at once, and in the end it is made.
func TestARefusedRenameWaits(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}}")
		w.converge()
		w.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: http.StatusConflict, Method: "PATCH", PathPrefix: "/v1/instances/", Times: 3})
		began := time.Now()
		w.edit("instances: {a: {name: b}}")
		w.run(time.Hour)
		var tries []time.Duration
		for _, at := range w.sent("PATCH", "") {
			if !at.Before(began) {
				tries = append(tries, at.Sub(began))
			}
		}
		if len(tries) != 4 || tries[1]-tries[0] < 5*time.Second || tries[3]-tries[0] > 10*time.Minute {
			t.Errorf("asked for at %v", tries)
		}
		w.live("b")
	})
}
