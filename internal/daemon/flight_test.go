package daemon_test

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// slowFleet has a database that is to be made, and one that an edge at 00:05 pauses.
const slowFleet = `policy: {on_lost_credentials: recreate}
observe: {scan_interval: 1m}
schedules: {day: {running: ["daily 00:00-00:05"]}}
instances:
  a: {}
  i000: {schedule: day, adopt: true}
`

// inSlowWorld has a create that is answered after delay, though Aura has made the instance at once.
func inSlowWorld(t *testing.T, delay time.Duration, f func(*world)) {
	t.Helper()
	inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
		w.add(1)
		w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.Slow, Delay: delay}))
		w.start(slowFleet)
		f(w)
	})
}

// onTime demands that the edge of 00:05 was kept.
func (w *world) onTime() {
	w.t.Helper()
	if at := w.sent("POST", "/pause"); len(at) != 1 || at[0].Sub(w.began) < 5*time.Minute || at[0].Sub(w.began) > 5*time.Minute+time.Second {
		w.t.Errorf("the pause of 00:05 was sent at %v\n%s", at, w.story())
	}
}

// onceWhole demands that a was made once, and that the store has its password.
func (w *world) onceWhole() {
	w.t.Helper()
	if in := w.live("a"); w.password("a") != in.Password || w.posts() != 1 || w.made() != 2 {
		w.t.Errorf("%d creates, %d instances; the store has the password of %s: %v\n%s", w.posts(), w.made()-1, in.ID, w.password("a") == in.Password, w.story())
	}
}

// While Aura says nothing to a create, the edges of others hold, and its mark in a list is no loss.
func TestASlowCreateHoldsUpNothing(t *testing.T) {
	for _, delay := range []time.Duration{time.Second, time.Minute, 6 * time.Minute, 19 * time.Minute} {
		inSlowWorld(t, delay, func(w *world) {
			w.run(4 * time.Hour)
			w.onTime()
			w.onceWhole()
		})
	}
}

// The plan says what is waited for, and since when.
func TestThePlanTellsOfACreateThatIsNotAnswered(t *testing.T) {
	inSlowWorld(t, 10*time.Minute, func(w *world) {
		var asked reconcile.Step
		w.during(5*time.Minute+30*time.Second, func(d *daemon.Daemon) {
			asked = stepOf(d.Plan(d.Clock.Now()), "a")
		})
		if asked.Verb != reconcile.Wait || asked.Cause != reconcile.CauseInFlight || !strings.Contains(asked.Reason, "asked to make it at 00:00:0") {
			t.Errorf("the plan says: %s (%s) %s", asked.Verb, asked.Cause, asked.Reason)
		}
		w.onTime()
	})
}

// during runs the daemon for a while and asks it something at the end.
func (w *world) during(d time.Duration, ask daemon.Ask) {
	w.t.Helper()
	asks := make(chan daemon.Ask)
	ctx, cancel := context.WithCancel(w.t.Context())
	go func() {
		time.Sleep(d)
		asks <- func(d *daemon.Daemon) { ask(d); cancel() }
	}()
	if err := w.d.Run(ctx, nil, asks); err != nil {
		w.t.Fatal(err)
	}
}

// A daemon that is told to stop, and apply when it is interrupted, wait for the answer and store it.
func TestAStopWaitsForTheAnswerToACreate(t *testing.T) {
	for name, stop := range map[string]func(*world, context.Context) error{
		"run":   func(w *world, ctx context.Context) error { return w.d.Run(ctx, nil, nil) },
		"apply": func(w *world, ctx context.Context) error { _, err := w.d.Apply(ctx); return err },
	} {
		inSlowWorld(t, 15*time.Minute, func(w *world) {
			ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
			defer cancel()
			if err := stop(w, ctx); err != nil && ctx.Err() == nil {
				t.Fatal(err)
			}
			if took := time.Since(w.began); took < 15*time.Minute || took > 16*time.Minute {
				t.Errorf("%s stopped after %s", name, took)
			}
			if in := w.marked(); w.password("a") != in.Password {
				t.Errorf("%s: the store does not have the password of %s\n%s", name, in.ID, w.story())
			}
			w.start(slowFleet)
			w.run(time.Hour)
			w.onceWhole()
		})
	}
}

// apply ends when the create has, not before.
func TestApplyWaitsForTheAnswerToACreate(t *testing.T) {
	inSlowWorld(t, 15*time.Minute, func(w *world) {
		w.converge()
		w.onceWhole()
	})
}

