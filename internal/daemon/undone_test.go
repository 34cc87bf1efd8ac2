package daemon_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
)

// ignoring lets Aura accept requests of one method and path end, and do nothing.
func ignoring(method, end string) aurasim.Fault {
	return aurasim.Fault{Method: method, Kind: aurasim.Status, Code: http.StatusAccepted, Body: "{}", Times: -1,
		Match: func(r aurasim.Request) bool { return strings.HasSuffix(r.Path, end) }}
}

// sent are the times of the requests of one method and path end.
func (w *world) sent(method, end string) (at []time.Time) {
	for _, r := range w.sim.Mutations() {
		if r.Method == method && strings.HasSuffix(r.Path, end) {
			at = append(at, r.At)
		}
	}
	return at
}

// failures counts the events that metrics count as failed steps.
func (w *world) failures(v reconcile.Verb) (n int) {
	for _, e := range w.events {
		if e.Kind == journal.Failed && e.Verb == v {
			n++
		}
	}
	return n
}

// A change that Aura accepts and never makes is tried ever less often, hourly in the end, is a
// person's from the third time on, and says what was asked for and what is there.
func TestAChangeThatDoesNotTakeBacksOff(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		fault               aurasim.Fault
		verb                reconcile.Verb
		method, end         string
		says                string
		mend                string // what a person does in the console; "" takes the change back in the file
	}{
		{"resize", "{a: {}}", "{a: {memory: 4GB}}", ignoring("PATCH", ""), reconcile.Resize, "PATCH", "", "asked for memory 4GB, there is 2GB", "resize 4GB"},
		{"resize taken back", "{a: {}}", "{a: {memory: 4GB}}", ignoring("PATCH", ""), reconcile.Resize, "PATCH", "", "asked for memory 4GB, there is 2GB", ""},
		{"rename", "{a: {}}", "{a: {name: b}}", ignoring("PATCH", ""), reconcile.Rename, "PATCH", "", "asked for name b, there is a", "rename b"},
		{"pause", "{a: {}}", "{a: {state: paused}}", ignoring("POST", "/pause"), reconcile.Pause, "POST", "/pause", "asked for paused, it is running", "pause"},
		{"resume", "{a: {state: paused}}", "{a: {}}", ignoring("POST", "/resume"), reconcile.Resume, "POST", "/resume", "asked for running, it is paused", "resume"},
		{"upgrade", "{a: {}}", "{a: {type: business-critical}}", ignoring("POST", "/upgrade"), reconcile.Upgrade, "POST", "/upgrade", "asked for type business-critical, there is professional-db", "upgrade"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start("instances: " + c.before)
				w.converge()
				id := w.sim.Instances()[0].ID
				asked := len(w.sent(c.method, c.end))
				w.sim.Inject(c.fault)
				w.edit("instances: " + c.after)
				w.run(24 * time.Hour)
				w.start("instances: " + c.after) // what was tried in vain outlives a restart
				w.run(30 * time.Minute)
				tries := w.sent(c.method, c.end)[asked:]
				if n := len(tries); n < 24 || n > 36 {
					t.Errorf("asked %d times in a day, want about 31\n%s", n, w.story())
				}
				if first := tries[1].Sub(tries[0]); first < 30*time.Second {
					t.Errorf("asked again after %s", first)
				}
				if n := w.failures(c.verb); n < len(tries)-2 {
					t.Errorf("%d of %d tries count as failed\n%s", n, len(tries), w.story())
				}
				s := w.blockedStep("a")
				if s.Problem != reconcile.ProblemUndone || !strings.Contains(s.Reason, c.says) {
					t.Fatalf("%s: %s\n%s", s.Problem, s.Reason, w.story())
				}
				w.sim.ClearFaults()
				if c.mend != "" {
					if err := w.sim.Act(id, c.mend); err != nil {
						t.Fatal(err)
					}
					w.run(2 * time.Hour)
				} else {
					w.edit("instances: " + c.before)
				}
				w.converge()
				if n := len(w.sent(c.method, c.end)) - asked - len(tries); n > 0 {
					t.Errorf("asked %d times more after a person had done it\n%s", n, w.story())
				}
			})
		})
	}
}

// blockedStep is the blocked step of a key in the plan as it is now; the zero Step if it has none.
func (w *world) blockedStep(key string) reconcile.Step {
	for _, s := range w.d.Plan(time.Now()).Steps {
		if s.Key == key && s.Verb == reconcile.Blocked {
			return s
		}
	}
	return reconcile.Step{}
}

// A resume that Aura begins and that falls back to paused is one that does not take.
func TestAResumeThatFallsBackBacksOff(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {state: paused}}")
		w.converge()
		id := w.sim.Instances()[0].ID
		w.edit("instances: {a: {}}")
		for range 3 * 60 {
			w.run(time.Minute)
			if in, _ := w.sim.Instance(id); in.Status == "resuming" {
				if err := w.sim.Act(id, "paused"); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := len(w.sent("POST", "/resume")); n < 3 || n > 12 {
			t.Errorf("resumed %d times in three hours\n%s", n, w.story())
		}
		if s := w.blockedStep("a"); s.Problem != reconcile.ProblemUndone {
			t.Errorf("%+v\n%s", s, w.story())
		}
	})
}

// A file that asks for something else is a new try, at once, and the count begins anew.
func TestAChangedFileIsANewTry(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}}")
		w.converge()
		w.sim.Inject(ignoring("PATCH", ""))
		w.edit("instances: {a: {memory: 4GB}}")
		w.run(5 * time.Hour)
		if w.blockedStep("a").Problem != reconcile.ProblemUndone {
			t.Fatalf("not blocked\n%s", w.story())
		}
		asked := len(w.sent("PATCH", ""))
		w.edit("instances: {a: {memory: 8GB}}")
		w.run(20 * time.Second)
		if len(w.sent("PATCH", "")) != asked+1 || w.blockedStep("a").Verb != "" {
			t.Errorf("%d more requests\n%s", len(w.sent("PATCH", ""))-asked, w.story())
		}
	})
}

// One night of a change that Aura does not make leaves the schedule as it is.
func TestWhatDoesNotTakeKeepsNoScheduleWaiting(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		const night = "schedules: {s: {running: [\"Mon-Sun 06:00-18:00\"]}}\ninstances: {a: {schedule: s%s}}"
		w.start(strings.ReplaceAll(night, "%s", ""))
		w.run(8 * time.Hour)
		w.sim.Inject(ignoring("PATCH", ""))
		w.edit(strings.ReplaceAll(night, "%s", ", memory: 4GB"))
		w.run(11 * time.Hour)
		if in := w.live("a"); in.Status != "paused" {
			t.Errorf("%s after the evening edge\n%s", in.Status, w.story())
		}
		resumes := len(w.sent("POST", "/resume"))
		w.run(10 * time.Hour)
		if n := len(w.sent("POST", "/resume")) - resumes; n > 0 {
			t.Errorf("woken %d times at night for what a person must mend\n%s", n, w.story())
		}
		w.run(2 * time.Hour)
		if in := w.live("a"); in.Status != "running" {
			t.Errorf("%s after the morning edge\n%s", in.Status, w.story())
		}
	})
}
