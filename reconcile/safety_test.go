package reconcile_test

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/task"
	"github.com/aurad/aurad/spec"
)

// What never happens, in any world and under any policy.

// TestMain tries more worlds than rapid would by itself, unless told how many: a delete that is
// due and allowed is rare among them.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "500"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// inAnyWorld checks f on plans of many worlds.
func inAnyWorld(t *testing.T, f func(t *rapid.T, w reconcile.World, policy spec.Policy, p reconcile.Plan)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		f(t, w, w.Policy, reconcile.Permit(reconcile.Diff(w), w.Policy))
	})
}

func acting(p reconcile.Plan) []reconcile.Step {
	return slices.DeleteFunc(slices.Clone(p.Steps), func(s reconcile.Step) bool { return !s.Verb.Acts() })
}

// wants is the block of a key in the file.
func wants(w reconcile.World, key string) (spec.Desired, bool) {
	i := slices.IndexFunc(w.Desired, func(d spec.Desired) bool { return d.Key == key })
	if i < 0 {
		return spec.Desired{}, false
	}
	return w.Desired[i], true
}

func TestNothingIsDeletedByAccident(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, policy spec.Policy, p reconcile.Plan) {
		removed := 0
		for _, s := range acting(p) {
			if s.Verb != reconcile.Delete {
				continue
			}
			e := w.Ledger[s.Key]
			_, inFile := wants(w, s.Key)
			switch s.Cause {
			case reconcile.CauseRemoved:
				removed++
				live, _ := w.Observed.Find(s.InstanceID)
				due := e.Absence != nil && e.Absence.Paused && w.Lived-e.Absence.From >= max(policy.DeleteAfter, time.Hour) && w.Steady && live.Status == "paused"
				if inFile || e.ID != s.InstanceID || e.Protect || e.Suspend || !due || policy.Mode != spec.Sync || len(w.Desired) == 0 || w.Fleet == spec.DefaultFleet || spokenOf(w, s.Key, live) {
					t.Fatalf("deletes %s of %s: in the file %t, due %t, %+v, entry %+v", s.InstanceID, s.Key, inFile, due, policy, e)
				}
			case reconcile.CauseStated:
				stated := slices.ContainsFunc(w.Removed, func(r spec.Removed) bool { return r.Key == s.Key && r.ID == s.InstanceID })
				if inFile || e.ID != s.InstanceID || e.Protect || e.Suspend || !stated || policy.Mode == spec.Observe || w.Fleet == spec.DefaultFleet {
					t.Fatalf("deletes %s of %s: in the file %t, stated %t, entry %+v", s.InstanceID, s.Key, inFile, stated, e)
				}
			case reconcile.CauseLost:
				live, _ := w.Observed.Find(s.InstanceID)
				nonce := live.Name[strings.LastIndexByte(live.Name, '~')+1:]
				ours := e.Birth != nil && e.Birth.Nonce == nonce && e.Birth.Stage == reconcile.Intended || slices.ContainsFunc(e.Tombstones, func(t reconcile.Tombstone) bool { return t.Nonce == nonce })
				owned := slices.ContainsFunc(slices.Collect(maps.Values(w.Ledger)), func(e reconcile.Entry) bool { return e.ID == s.InstanceID })
				if !inFile || !ours || owned || policy.OnLostCredentials != spec.RecreateLost || policy.Mode == spec.Observe {
					t.Fatalf("deletes %+v of %s as lost: in the file %t, our mark %t, owned %t, %+v", live, s.Key, inFile, ours, owned, policy)
				}
			default:
				t.Fatalf("deletes for %s", s.Cause)
			}
		}
		if removed > policy.MaxDeletes {
			t.Fatalf("%d deletes, %d allowed", removed, policy.MaxDeletes)
		}
	})
}

// spokenOf reports whether a block names an instance: by its id, by its name, or as a source.
func spokenOf(w reconcile.World, key string, live observed.Live) bool {
	return slices.ContainsFunc(w.Blocks, func(b spec.Instance) bool {
		source := b.Source != nil && (b.Source.Instance == key || b.Source.Instance == live.ID)
		return b.ID == live.ID || b.Name == live.Name && !w.Ledger[b.Key].Owns() || source
	})
}

func TestProtectedIsNeverPausedOrDeleted(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, _ spec.Policy, p reconcile.Plan) {
		for _, s := range acting(p) {
			d, inFile := wants(w, s.Key)
			protected := inFile && d.Protect || !inFile && w.Ledger[s.Key].Protect
			unborn := s.Cause == reconcile.CauseLost // nobody ever had its password: there is nothing to protect
			if protected && !unborn && (s.Verb == reconcile.Pause || s.Verb == reconcile.Delete) {
				t.Fatalf("%s %s", s.Verb, s.Key)
			}
		}
	})
}

func TestNothingIsCreatedTwice(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, _ spec.Policy, p reconcile.Plan) {
		owned := map[string]bool{}
		for _, e := range w.Ledger {
			owned[e.ID] = true
			if e.Birth != nil {
				owned[e.Birth.InstanceID] = true
			}
		}
		for _, s := range acting(p) {
			if s.Verb != reconcile.Create || s.Phase > 0 || s.Cause == reconcile.CauseUnfinished {
				continue
			}
			d, _ := wants(w, s.Key)
			if e := w.Ledger[s.Key]; e.ID != "" || e.Birth != nil || w.Observed.ListedAt.IsZero() {
				t.Fatalf("creates %s though %+v", s.Key, e)
			}
			for _, l := range w.Observed.Instances {
				if l.Name == d.Name {
					t.Fatalf("creates %s though %s bears its name", s.Key, l.ID)
				}
			}
		}
	})
}

