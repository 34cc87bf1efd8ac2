package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/reconcile"
)

const (
	orderBefore = "instances: {grow: {}, sleep: {}, rename: {}, leave: {}, both: {state: paused}}\n"
	orderAfter  = "instances: {grow: {memory: 8GB}, sleep: {state: paused}, rename: {name: Renamed}, both: {}, born: {}}\n"
)

// unhurried is a world in which a busy machine still sends six requests within a minute: a list
// that is older does not do for a create.
func unhurried(t *testing.T) *world {
	t.Helper()
	soon := map[aurasim.Op]aurasim.Range{}
	for op := range aurasim.DefaultDurations() {
		soon[op] = aurasim.Range{Min: 5 * time.Second, Max: 10 * time.Second}
	}
	return newWorldAt(t, aurasim.Config{Durations: soon}, 20)
}

// removal is the line that states the deletion of a key's instance, which is named like the key.
func (w *world) removal(key string) string {
	return fmt.Sprintf("removed: [{key: %s, id: %s}]\n", key, w.live(key).ID)
}

// What plan prints is what apply and run do: the same steps, in the same order. The simulator's
// log is the witness.
func TestPlanApplyAndRunTakeTheSameSteps(t *testing.T) {
	t.Parallel()
	w := unhurried(t)
	w.fleet(orderBefore)
	w.must(0, "apply", "--yes")
	w.fleet(w.removal("leave") + orderAfter)
	var says []string
	for _, s := range decode[reconcile.Plan](t, w.must(0, "plan", "--output", "json").out).Steps {
		if s.Verb.Acts() && s.Phase == 0 {
			says = append(says, string(s.Verb)+" "+s.Key)
		}
	}
	if len(says) != 6 {
		t.Fatalf("the plan has %v at once, want one step for each of six", says)
	}
	before := len(w.sim.Mutations())
	w.must(0, "apply", "--yes")
	w.tookFirst("apply", before, says)

	// The daemon has looked at the fleet when the new file comes. Its create waits for a list that
	// is less than a minute old, so the others may pass it.
	says = slices.DeleteFunc(says, isCreate)
	w = unhurried(t)
	w.fleet(orderBefore)
	r := w.start("--listen", "")
	w.eventually("the fleet matches", w.settled)
	before = len(w.sim.Mutations())
	w.fleet(w.removal("leave") + orderAfter)
	w.eventually("the steps are taken", func() bool { return len(w.sim.Mutations()) > before+len(says) })
	w.eventually("the fleet matches", w.settled)
	w.tookFirst("run", before, says)
	r.terminate()
}

// tookFirst holds the mutations after the first n against the steps of a plan.
func (w *world) tookFirst(who string, n int, says []string) {
	w.t.Helper()
	var did []string
	for _, m := range w.sim.Mutations()[n:] {
		did = append(did, w.verbOf(m)+" "+w.keyOf(m))
	}
	if !slices.ContainsFunc(says, isCreate) {
		did = slices.DeleteFunc(did, isCreate)
	}
	did = did[:min(len(did), len(says))]
	if !slices.Equal(did, says) {
		w.t.Errorf("%s did\n  %s\nplan said\n  %s", who, strings.Join(did, ", "), strings.Join(says, ", "))
	}
}

func isCreate(step string) bool { return strings.HasPrefix(step, "create ") }

func (w *world) verbOf(m aurasim.Request) string {
	switch {
	case m.Method == "DELETE":
		return "delete"
	case m.Method == "PATCH" && strings.Contains(m.Body, `"memory"`):
		return "resize"
	case m.Method == "PATCH" && strings.Contains(m.Body, `"name"`):
		return "rename"
	case strings.HasSuffix(m.Path, "/pause"):
		return "pause"
	case strings.HasSuffix(m.Path, "/resume"):
		return "resume"
	case m.Method == "POST" && m.Path == "/v1/instances":
		return "create"
	}
	return m.Method + " " + m.Path
}

// keyOf finds the key by the stored credential, whose file is named by it.
func (w *world) keyOf(m aurasim.Request) string {
	w.t.Helper()
	id := m.InstanceID
	if id == "" {
		id, _, _ = strings.Cut(strings.TrimPrefix(m.Path, "/v1/instances/"), "/")
	}
	files, err := filepath.Glob(w.path("credentials/*.env"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err == nil && strings.Contains(string(text), id) {
			return strings.TrimSuffix(filepath.Base(f), ".env")
		}
	}
	return id
}
