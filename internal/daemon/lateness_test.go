package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
)

// A pause that Aura refuses for half an hour still belongs to its edge, also over a restart.
func TestALatePauseKnowsItsEdge(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(nightly)
		w.run(18 * time.Hour)
		w.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 500, Method: "POST", Times: -1, Match: func(r aurasim.Request) bool { return strings.HasSuffix(r.Path, "/pause") }})
		w.run(80 * time.Minute)
		w.start(nightly)
		w.run(10 * time.Minute)
		w.sim.ClearFaults()
		w.run(30 * time.Minute)
		for _, e := range w.events {
			if e.At.Hour() == 19 && e.Verb == reconcile.Pause && e.Kind == journal.Started {
				if late := e.At.Sub(e.Due); e.Due.Hour() != 19 || e.Due.Minute() != 0 || late < 20*time.Minute {
					t.Errorf("started at %s, due at %s", e.At, e.Due)
				}
				return
			}
		}
		t.Errorf("no pause after 19:00:\n%s", w.story())
	})
}
