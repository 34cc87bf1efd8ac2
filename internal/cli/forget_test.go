package cli

import (
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
)

// An instance that somebody deleted is forgotten with a command, with a daemon and without one,
// and a new one is made in its place; nothing live is forgotten by a slip.
func TestForget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}, other: {}}\n")
	contains(t, w.must(1, "forget", "dev", "--yes").err, "there is no state folder")
	w.must(0, "apply", "--yes")
	first := w.live("dev").ID
	contains(t, w.must(1, "forget", "dev", "--yes").err, first+" is live", "--leave-live")
	contains(t, w.must(1, "forget", "nobody", "--yes").err, "aurad credential list")

	vanish := func() {
		t.Helper()
		if err := w.sim.Act(w.live("dev").ID, "vanish"); err != nil {
			t.Fatal(err)
		}
	}
	vanish()
	contains(t, w.must(0, "plan").out, "gone from Aura", "aurad forget dev")
	contains(t, w.must(1, "apply", "--yes").out, "aurad forget dev")
	contains(t, w.must(1, "forget", "dev").err, "nothing was done", "--yes")
	contains(t, w.must(0, "forget", "dev", "--yes").out, "Forgotten: dev, instance "+first+", gone from Aura since ", "No daemon runs on")
	w.must(0, "apply", "--yes")
	if second := w.live("dev").ID; second == first {
		t.Fatal("no new instance")
	}

	r := w.start("--listen", "")
	vanish()
	w.eventually("its block", func() bool { return w.snapshot().Plan.Summary.Blocked == 1 })
	contains(t, w.must(0, "forget", "dev", "--yes").out, "Forgotten: dev", "The daemon sees to it now.")
	w.eventually("a new one", w.settled)
	r.terminate()
	contains(t, r.log.String(), "blocked: the instance", "no longer blocked")
}
