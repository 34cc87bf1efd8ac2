package daemon_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// oddEntries are what a list may hold besides instances.
func oddEntries(list []any) []any {
	return append([]any{map[string]any{}, 7, nil, map[string]any{"id": "../tenants", "name": "x"}}, list...)
}

// Entries that can't be worked with stop nothing but themselves: everybody else is made and kept.
func TestOddEntriesOfAListStopNothing(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.sim.Inject(aurasim.Fault{Kind: aurasim.EditedList, Times: -1, Edit: oddEntries})
		w.start("instances: {a: {}, b: {memory: 4GB}}")
		w.run(30 * time.Minute)
		if w.live("a").Status != "running" || w.live("b").Memory != "4GB" || w.creates() != 2 {
			t.Errorf("%d creates\n%s", w.creates(), w.story())
		}
	})
}

// The reply of a create is lost, and the list shows what it made without an id: that proves that
// it is there. No second one is made, not even long after the grace; with the id back in the list it
// is found.
func TestAnInstanceListedWithoutItsIDIsNotMadeAgain(t *testing.T) {
	for _, what := range []string{"with its name", "without anything"} {
		t.Run(what, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.sim.Inject(aurasim.Fault{Kind: aurasim.CutAfter, Method: http.MethodPost, PathPrefix: "/v1/instances"})
				w.sim.Inject(aurasim.Fault{Kind: aurasim.EditedList, Times: -1, Edit: func(list []any) []any {
					for _, entry := range list {
						if m, ok := entry.(map[string]any); ok {
							delete(m, "id")
							if what == "without anything" {
								clear(m)
							}
						}
					}
					return list
				}})
				w.start("instances: {a: {}}")
				w.run(3 * time.Hour)
				if w.creates() != 1 {
					t.Errorf("%d creates\n%s", w.creates(), w.story())
				}
				w.sim.ClearFaults()
				w.run(time.Hour)
				if steps := steps(w.plan()); w.creates() != 1 || !strings.Contains(steps, "lost") {
					t.Errorf("%d creates, %s", w.creates(), steps)
				}
			})
		})
	}
}

// A name that is listed without an id is taken.
func TestANameListedWithoutAnIDIsTaken(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.sim.Inject(aurasim.Fault{Kind: aurasim.EditedList, Times: -1, Edit: func(list []any) []any {
			return append(list, map[string]any{"name": "a"})
		}})
		w.start("instances: {a: {}, b: {}}")
		w.run(time.Hour)
		if plan := w.plan(); w.creates() != 1 || !strings.Contains(plan.Steps[0].Reason, "without an id") {
			t.Errorf("%d creates, %+v", w.creates(), plan.Steps)
		}
	})
}

func (w *world) creates() int {
	n := 0
	for _, r := range w.sim.Mutations() {
		if r.Method == http.MethodPost && r.Path == "/v1/instances" {
			n++
		}
	}
	return n
}
