package daemon_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleettest"
)

// The clock is set while no aurad runs, again and again, while there is more to do than the limit
// allows: no true minute sees more requests than that. inWorld asks the simulator, whose clock nobody sets.
func TestNoJumpFreesASlotWhileNoAuradRuns(t *testing.T) {
	for seed := range uint64(12) {
		inWorld(t, aurasim.Config{Seed: seed, Durations: even(20 * time.Second)}, func(w *world) {
			rng := rand.New(rand.NewPCG(seed, 9))
			clock := fleettest.NewSetClock()
			w.clock = clock
			fleet := w.crowd(60)
			for range 40 {
				w.start(fleet)
				w.run(time.Duration(rng.Int64N(int64(25 * time.Second))))
				w.stop()
				clock.Set(jumps[rng.IntN(len(jumps))])
				time.Sleep(time.Duration(rng.Int64N(int64(5 * time.Second))))
			}
			w.feltTheLimit()
		})
	}
}

// A create that was not answered is left alone for its grace in time that has passed, whether an
// aurad ran or not when the clock was set, once or on every restart.
func TestAJumpWhileNoAuradRunsEndsNoGrace(t *testing.T) {
	for _, by := range []time.Duration{30 * time.Second, 9*time.Minute + 30*time.Second, time.Hour, 40 * 24 * time.Hour, -30 * time.Second, -time.Hour} {
		for _, restarts := range []int{1, 5} {
			inWorld(t, aurasim.Config{}, func(w *world) {
				clock := fleettest.NewSetClock()
				w.clock = clock
				w.hidesALostCreate()
				w.start(reportFleet)
				for range restarts {
					w.run(time.Minute)
					w.stop()
					clock.Set(by)
					w.start(reportFleet)
				}
				w.run(time.Hour)
				if w.made() != 1 {
					t.Errorf("set by %s at each of %d restarts: %d were made\n%s", by, restarts, w.made(), w.story())
				}
				w.reportsLost()
			})
		}
	}
}

// Over another start of the machine nobody knows how much time passed: the wall clock is believed, and
// nothing waits for a time that was.
func TestAnotherBootBelievesTheWall(t *testing.T) {
	for _, by := range []time.Duration{0, time.Hour, -time.Hour} {
		inWorld(t, aurasim.Config{}, func(w *world) {
			clock := fleettest.NewSetClock()
			w.clock = clock
			w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutAfter}))
			w.start(recreateFleet)
			w.run(2 * time.Second)
			w.stop()
			clock.Set(by)
			clock.Reboot()
			w.start(recreateFleet)
			w.run(30 * time.Minute)
			w.whole("a")
		})
	}
}

// A file is as old as it is: a clock that is set ahead makes none that was read a moment ago one that
// has been the same for a minute, in this process or in a later one.
func TestAJumpMakesNoFileSteady(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		clock := fleettest.NewSetClock()
		w.clock = clock
		steady := func(want bool, when string) {
			t.Helper()
			if got := w.d.World(clock.Now()).Steady; got != want {
				t.Errorf("%s: steady %v", when, got)
			}
		}
		w.start(reportFleet)
		w.run(10 * time.Second)
		steady(false, "at first")
		w.stop()
		clock.Set(time.Hour)
		w.start(reportFleet)
		steady(false, "set ahead while no aurad ran")
		w.run(10 * time.Second)
		clock.Set(time.Hour)
		w.run(10 * time.Second)
		steady(false, "set ahead in the life after")
		w.stop()
		time.Sleep(40 * time.Second)
		w.start(reportFleet)
		steady(true, "after a minute")
	})
}
