package daemon_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleettest"
)

// jump is one setting of the clock, at the moment at which it shows at.
type jump struct {
	at    string // as 18:59:00, on the first day
	by    time.Duration
	slept bool // the machine was suspended for by: the wall is right afterwards
}

func (j jump) String() string {
	if j.slept {
		return fmt.Sprintf("asleep for %s at %s", j.by, j.at)
	}
	return fmt.Sprintf("set by %s at %s", j.by, j.at)
}

// everyJump is what may happen to a clock, at the moments at which it matters to an office day
// from 07:00 to 19:00.
func everyJump() (all []jump) {
	for _, at := range []string{"06:59:00", "12:00:00", "18:59:00", "18:59:50", "19:05:00"} {
		for _, by := range []time.Duration{40 * 24 * time.Hour, 8 * time.Hour, time.Hour, 30 * time.Second, -30 * time.Second, -time.Hour, -40 * 24 * time.Hour} {
			all = append(all, jump{at, by, false})
		}
		all = append(all, jump{at, 5 * time.Minute, true}, jump{at, 9 * time.Hour, true})
	}
	return all
}

// A clock that is set is noticed within a nap of the loop: every edge of the schedule, as the clock shows it from then on, is acted on within 35 seconds,
// and nothing else is.
func TestEdgesOverAJump(t *testing.T) {
	const n = 4
	fleet := "schedules: {office: {running: [\"daily 07:00-19:00\"], ready_by: off}}\ninstances:\n"
	for i := range n {
		fleet += fmt.Sprintf("  i%03d: {schedule: office, adopt: true}\n", i)
	}
	for _, j := range everyJump() {
		t.Run(j.String(), func(t *testing.T) {
			inWorld(t, aurasim.Config{Durations: even(20 * time.Second), TokenLife: 1000 * time.Hour}, func(w *world) {
				w.head = strings.Replace(header, "defaults:", "observe: {scan_interval: 6h, max_age: 24h}\ndefaults:", 1) // no turn comes by itself
				ids := w.add(n)
				w.overAJump(j, fleet, 32*time.Hour) // to the second morning
				for _, id := range ids {
					w.asTheClockShowed(j, id)
				}
			})
		})
	}
}

// overAJump runs fleet in one go for so long, with a clock that jumps on the way.
func (w *world) overAJump(j jump, fleet string, long time.Duration) {
	w.t.Helper()
	clock := fleettest.NewSetClock()
	w.clock = clock
	w.start(fleet)
	set := time.AfterFunc(time.Until(j.when(w.began)), func() {
		if j.slept {
			clock.Suspend(j.by)
		} else {
			clock.Set(j.by)
		}
	})
	defer set.Stop()
	w.run(long)
}

// when is the true time of the jump, in a world that began then.
func (j jump) when(began time.Time) time.Time {
	at, err := time.Parse(time.TimeOnly, j.at)
	if err != nil {
		panic(err)
	}
	y, m, d := began.Date()
	return time.Date(y, m, d, at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
}

// wall is what the clock showed at a true time.
func (j jump) wall(began, at time.Time) time.Time {
	if j.slept || at.Before(j.when(began)) {
		return at
	}
	return at.Add(j.by)
}

// asleep reports whether the machine was suspended at a true time.
func (j jump) asleep(began, at time.Time) bool {
	from := j.when(began)
	return j.slept && !at.Before(from) && at.Before(from.Add(j.by))
}

// asTheClockShowed compares what was asked for an instance with the office day on the wall,
// second by second of true time.
func (w *world) asTheClockShowed(j jump, id string) {
	w.t.Helper()
	asked := map[time.Time]string{}
	for _, r := range w.sim.Requests() {
		if verb, ok := strings.CutPrefix(r.Path, "/v1/instances/"+id+"/"); ok && (verb == "pause" || verb == "resume") {
			asked[r.At.Truncate(time.Second)] = verb
		}
	}
	end, is, since := time.Now(), "resume", w.began
	for at := w.began; at.Before(end); at = at.Add(time.Second) {
		hour := j.wall(w.began, at).Hour()
		want := "pause"
		if hour >= 7 && hour < 19 {
			want = "resume"
		}
		if j.asleep(w.began, at) {
			since = at
			continue
		}
		verb := asked[at]
		switch {
		case verb != "" && verb != want:
			w.t.Errorf("%s: %s at %s, when the clock showed %s", id, verb, at.Format(time.DateTime), j.wall(w.began, at).Format(time.DateTime))
			return
		case verb != "":
			is = verb
		}
		if is == want {
			since = at
		} else if late := at.Sub(since); late > 35*time.Second {
			w.t.Errorf("%s: no %s by %s, %s after it was due, when the clock showed %s\n%s",
				id, want, at.Format(time.DateTime), late, j.wall(w.began, at).Format(time.DateTime), w.story())
			return
		}
	}
}

// hidesALostCreate cuts the answer to a create off, and lets no list show what it made for 9 minutes.
func (w *world) hidesALostCreate() {
	w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutAfter}))
	w.sim.Inject(aurasim.Fault{Match: isList, Kind: aurasim.StaleRead, Age: 9 * time.Minute, Times: -1})
}

// A create that was not answered is left alone for its grace in time that has passed: for minutes
// the list hides what it made, and a clock that jumps must not make a second one.
func TestAJumpEndsNoGrace(t *testing.T) {
	for _, by := range []time.Duration{time.Hour, 40 * 24 * time.Hour, -time.Hour, 9*time.Minute + 30*time.Second} {
		for _, restart := range []bool{false, true} {
			inWorld(t, aurasim.Config{}, func(w *world) {
				clock := fleettest.NewSetClock()
				w.clock = clock
				w.hidesALostCreate()
				w.start(reportFleet)
				w.run(time.Minute)
				clock.Set(by)
				w.run(time.Minute)
				if restart {
					w.start(reportFleet)
				}
				w.run(time.Hour)
				if w.made() != 1 {
					t.Errorf("set by %s, restart %v: %d were made\n%s", by, restart, w.made(), w.story())
				}
				w.reportsLost()
			})
		}
	}
}

