package daemon_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

const officeFleet = `schedules: {office: {running: ["daily 07:00-19:00"], ready_by: auto}}
instances: {i000: {schedule: office, adopt: true}, i001: {schedule: office, adopt: true}}
`

// A daemon that was down over an edge acts as soon as it is back.
func TestDowntimeOverAnEdge(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.add(2)
		w.start(officeFleet)
		w.run(18 * time.Hour)
		w.settled("running")

		w.stop()
		time.Sleep(100 * time.Minute) // back at 19:40
		w.start(officeFleet)
		w.run(5 * time.Second)
		w.settled("pausing")
		w.run(2 * time.Hour)
		w.settled("paused")

		w.stop()
		time.Sleep(time.Until(time.Now().Truncate(24 * time.Hour).Add(24*time.Hour + 7*time.Hour + 10*time.Minute)))
		w.start(officeFleet)
		w.run(5 * time.Second)
		w.settled("resuming")
		w.run(10 * time.Minute)
		w.settled("running")
	})
}

// TestReadyBy lives 60 days in which resumes get slower, faster, and sometimes take twice as
// long: at least 99 % of instances run at their deadline, and the median one is up no more than
// five minutes early.
func TestReadyBy(t *testing.T) {
	const n, days = 20, 60
	var early []time.Duration
	late := 0
	inWorld(t, aurasim.Config{Seed: 5, KeepRequests: 100}, func(w *world) {
		ids := w.add(n)
		w.head = strings.Replace(header, "defaults:", "observe: {scan_interval: 6h, max_age: 24h}\ndefaults:", 1)
		fleet := "schedules: {office: {running: [\"daily 07:00-19:00\"], ready_by: auto}}\ninstances:\n"
		for i := range n {
			fleet += fmt.Sprintf("  i%03d: {schedule: office, adopt: true}\n", i)
		}
		w.start(fleet)
		for day := range days {
			// The middle drifts from 100 to 200 s and back; a spike is one in a hundred.
			w.sim.SetDurations(drift(day, days))
			deadline := time.Now().Truncate(24 * time.Hour).Add(7 * time.Hour)
			w.run(time.Until(deadline))
			for _, id := range ids {
				in, _ := w.sim.Instance(id)
				if in.Status != "running" {
					late++
					continue
				}
				if day > 0 { // on the first day nothing was paused yet
					early = append(early, deadline.Sub(in.Since))
				}
			}
			w.run(17 * time.Hour)
		}
	})
	slices.Sort(early)
	median := early[len(early)/2]
	t.Logf("%d of %d late, median %s early, most %s", late, n*days, median.Round(time.Second), early[len(early)-1].Round(time.Second))
	if late > n*days/100 || median > 5*time.Minute {
		t.Errorf("%d of %d late, median %s early", late, n*days, median)
	}
}

// drift is how long a resume takes on a day: around a middle that wanders, and on one day in
// twelve half as long again.
func drift(day, days int) map[aurasim.Op]aurasim.Range {
	middle := 100*time.Second + time.Duration(min(day, days-day))*4*time.Second
	if day%12 == 11 {
		middle += middle / 2
	}
	r := aurasim.Range{Min: middle - middle/4, Max: middle + middle/4}
	return map[aurasim.Op]aurasim.Range{aurasim.OpResume: r, aurasim.OpPause: r}
}

// A settled fleet of 100 costs at most three requests a minute, and no look is older than an
// hour.
func TestSteadyState(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.add(100)
		fleet := "instances:\n"
		for i := range 100 {
			fleet += fmt.Sprintf("  i%03d: {adopt: true}\n", i)
		}
		w.start(fleet)
		w.run(2 * time.Hour)
		before, began := w.sim.RequestCount(), time.Now()
		var oldest time.Duration
		for range 6 * 60 {
			w.run(time.Minute)
			for _, st := range w.d.Snapshot().Instances {
				oldest = max(oldest, time.Since(st.SeenAt))
			}
		}
		perMinute := float64(w.sim.RequestCount()-before) / time.Since(began).Minutes()
		t.Logf("%.2f requests a minute, the oldest look %s", perMinute, oldest.Round(time.Second))
		if perMinute > 3 || oldest > time.Hour {
			t.Errorf("%.2f requests a minute, the oldest look %s", perMinute, oldest)
		}
	})
}

// The limit holds in every window of a minute, over restarts and deaths at any moment, whatever
// there is to do. make bench lives a thousand such lives.
func TestNeverOverTheLimit(t *testing.T)     { neverOver(t, 8) }
func TestLongNeverOverTheLimit(t *testing.T) { long(t); neverOver(t, 1000) }

func neverOver(t *testing.T, lives int) {
	most := 0
	for seed := range lives {
		inWorld(t, aurasim.Config{Seed: uint64(seed)}, func(w *world) {
			rng := rand.New(rand.NewPCG(uint64(seed), 9))
			w.add(60)
			fleet := "schedules: {s: {running: [\"daily 00:10-00:20\"], ready_by: 2m}}\ninstances:\n"
			for i := range 60 {
				fleet += fmt.Sprintf("  i%03d: {schedule: s, adopt: true}\n", i)
			}
			w.start(fleet)
			for end := time.Now().Add(30 * time.Minute); time.Now().Before(end); {
				w.run(time.Duration(rng.Int64N(int64(4 * time.Minute))))
				w.start(fleet) // what a killed process leaves is what is durable at that moment
			}
			most = max(most, w.sim.MaxPerMinute(aurasim.DemoClientID))
		})
	}
	t.Logf("%d lives, at most %d requests in any minute", lives, most)
	if most > 25 {
		t.Errorf("%d requests in a minute, the limit is 25", most)
	}
}
