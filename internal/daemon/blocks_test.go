package daemon_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/journal"
)

// told counts the events of one kind about a key.
func (w *world) told(kind journal.Kind, key string) (texts []string) {
	for _, e := range w.events {
		if e.Kind == kind && e.Key == key {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

// A blocked step is told once when it appears, with the way out, and once when it is over, however
// long it stays and however often it is tried; a new process says once more what is still so.
func TestABlockIsToldOnceAndItsEndOnce(t *testing.T) {
	refusing := func(w *world) {
		w.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 400, Method: "PATCH", Times: -1, Body: `{"errors":[{"message":"no","reason":"tenant-incapable-of-action"}]}`})
	}
	for _, c := range []struct {
		name          string
		before, after string
		block         func(*world)
		says          string
		end           func(*world)
	}{
		{"a name that is taken", "{b: {}}", "{a: {}, b: {}}", func(w *world) { w.sim.Add(aurasim.Instance{Name: "a"}) }, "adopt: true",
			func(w *world) { w.edit("instances: {a: {adopt: true}, b: {}}") }},
		{"a step that only a person can mend, tried each hour", "{a: {}, b: {}}", "{a: {memory: 4GB}, b: {}}", refusing, "see its plan in the Aura console",
			func(w *world) { w.sim.ClearFaults() }},
		{"a step that Aura does not do", "{a: {}, b: {}}", "{a: {memory: 4GB}, b: {}}", func(w *world) { w.sim.Inject(ignoring("PATCH", "")) }, "console",
			func(w *world) { w.sim.ClearFaults() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start("instances: " + c.before)
				w.converge()
				c.block(w)
				w.run(10 * time.Minute) // the list is as old as one gets
				w.edit("instances: " + c.after)
				w.run(9 * time.Hour)
				if texts := w.told(journal.Blocked, "a"); len(texts) != 1 || !strings.Contains(texts[0], c.says) {
					t.Fatalf("told %q\n%s", texts, w.story())
				}
				for n := range 2 {
					w.start("instances: " + c.after)
					w.run(2 * time.Hour)
					if texts := w.told(journal.Blocked, "a"); len(texts) != n+2 {
						t.Errorf("%d restarts: told %q", n+1, texts)
					}
				}
				if texts := w.told(journal.Unblocked, "a"); len(texts) > 0 {
					t.Errorf("over before it was: %q\n%s", texts, w.story())
				}
				c.end(w)
				w.run(3 * time.Hour)
				w.converge()
				w.run(time.Hour)
				if texts := w.told(journal.Unblocked, "a"); len(texts) != 1 || !strings.Contains(texts[0], "no longer blocked, after 1") {
					t.Errorf("its end was told %q\n%s", texts, w.story())
				}
				if n := len(w.told(journal.Blocked, "a")); n != 3 {
					t.Errorf("told %d times in three processes", n)
				}
			})
		})
	}
}

// What ends while no daemon runs is told by the next one.
func TestABlockThatEndsInADowntimeIsTold(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		id := w.sim.Add(aurasim.Instance{Name: "a"})
		w.start("instances: {a: {}}")
		w.run(time.Hour)
		if err := w.sim.Act(id, "rename other"); err != nil {
			t.Fatal(err)
		}
		w.start("instances: {a: {}}")
		w.run(time.Hour)
		if len(w.told(journal.Blocked, "a")) != 1 || len(w.told(journal.Unblocked, "a")) != 1 {
			t.Errorf("\n%s", w.story())
		}
	})
}

// A lost credential is told like any other block.
func TestALostCredentialIsTold(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.sim.Inject(aurasim.Fault{Kind: aurasim.CutAfter, Method: "POST", PathPrefix: "/v1/instances"})
		w.start("instances: {a: {}}")
		w.run(time.Hour)
		texts := w.told(journal.Blocked, "a")
		if len(texts) != 1 || !slices.ContainsFunc(texts, func(s string) bool {
			return strings.Contains(s, "credentials_lost") && strings.Contains(s, "on_lost_credentials: recreate")
		}) {
			t.Errorf("%q\n%s", texts, w.story())
		}
	})
}