// What a jump happens in the middle of took no longer and no shorter for it: one operation of 40
// days would make all later resumes begin 40 days early.
func TestAJumpTeachesNothing(t *testing.T) {
	for _, by := range []time.Duration{time.Hour, 40 * 24 * time.Hour, -30 * time.Second, -time.Hour} {
		inWorld(t, aurasim.Config{Durations: even(100 * time.Second)}, func(w *world) {
			clock := fleettest.NewSetClock()
			w.clock = clock
			w.add(2)
			w.start(strings.ReplaceAll(officeFleet, "07:00-19:00", "12:00-13:00"))
			w.run(30 * time.Second) // the pauses are under way
			clock.Set(by)
			w.run(10 * time.Minute)
			timings, err := w.state.Timings()
			if err != nil {
				t.Fatal(err)
			}
			if len(timings) == 0 {
				t.Errorf("set by %s: nothing was learned\n%s", by, w.story())
			}
			for class, all := range timings {
				for _, took := range all {
					if took < 50*time.Second || took > 200*time.Second {
						t.Errorf("set by %s: %s took %s", by, class, took)
					}
				}
			}
		})
	}
}

// looks counts the detailed looks from an instant of true time on.
func (w *world) looks(from time.Time) int {
	n := 0
	for _, r := range w.sim.Requests() {
		if r.Method == "GET" && r.InstanceID != "" && !r.At.Before(from) {
			n++
		}
	}
	return n
}

// While the machine slept anything can have happened, so everything is looked at again soon; a
// clock that is set back says nothing of that kind.
func TestLooksAfterAJump(t *testing.T) {
	for _, c := range []struct {
		by    time.Duration
		slept bool
		looks bool
	}{{9 * time.Hour, true, true}, {2 * time.Minute, true, true}, {9 * time.Hour, false, true}, {2 * time.Second, false, false}, {-time.Hour, false, false}} {
		inWorld(t, aurasim.Config{}, func(w *world) {
			clock := fleettest.NewSetClock()
			w.clock = clock
			w.add(20)
			w.start(adopted(20))
			w.run(5 * time.Minute)
			if c.slept {
				clock.Suspend(c.by)
			} else {
				clock.Set(c.by)
			}
			from := time.Now()
			w.run(3 * time.Minute)
			if got := w.looks(from); got != map[bool]int{true: 20, false: 0}[c.looks] {
				t.Errorf("%s, slept %v: %d looks", c.by, c.slept, got)
			}
		})
	}
}

// adopted is a fleet of n that w.add made, without a schedule.
func adopted(n int) string {
	fleet := "instances:\n"
	for i := range n {
		fleet += fmt.Sprintf("  i%03d: {adopt: true}\n", i)
	}
	return fleet
}

// A jump makes no look urgent: those of a large fleet would take the slots of an edge that comes
// half a minute later.
func TestAJumpLeavesTheEdgeItsSlots(t *testing.T) {
	for _, before := range []time.Duration{55, 40, 31} {
		const by = 40 * 24 * time.Hour
		before *= time.Second
		inWorld(t, aurasim.Config{TokenLife: 1000 * time.Hour}, func(w *world) {
			clock := fleettest.NewSetClock()
			w.clock = clock
			w.add(80)
			var fleet strings.Builder
			fleet.WriteString("schedules: {office: {running: [\"daily 00:00-00:30\", \"daily 01:00-01:30\"]}}\ninstances:\n")
			for i := range 80 {
				fmt.Fprintf(&fleet, "  i%03d: {adopt: true%s}\n", i, map[bool]string{true: ", schedule: office"}[i < 20])
			}
			w.start(fleet.String())
			time.AfterFunc(90*time.Minute-before, func() { clock.Set(by) })
			w.run(91 * time.Minute)
			from, to, n := w.began.Add(90*time.Minute), w.began.Add(90*time.Minute+3*time.Second), 0
			for _, r := range w.sim.Requests() {
				if strings.HasSuffix(r.Path, "/pause") && !r.At.Before(from) && r.At.Before(to) {
					n++
				}
			}
			if n != 20 {
				t.Errorf("set %s before the edge: %d of 20 are paused in time\n%s", before, n, w.story())
			}
		})
	}
}

// A look that failed is tried again when so much time has passed, not when the clock shows it.
func TestAJumpKeepsNoTryWaiting(t *testing.T) {
	for _, by := range []time.Duration{-time.Hour, -40 * 24 * time.Hour, time.Hour} {
		inWorld(t, aurasim.Config{}, func(w *world) {
			clock := fleettest.NewSetClock()
			w.clock = clock
			ids := w.add(1)
			w.sim.Inject(aurasim.Fault{Match: func(r aurasim.Request) bool { return r.Method == "GET" && r.InstanceID == ids[0] }, Kind: aurasim.Status, Code: 500, Times: 30})
			w.start(adopted(1))
			w.run(20 * time.Second)
			before := w.looks(w.began)
			clock.Set(by)
			w.run(time.Minute)
			if tries := w.looks(w.began) - before; tries < 2 || tries > 12 {
				t.Errorf("set by %s: %d tries within a minute, %d before", by, tries, before)
			}
		})
	}
}
