package daemon_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleettest"
)

// jumps are what happens to clocks: a leap by ntpd, summer time set by hand, a battery that is
// empty, a machine that is moved or sleeps.
var jumps = []time.Duration{
	time.Second, 30 * time.Second, 59 * time.Second, 61 * time.Second, time.Hour, 40 * 24 * time.Hour,
	-time.Second, -30 * time.Second, -61 * time.Second, -time.Hour, -400 * 24 * time.Hour,
}

// crowd adds n instances and returns a fleet that has more to do with them than the limit allows.
func (w *world) crowd(n int) string {
	w.add(n)
	fleet := "schedules: {s: {running: [\"daily 01:00-23:00\"], ready_by: off}}\ninstances:\n"
	for i := range n {
		fleet += fmt.Sprintf("  i%03d: {schedule: s, adopt: true}\n", i)
	}
	return fleet
}

// feltTheLimit demands that a story which must stay below the limit came near it.
func (w *world) feltTheLimit() {
	w.t.Helper()
	if most := w.sim.MaxPerMinute(aurasim.DemoClientID); most < 20 {
		w.t.Errorf("at most %d requests a minute: the limit was never felt", most)
	}
}

// However often the clock is set while there is more to do than the limit allows, no true minute
// sees more requests than that: inWorld asks the simulator, whose clock nobody sets.
func TestNoJumpFreesASlot(t *testing.T) {
	for seed := range uint64(12) {
		inWorld(t, aurasim.Config{Seed: seed, Durations: even(20 * time.Second)}, func(w *world) {
			rng := rand.New(rand.NewPCG(seed, 8))
			clock := fleettest.NewSetClock()
			w.clock = clock
			fleet := w.crowd(60)
			w.start(fleet)
			for range 40 {
				by, after := jumps[rng.IntN(len(jumps))], time.Duration(rng.Int64N(int64(25*time.Second)))
				time.AfterFunc(after, func() { clock.Set(by) })
				w.run(25 * time.Second)
				if rng.IntN(5) == 0 {
					clock.Suspend(by.Abs())
				}
			}
			w.feltTheLimit()
		})
	}
}
