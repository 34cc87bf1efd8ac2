package daemon_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleettest"
)

// letters is a fleet of n instances, each with this block.
func letters(n int, block string) string {
	var b strings.Builder
	b.WriteString("instances:\n")
	for i := range n {
		fmt.Fprintf(&b, "  i%02d: {%s}\n", i, block)
	}
	return b.String()
}

// Restarts in the middle of a minute don't forget what was sent: inWorld holds every world to
// the limit, and this one restarts all the time while it has more to do than the limit allows.
func TestRestartsNeverExceedTheLimit(t *testing.T) {
	inWorld(t, aurasim.Config{TokensPerHour: 15, Durations: even(20 * time.Second)}, func(w *world) {
		fleet := letters(60, "")
		for i := range 60 {
			w.start(fleet)
			w.run(time.Duration(1+i%7) * 1700 * time.Millisecond)
		}
		w.start(fleet)
		w.run(10 * time.Minute)
		if p := w.plan(); !p.Matches() || refused(w) > 0 {
			t.Errorf("%d requests were refused, and the plan is:\n%s", refused(w), steps(p))
		}
		if most := w.sim.MaxPerMinute(aurasim.DemoClientID); most < 20 {
			t.Errorf("at most %d requests a minute: the limit was never felt", most)
		}
		if n := tokens(w); n > 1 {
			t.Errorf("%d tokens were asked for over 60 restarts, want 1", n)
		}
	})
}

func tokens(w *world) int {
	n := 0
	for _, r := range w.sim.Requests() {
		if r.Token() {
			n++
		}
	}
	return n
}

// A day with 200 restarts costs a token an hour.
func TestTokensOutliveRestarts(t *testing.T) {
	inWorld(t, aurasim.Config{TokensPerHour: 15}, func(w *world) {
		for range 200 {
			w.start("instances: {a: {}}")
			w.run(7 * time.Minute)
		}
		if n := tokens(w); n < 23 || n > 26 {
			t.Errorf("%d tokens in %s, want one an hour", n, 200*7*time.Minute)
		}
	})
}

// foreign is another tool on the same client id: it sends n lists at once.
func (w *world) foreign(n int) {
	client := &http.Client{Transport: w.sim.Transport()}
	form := url.Values{"grant_type": {"client_credentials"}}.Encode()
	req, err := http.NewRequest("POST", "http://127.0.0.1:1/oauth/token", strings.NewReader(form))
	if err != nil {
		w.t.Fatal(err)
	}
	req.SetBasicAuth(aurasim.DemoClientID, aurasim.DemoClientSecret)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	var body bytes.Buffer
	_, _ = body.ReadFrom(resp.Body)
	_, after, _ := strings.Cut(body.String(), `"access_token":"`)
	token, _, _ := strings.Cut(after, `"`)
	for range n {
		req, _ := http.NewRequest("GET", "http://127.0.0.1:1/v1/tenants", nil)
		req.Header.Set("Authorization", "Bearer "+token)
		if resp, err := client.Do(req); err == nil {
			resp.Body.Close()
		}
	}
}

// Somebody else spends the budget of the same client id: the refusals are obeyed and reported,
// nothing is lost and everything is done in the end.
func TestAForeignClientOnTheSameID(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(30 * time.Second)}, func(w *world) {
		var log bytes.Buffer
		w.log = slog.New(slog.NewTextHandler(&log, nil))
		w.limit = 60 // both together
		w.start(letters(10, ""))
		for range 6 {
			w.foreign(24)
			w.run(time.Minute)
		}
		w.run(20 * time.Minute)
		if p := w.plan(); !p.Matches() || w.alive() != 10 || w.made() != 10 {
			t.Errorf("%d of %d made are alive:\n%s", w.alive(), w.made(), steps(p))
		}
		if refused(w) == 0 {
			t.Errorf("nothing was refused: the other one was not felt")
		}
		if !strings.Contains(log.String(), "too many requests") {
			t.Errorf("the log does not tell of the refusals:\n%s", log.String())
		}
		w.obeys()
	})
}

// Somebody else spends a third of the budget all the time. The schedules hold, and no minute sees
// more than one refusal of ours.
func TestSchedulesHoldBesideAForeignClient(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(90 * time.Second)}, func(w *world) {
		var log bytes.Buffer
		w.log = slog.New(slog.NewTextHandler(&log, nil))
		w.limit = 40
		w.add(25)
		var fleet strings.Builder
		fleet.WriteString("schedules: {s: {running: [\"daily 00:30-01:00\"], ready_by: off}}\ninstances:\n")
		for i := range 25 {
			fmt.Fprintf(&fleet, "  i%03d: {schedule: s, adopt: true}\n", i)
		}
		w.start(fleet.String())
		before := 0
		for minute := range 90 {
			for range 4 { // a token and a list: 8 of 25 requests a minute
				w.foreign(1)
				w.run(15 * time.Second)
			}
			if now := w.ourRefusals(); now-before > 1 {
				t.Errorf("minute %d: %d refusals", minute, now-before)
			} else {
				before = now
			}
			switch minute {
			case 40:
				w.settled("running")
			case 70:
				w.settled("paused")
			}
		}
		t.Logf("%d refusals in 90 minutes", before)
		if before == 0 || before > 20 || !strings.Contains(log.String(), "something else uses this client id") {
			t.Errorf("%d refusals; the log:\n%s", before, log.String())
		}
	})
}

