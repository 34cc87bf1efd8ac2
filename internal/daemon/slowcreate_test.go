package daemon_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// Aura takes its time over a create: nothing of ours ends the request, and the loop is alive meanwhile.
func TestACreateThatTakesLongIsWaitedFor(t *testing.T) {
	for _, delay := range []time.Duration{70 * time.Second, 5 * time.Minute, 14*time.Minute + 59*time.Second} {
		inWorld(t, aurasim.Config{}, func(w *world) {
			w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.Slow, Delay: delay}))
			w.start(reportFleet)
			last, silent := time.Now(), time.Duration(0)
			w.d.Alive = func() {
				silent, last = max(silent, time.Since(last)), time.Now()
			}
			w.run(time.Hour)
			w.whole("a")
			if w.made() != 1 || silent > time.Minute {
				t.Errorf("after %s: %d instances; the loop was silent for %s\n%s", delay, w.made(), silent, w.story())
			}
		})
	}
}
