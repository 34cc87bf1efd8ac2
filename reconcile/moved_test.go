package reconcile_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/task"
	"github.com/aurad/aurad/spec"
)

// A key that moved to another account has not left the file: it is a person's to decide on, and
// nothing is done to it, whatever the policy.
func TestAMovedKeyIsBlockedOnBothSides(t *testing.T) {
	policy := spec.Policy{Mode: spec.Sync, MaxDeletes: 9}
	for _, c := range []struct {
		name   string
		change func(*scene)
		want   string // verb and a part of the reason, "" for no step at all
	}{
		{"owned and live", func(*scene) {}, "blocked put `account: blue` back"},
		{"paused by a schedule meanwhile", func(s *scene) { s.live.Status = "paused" }, "blocked put `account: blue` back"},
		{"noted as removed before", func(s *scene) { s.mem.Absence = &reconcile.Absence{Since: at("01:00:00")} }, "blocked put `account: blue` back"},
		{"gone from Aura", func(s *scene) { s.live = nil }, ""},
		{"a create under way", func(s *scene) {
			s.mem = reconcile.Entry{Birth: &reconcile.Birth{Nonce: "0a1b2c3d", At: at("11:59:00"), Stage: reconcile.Spooled}}
		}, "create its password is safe here"},
		{"a lost create", func(s *scene) {
			s.mem = reconcile.Entry{Birth: &reconcile.Birth{Nonce: "0a1b2c3d", At: at("11:59:00"), Stage: reconcile.Intended}}
			s.live.Name = "a~0a1b2c3d"
		}, "blocked credentials_lost"},
	} {
		s := newScene()
		s.want, s.Account, s.Elsewhere = nil, "blue", []string{"a"}
		c.change(s)
		p := reconcile.Permit(reconcile.Diff(s.world()), policy)
		if got := stepWords(p); (c.want == "") != (got == "") || !strings.HasPrefix(got, strings.Split(c.want, " ")[0]) || !strings.Contains(got, cut(c.want)) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	s := newScene().unowned().absent()
	s.Account, s.Owners = "green", map[string]string{"a": "blue"}
	if got := stepWords(reconcile.Diff(s.world())); !strings.HasPrefix(got, "blocked account blue has an instance for this key") {
		t.Errorf("in the new account: %q", got)
	}
	s.Owners = nil
	if got := stepWords(reconcile.Diff(s.world())); !strings.HasPrefix(got, "create ") {
		t.Errorf("when the other account owns it no more: %q", got)
	}
}

func cut(want string) string { _, reason, _ := strings.Cut(want, " "); return reason }

func stepWords(p reconcile.Plan) string {
	var all []string
	for _, s := range p.Steps {
		all = append(all, string(s.Verb)+" "+s.Reason)
	}
	return strings.Join(all, "; ")
}

// It is still looked at: only a look can prove that it is gone, which frees the key.
func TestAMovedKeyIsLookedAt(t *testing.T) {
	s := newScene()
	s.want, s.Elsewhere, s.live.SeenAt = nil, []string{"a"}, time.Time{}
	looks := func() bool {
		return slices.ContainsFunc(task.Of(s.world(), reconcile.Diff(s.world()), task.Pace{}), func(t task.Task) bool {
			return t.Kind == task.Look && t.ID == "i1"
		})
	}
	if !looks() {
		t.Error("it is not looked at")
	}
	if s.mem.Op = (&reconcile.Operation{Verb: reconcile.Pause}); looks() {
		t.Error("what is under way is looked at, too: the test proves nothing")
	}
}

// A file that was cut short loses instances of all accounts: they count together.
func TestRemovalsCountOverAllAccounts(t *testing.T) {
	gone := planOf(at("12:00:00"), 1, reconcile.Step{Key: "a", InstanceID: "i1", Verb: reconcile.Delete, Cause: reconcile.CauseRemoved})
	empty := planOf(at("12:00:00"), 0, gone.Steps...)
	policy := spec.Policy{Mode: spec.Sync, MaxDeletes: 2, DeleteAfter: time.Hour}
	for _, c := range []struct {
		plan               reconcile.Plan
		instances, removed int // of the other accounts
		want               reconcile.Verb
		says               string
	}{
		{gone, 3, 1, reconcile.Delete, ""},
		{gone, 3, 2, reconcile.Blocked, "3 instances left the file and max_deletes is 2"},
		{empty, 1, 0, reconcile.Delete, ""},
		{empty, 0, 0, reconcile.Blocked, "the file has no instances at all"},
	} {
		got := reconcile.PermitBeside(c.plan, policy, c.instances, c.removed).Steps[0]
		if got.Verb != c.want || !strings.Contains(got.Reason, c.says) {
			t.Errorf("%d in the file beside %d, %d removed: %s %s, want %s %s", c.plan.Summary.Instances, c.instances, c.removed, got.Verb, got.Reason, c.want, c.says)
		}
	}
}

func TestMerge(t *testing.T) {
	step := func(key string, v reconcile.Verb, c reconcile.Cause, phase, requests int) reconcile.Step {
		return reconcile.Step{Key: key, Verb: v, Cause: c, Phase: phase, Requests: requests, Changes: []reconcile.Change{}}
	}
	edge := func(key, start string) reconcile.Transition { return reconcile.Transition{Key: key, Start: at(start)} }
	blue := reconcile.Plan{Schema: reconcile.PlanSchema, At: at("12:00:02"), Summary: reconcile.Summary{Instances: 3},
		Steps: []reconcile.Step{step("b", reconcile.Resume, reconcile.CauseChange, 0, 2), step("z", reconcile.Delete, reconcile.CauseRemoved, 0, 2), step("b", reconcile.Resize, reconcile.CauseDrift, 1, 2)},
		Next:  []reconcile.Transition{edge("b", "13:00:00"), edge("c", "19:00:00")}}
	green := reconcile.Plan{Schema: reconcile.PlanSchema, At: at("12:00:00"), Summary: reconcile.Summary{Instances: 1},
		Steps: []reconcile.Step{step("a", reconcile.Pause, reconcile.CauseSchedule, 0, 2), step("a", reconcile.Blocked, reconcile.CauseOwnership, 0, 0)},
		Next:  []reconcile.Transition{edge("a", "14:00:00")}}
	got := reconcile.Merge(blue, green)
	want := reconcile.Plan{Schema: reconcile.PlanSchema, At: at("12:00:00"),
		Steps: []reconcile.Step{blue.Steps[0], green.Steps[0], blue.Steps[1], green.Steps[1], blue.Steps[2]},
		Next:  []reconcile.Transition{blue.Next[0], green.Next[0], blue.Next[1]},
		Summary: reconcile.Summary{Instances: 4, Acting: 4, Blocked: 1, Requests: 8,
			Verbs: map[reconcile.Verb]int{reconcile.Resume: 1, reconcile.Pause: 1, reconcile.Delete: 1, reconcile.Resize: 1, reconcile.Blocked: 1}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(blue, reconcile.Merge(blue)); diff != "" {
		t.Errorf("a plan by itself: %s", diff)
	}
	if p := reconcile.Merge(); !p.Matches() || p.Steps == nil || p.Next == nil {
		t.Errorf("of nothing: %+v", p)
	}
}

// A circle of keys of which only one has a block brings no two instances to one key: the one that is there
// stays, and the other is blocked.
func TestACircleOfMovesKeepsBoth(t *testing.T) {
	w := reconcile.World{Now: at("12:00:00"), Fleet: "acme", Moved: []spec.Move{{From: "a", To: "c"}, {From: "c", To: "a"}},
		Ledger:   reconcile.Ledger{"a": {ID: "i1"}, "c": {ID: "i2"}},
		Observed: observed.Fleet{ListedAt: at("11:59:00"), Instances: []observed.Live{{ID: "i1", Name: "a", Status: "running"}, {ID: "i2", Name: "c", Status: "running"}}},
		Desired:  []spec.Desired{{Instance: spec.Instance{Key: "c", Name: "c"}, Wants: spec.Running}}}
	if moves := w.Ledger.Moves(w.Moved, func(key string) bool { return key == "c" }); len(moves) != 1 || moves["a"] != "c" {
		t.Errorf("moves %v", moves)
	}
	p := reconcile.Diff(w)
	for _, s := range p.Steps {
		if s.Verb == reconcile.Move {
			t.Errorf("i1 would take the place of i2: %+v", s)
		}
	}
	if !slices.ContainsFunc(p.Steps, func(s reconcile.Step) bool { return s.Problem == reconcile.ProblemMove }) {
		t.Errorf("not blocked: %+v", p.Steps)
	}
}
