package daemon_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/spec"
)

// TestLongYear lives a year with a fleet of 200 on 25 requests a minute, through all that a year
// brings: restarts, days of downtime, refusals, errors, Aura's own resumes, and people who pause
// and resume by hand. At the end of every day each instance is as its schedule says, unless a
// hand changed it and the schedule lets hands have their way until the next edge.
//
// It prints simulated days a second: AURAD_LONG=1 go test -run TestLongYear -v ./internal/daemon
func TestLongYear(t *testing.T) {
	long(t)
	liveThrough(t, 200, yearDays)
}

const yearDays = 365

// TestWeeks is the same for a month and a small fleet.
func TestWeeks(t *testing.T) { liveThrough(t, 12, 31) }

// yearRange is short enough for a wave of 100 at 25 a minute to be over before midnight.
var yearRange = aurasim.Range{Min: 60 * time.Second, Max: 180 * time.Second}

func liveThrough(t *testing.T, n, days int) {
	began := time.Now()
	cfg := aurasim.Config{Seed: 11, KeepRequests: 20_000, Durations: map[aurasim.Op]aurasim.Range{
		aurasim.OpPause: yearRange, aurasim.OpResume: yearRange}}
	inWorld(t, cfg, func(w *world) {
		y := &year{world: w, rng: rand.New(rand.NewPCG(3, 4)), ids: w.add(n)}
		w.head = strings.Replace(header, "defaults:", "observe: {scan_interval: 6h, max_age: 8h, enforce_within: 8h}\ndefaults:", 1)
		y.text = yearFleet(n)
		w.start(y.text)
		for range days {
			y.day()
		}
		if y.mishaps == 0 {
			t.Error("nothing ever happened: the story is too kind")
		}
		t.Logf("%d days of %d instances, %d mishaps, %d requests", days, n, y.mishaps, w.sim.RequestCount())
	})
	t.Logf("%.1f simulated days a second", float64(days)/time.Since(began).Seconds())
}

// yearFleet has three habits: office hours in Stockholm, nights of batch work in UTC, and
// databases that are paused for good, which Aura resumes after 30 days.
func yearFleet(n int) string {
	var b strings.Builder
	b.WriteString(`calendars: {holidays: [2000-04-21, 2000-12-24..2001-01-02]}
schedules:
  office: {timezone: Europe/Stockholm, running: ["Mon-Fri 07:00-19:00"], ready_by: auto, exceptions: [{calendar: holidays, state: paused}]}
  batch: {running: ["daily 20:00-04:00"], manual_changes: enforce}
instances:
`)
	for i := range n {
		habit := "schedule: office"
		switch i % 4 {
		case 2:
			habit = "schedule: batch"
		case 3:
			habit = "state: paused"
		}
		fmt.Fprintf(&b, "  i%03d: {%s, adopt: true}\n", i, habit)
	}
	return b.String()
}

// year is a world in which things happen.
type year struct {
	*world
	rng     *rand.Rand
	ids     []string
	text    string
	mishaps int
}

// day lets one day pass, with at most one mishap at a time when it can hurt, and checks the end
// of it.
func (y *year) day() {
	midnight := time.Now().Truncate(24 * time.Hour).Add(24 * time.Hour)
	y.world.run(y.within(12 * time.Hour))
	if y.rng.IntN(3) == 0 {
		y.mishap()
	}
	y.world.run(time.Until(midnight.Add(-time.Minute)))
	for time.Until(midnight) <= 0 { // it was down over midnight
		midnight = midnight.Add(24 * time.Hour)
	}
	y.world.run(time.Until(midnight.Add(-time.Minute)))
	y.check()
	y.world.run(time.Until(midnight))
}

func (y *year) within(d time.Duration) time.Duration { return time.Duration(y.rng.Int64N(int64(d))) }

func (y *year) mishap() {
	y.mishaps++
	id := y.ids[y.rng.IntN(len(y.ids))]
	switch y.rng.IntN(7) {
	case 0: // a restart
		y.start(y.text)
	case 1: // up to three days down
		y.stop()
		time.Sleep(y.within(72 * time.Hour))
		y.start(y.text)
	case 2: // a person
		_ = y.sim.Act(id, "pause")
	case 3:
		_ = y.sim.Act(id, "resume")
	case 4: // Aura is unwell for a while
		y.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 503, Times: 20})
	case 5:
		y.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 429, RetryAfter: "30", Times: 3})
	case 6:
		y.sim.Inject(aurasim.Fault{Kind: aurasim.CutAfter, Times: 10})
	}
}

// check compares ground truth with the schedule, which is asked anew.
func (y *year) check() {
	y.t.Helper()
	f := y.parse(y.text)
	live := map[string]aurasim.Instance{}
	for _, in := range y.sim.Instances() {
		live[in.Name] = in
	}
	for _, want := range f.At(time.Now(), nil) {
		in := live[want.Name]
		if in.Status == string(want.Wants) || y.byHand(want, in) {
			continue
		}
		y.t.Fatalf("%s: %s is %s, and should be %s (%s)\n%s", time.Now().Format(time.RFC3339), want.Key, in.Status, want.Wants, want.Rule, y.tail(want.Key))
	}
	y.events = nil
}

// byHand reports whether a hand changed the instance since its last edge, and may.
func (y *year) byHand(want spec.Desired, in aurasim.Instance) bool {
	if want.Schedule == nil || want.Schedule.ManualChanges != spec.UntilNextEdge {
		return false
	}
	for _, s := range y.d.Snapshot().Plan.Steps {
		if s.Key == want.Key && s.Verb == "hold" && s.Cause == "manual" {
			return true
		}
	}
	return false
}

func (y *year) tail(key string) string {
	var b strings.Builder
	for _, e := range y.events {
		if e.Key == key {
			fmt.Fprintf(&b, "%s %s %s: %s\n", e.At.Format("01-02 15:04:05"), e.Kind, e.Verb, e.Text)
		}
	}
	return b.String()
}
