package daemon_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/spec"
)

// Whoever asked for a hold sees it in the status at once, also right after a restart.
func TestAHoldShowsAtOnce(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		const fleet = "instances: {dev: {}}\n"
		w.start(fleet)
		shown := func() int { return len(w.d.Snapshot().Holds) }
		if err := w.d.Hold(spec.Hold{Key: "dev", State: spec.Paused, Until: time.Now().Add(time.Hour)}); err != nil || shown() != 1 {
			t.Errorf("%v; %d holds shown", err, shown())
		}
		w.start(fleet)
		if shown() != 1 {
			t.Errorf("after a restart %d holds shown", shown())
		}
		if was, err := w.d.Release("dev"); !was || err != nil || shown() != 0 {
			t.Errorf("%v %v; %d holds shown", was, err, shown())
		}
	})
}