// ourRefusals counts 429s that were not the other client's.
func (w *world) ourRefusals() int {
	n := 0
	for _, r := range w.sim.Requests() {
		if r.Status == 429 && r.Path != "/v1/tenants" && !r.Token() {
			n++
		}
	}
	return n
}

// obeys demands that after a 429 nothing of ours is sent before the time it names.
func (w *world) obeys() {
	w.t.Helper()
	all := w.sim.Requests()
	for i, r := range all {
		if r.Status != 429 || r.Path == "/v1/tenants" {
			continue
		}
		for _, next := range all[i+1:] {
			if next.Path == "/v1/tenants" || next.Token() {
				continue
			}
			if gap := next.At.Sub(r.At); gap < time.Second {
				w.t.Errorf("%s %s was sent %s after a 429", next.Method, next.Path, gap)
			}
			break
		}
	}
}

// A storm of refusals, with and without a time to wait, in both forms.
func TestA429Storm(t *testing.T) {
	for _, after := range []string{"", "3", "45", "100000", "soon"} {
		inWorld(t, aurasim.Config{Durations: even(30 * time.Second)}, func(w *world) {
			w.start(letters(8, ""))
			w.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 429, RetryAfter: after, Times: 40,
				Match: func(r aurasim.Request) bool { return !r.Token() }})
			w.run(5 * time.Hour)
			if p := w.plan(); !p.Matches() || w.made() != 8 {
				t.Errorf("Retry-After %q: %d were made, %d faults are left:\n%s", after, w.made(), w.sim.PendingFaults(), steps(p))
			}
			w.obeys()
		})
	}
}

// A limit that is lowered in the file holds for the minute that is running.
func TestALoweredLimitHoldsAtOnce(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(20 * time.Second)}, func(w *world) {
		w.start(letters(40, ""))
		w.run(20 * time.Second)
		w.head = strings.Replace(header, "requests_per_minute: 25", "requests_per_minute: 25, reserve: 20", 1)
		w.edit(letters(40, ""))
		lowered := time.Now()
		w.run(10 * time.Minute)
		var sent []time.Time
		for _, r := range w.sim.Requests() {
			if r.At.After(lowered.Add(time.Minute)) {
				sent = append(sent, r.At)
			}
		}
		for i := range sent {
			if j := i + 5; j < len(sent) && sent[j].Sub(sent[i]) < time.Minute {
				t.Fatalf("6 requests within %s, the limit is 5", sent[j].Sub(sent[i]))
			}
		}
		if len(sent) < 30 {
			t.Errorf("only %d requests in 9 minutes", len(sent))
		}
	})
}

// The clock is set back or forth, with and without a restart: the limit holds in true time, and
// work goes on soon.
func TestClockSteps(t *testing.T) {
	for _, by := range []time.Duration{-30 * time.Second, -2 * time.Hour, -400 * 24 * time.Hour, 50 * time.Minute, 48 * time.Hour} {
		for _, restart := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, restart %v", by, restart), func(t *testing.T) {
				inWorld(t, aurasim.Config{Durations: even(20 * time.Second)}, func(w *world) {
					clock := fleettest.NewSetClock()
					w.clock = clock
					if by > 0 && restart {
						w.limit = 50 // to the next process a jump ahead makes the last minute look old; the server refuses what is too much
					}
					fleet := letters(40, "")
					w.start(fleet)
					w.run(70 * time.Second)
					clock.Set(by)
					if restart {
						w.start(fleet)
					}
					w.run(15 * time.Minute)
					w.alignedWithTruth(40)
				})
			})
		}
	}
}

func (w *world) alignedWithTruth(n int) {
	w.t.Helper()
	names := map[string]int{}
	for _, in := range w.sim.Instances() {
		if !in.Deleted {
			names[in.Name]++
		}
	}
	var twice []string
	for name, k := range names {
		if k > 1 || strings.Contains(name, "~") {
			twice = append(twice, name)
		}
	}
	slices.Sort(twice)
	if len(names) != n || len(twice) > 0 {
		w.t.Errorf("%d names, want %d; doubled or marked: %v\n%s", len(names), n, twice, w.story())
	}
}