// One operation per instance and per key; an instance is not taken over by two.
func TestOneStepAtATime(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, _ spec.Policy, p reconcile.Plan) {
		keys, ids := map[string]bool{}, map[string]bool{}
		for _, s := range acting(p) {
			if s.Phase > 0 {
				continue
			}
			if keys[s.Key] || s.InstanceID != "" && ids[s.InstanceID] {
				t.Fatalf("two steps at once for %s (%s):\n%s", s.Key, s.InstanceID, brief(p))
			}
			keys[s.Key], ids[s.InstanceID] = true, true
			if op := w.Ledger[s.Key].Op; op != nil && s.Cause != reconcile.CauseUnfinished && s.InstanceID == w.Ledger[s.Key].ID {
				t.Fatalf("%s %s while %s is under way", s.Verb, s.Key, op.Verb)
			}
		}
	})
}

// Observe and suspend are never acted against, neither by a step nor by a task that costs a
// request. The password of a create that was interrupted goes to its store all the same, but
// under observe.
func TestObserveAndSuspendOnlyWatch(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, policy spec.Policy, p reconcile.Plan) {
		for _, s := range acting(p) {
			if d, _ := wants(w, s.Key); d.Suspend && !storing(w, s) || policy.Mode == spec.Observe {
				t.Fatalf("%s %s", s.Verb, s.Key)
			}
		}
		for _, one := range task.Of(w, p, task.Pace{ListEvery: time.Minute, MaxAge: time.Hour}) {
			if d, _ := wants(w, one.Key); (d.Suspend && one.Requests > 0 || policy.Mode == spec.Observe) && (one.Kind == task.Take || one.Kind == task.Name) {
				t.Fatalf("a task to %s %s", one.Kind, one.Key)
			}
		}
	})
}

// What is sent is what the plan shows: every request that changes something is a step of it.
func TestTasksFollowThePlan(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, _ spec.Policy, p reconcile.Plan) {
		for _, one := range task.Of(w, p, task.Pace{ListEvery: time.Minute, MaxAge: time.Hour}) {
			if one.Kind != task.Take && one.Kind != task.Name {
				continue
			}
			if !slices.ContainsFunc(acting(p), func(s reconcile.Step) bool { return s.Key == one.Key && s.Phase == 0 }) {
				t.Fatalf("%s %s is not in the plan:\n%s", one.Kind, one.Key, brief(p))
			}
			// A password that is on its way to its store, above all, waits for no slot of the budget.
			free := one.Kind == task.Take && (one.Step.Verb == reconcile.Adopt || one.Step.Verb == reconcile.Move ||
				one.Step.Verb == reconcile.Create && one.Step.Cause == reconcile.CauseUnfinished)
			if want := map[bool]int{true: 0, false: 1}[free]; one.Requests != want {
				t.Fatalf("%s (%s) of %s takes %d slots of the budget, want %d", one.Step.Verb, one.Step.Cause, one.Key, one.Requests, want)
			}
		}
	})
}

// Equal input, equal plan: whatever order maps and lists come in.
func TestPlansAreEqualForEqualInput(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, policy spec.Policy, p reconcile.Plan) {
		again := w
		again.Ledger = maps.Clone(w.Ledger)
		again.Desired = rapid.Permutation(w.Desired).Draw(t, "desired")
		again.Observed.Instances = rapid.Permutation(w.Observed.Instances).Draw(t, "instances")
		again.Observed.Sort()
		slices.SortFunc(again.Desired, func(a, b spec.Desired) int { return strings.Compare(a.Key, b.Key) })
		if a, b := jsonOf(t, p), jsonOf(t, reconcile.Permit(reconcile.Diff(again), policy)); a != b {
			t.Fatalf("%s\n%s", a, b)
		}
	})
}

// A plan survives being written and read, and its lists are never null.
func TestPlanAsJSON(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, _ spec.Policy, p reconcile.Plan) {
		text := jsonOf(t, p)
		var back reconcile.Plan
		if err := json.Unmarshal([]byte(text), &back); err != nil {
			t.Fatal(err)
		}
		if again := jsonOf(t, back); again != text || strings.Contains(text, "null") {
			t.Fatalf("%s\n%s", text, again)
		}
	})
}

func jsonOf(t *rapid.T, v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Every step says why, and the summary counts what is there.
func TestPlansExplainThemselves(t *testing.T) {
	inAnyWorld(t, func(t *rapid.T, w reconcile.World, _ spec.Policy, p reconcile.Plan) {
		requests := 0
		for _, s := range p.Steps {
			requests += s.Requests
			if s.Reason == "" || s.Key == "" {
				t.Fatalf("%+v", s)
			}
		}
		if p.Summary.Acting != len(acting(p)) || p.Summary.Requests != requests || p.Summary.Instances != len(w.Desired) {
			t.Fatalf("%+v of\n%s", p.Summary, brief(p))
		}
	})
}

// storing reports whether a step only brings a spooled password to its store.
func storing(w reconcile.World, s reconcile.Step) bool {
	b := w.Ledger[s.Key].Birth
	return s.Verb == reconcile.Create && s.Cause == reconcile.CauseUnfinished && b != nil && b.Stage == reconcile.Spooled
}