// What a new file says of a block whose create is under way is neither lost, nor does it lose the create.
func TestAFileThatComesInWhileACreateIsUnderWay(t *testing.T) {
	inSlowWorld(t, 10*time.Minute, func(w *world) {
		w.during(3*time.Minute, func(d *daemon.Daemon) {
			if err := d.SetFleet(w.parse(strings.Replace(slowFleet, "a: {}", "a: {protect: true}", 1))); err != nil {
				t.Error(err)
			}
		})
		if !w.entry().Protect || w.entry().ID == "" {
			t.Errorf("the state has %+v", w.entry())
		}
		w.start(strings.Replace(slowFleet, "  a: {}\n", "", 1))
		w.run(time.Hour)
		w.onceWhole()
	})
}

// Nobody can make aurad forget a create that is under way: its reply would be nobody's.
func TestACreateThatIsUnderWayIsNotForgotten(t *testing.T) {
	inSlowWorld(t, 10*time.Minute, func(w *world) {
		w.during(3*time.Minute, func(d *daemon.Daemon) {
			_, err := d.Forget("a", "somebody", daemon.Forgetting{LeaveLive: true, LosePassword: true})
			if err == nil || !strings.Contains(err.Error(), "wait for it") {
				t.Errorf("forget says: %v", err)
			}
		})
		w.start(slowFleet)
		w.run(time.Hour)
		w.onceWhole()
	})
}

// A reply that nothing takes is held beside the loop: the edges of others hold meanwhile.
func TestAReplyThatIsAdriftHoldsUpNothing(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
		w.add(1)
		m := w.moody()
		w.start(slowFleet)
		m.create = secrets.ErrUnavailable
		w.spool.breakWith(func(string) error {
			if time.Since(w.began) < 20*time.Minute {
				return syscall.EIO
			}
			return nil
		})
		w.run(19 * time.Minute)
		m.create = nil
		w.onTime()
		w.start(slowFleet)
		w.run(time.Hour)
		w.onceWhole()
	})
}

// However many are under way at once, each is one instance with its password.
func TestManySlowCreatesAtOnce(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
		w.add(1)
		w.workers = 8
		w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.Slow, Delay: 12 * time.Minute, Times: 40}))
		fleet := slowFleet
		for _, key := range strings.Split("bcdefghijklmnopqrstuvwxyz", "") {
			fleet += "  " + key + ": {}\n"
		}
		w.start(fleet)
		w.run(2 * time.Hour)
		w.onTime()
		for _, key := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
			if in := w.live(key); w.password(key) != in.Password {
				t.Errorf("the store does not have the password of %s", key)
			}
		}
		if w.made() != 27 || w.posts() != 26 {
			t.Errorf("%d instances by %d creates", w.made(), w.posts())
		}
	})
}

// slowStore takes its time over a password.
type slowStore struct{ secrets.Store }

func (s slowStore) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	time.Sleep(8 * time.Second)
	return s.Store.Create(ctx, c, claim)
}

// Twenty creates that each take a while are sent just before an edge: it does not wait for their turns.
func TestAnEdgeDoesNotWaitForSlowCreates(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
		w.add(1)
		w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.Slow, Delay: 1900 * time.Millisecond, Times: 20}))
		fleet := slowFleet
		for i := range 19 {
			fleet += fmt.Sprintf("  k%02d: {}\n", i)
		}
		w.start(strings.Replace(slowFleet, "  a: {}\n", "", 1))
		w.run(4*time.Minute + 45*time.Second)
		w.edit(fleet)
		w.run(time.Hour)
		if at := w.sent("POST", "/pause"); len(at) != 1 || at[0].Sub(w.began) > 5*time.Minute+2*time.Second {
			t.Errorf("the pause of 00:05 was sent at %v\n%s", at, w.story())
		}
		if w.made() != 21 || w.posts() != 20 {
			t.Errorf("%d instances by %d creates", w.made()-1, w.posts())
		}
	})
}

// While a password is brought to the store, a new file comes in: the state has both, what the file says
// and that the reply is safe here.
func TestTheLoopWritesNothingOverACreateUnderWay(t *testing.T) {
	inWorld(t, aurasim.Config{Durations: even(time.Minute)}, func(w *world) {
		w.add(1)
		w.store = slowStore{w.store}
		w.start(slowFleet)
		w.during(7*time.Second, func(d *daemon.Daemon) {
			if err := d.SetFleet(w.parse(strings.Replace(slowFleet, "a: {}", "a: {protect: true}", 1))); err != nil {
				t.Error(err)
			}
			if e := w.entry(); !e.Protect || e.Birth == nil || e.Birth.Stage != reconcile.Spooled {
				t.Errorf("the state has %+v of %+v", e.Birth, e)
			}
		})
		w.run(time.Hour)
		w.onceWhole()
	})
}
