package reconcile_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// planOf is a plan of the given steps, as Diff would make it.
func planOf(now time.Time, instances int, steps ...reconcile.Step) reconcile.Plan {
	return reconcile.Plan{At: now, Steps: steps, Summary: reconcile.Summary{Instances: instances}}
}

// Mode x cause x verb: what is done, and what is only said.
func TestPermitTruthTable(t *testing.T) {
	for _, c := range []struct {
		verb    reconcile.Verb
		cause   reconcile.Cause
		observe string
		upsert  string
		sync    string
	}{
		{reconcile.Create, reconcile.CauseNew, "hold", "create", "create"},
		{reconcile.Create, reconcile.CauseUnfinished, "hold", "create", "create"},
		{reconcile.Adopt, reconcile.CauseOwnership, "hold", "adopt", "adopt"},
		{reconcile.Rename, reconcile.CauseDrift, "hold", "rename", "rename"},
		{reconcile.Resize, reconcile.CauseDrift, "hold", "resize", "resize"},
		{reconcile.Update, reconcile.CauseDrift, "hold", "update", "update"},
		{reconcile.Upgrade, reconcile.CauseDrift, "hold", "upgrade", "upgrade"},
		{reconcile.Pause, reconcile.CauseSchedule, "hold", "pause", "pause"},
		{reconcile.Resume, reconcile.CauseSchedule, "hold", "resume", "resume"},
		{reconcile.Resume, reconcile.CauseReadyBy, "hold", "resume", "resume"},
		{reconcile.Resume, reconcile.CauseChange, "hold", "resume", "resume"},
		{reconcile.Pause, reconcile.CauseRemoved, "hold", "hold", "pause"},
		{reconcile.Delete, reconcile.CauseRemoved, "hold", "hold", "delete"},
		{reconcile.Delete, reconcile.CauseStated, "hold", "delete", "delete"},
		{reconcile.Move, reconcile.CauseMoved, "hold", "move", "move"},
		{reconcile.Delete, reconcile.CauseLost, "hold", "blocked", "blocked"},
		{reconcile.Blocked, reconcile.CauseOwnership, "blocked", "blocked", "blocked"},
		{reconcile.Wait, reconcile.CauseInFlight, "wait", "wait", "wait"},
		{reconcile.Hold, reconcile.CausePolicy, "hold", "hold", "hold"},
	} {
		step := reconcile.Step{Key: "a", InstanceID: "i1", Verb: c.verb, Cause: c.cause, Reason: "because", Requests: 2}
		for mode, want := range map[spec.Mode]string{spec.Observe: c.observe, spec.Upsert: c.upsert, spec.Sync: c.sync} {
			policy := spec.Policy{Mode: mode, MaxDeletes: 1, DeleteAfter: 72 * time.Hour, OnLostCredentials: spec.ReportLost}
			p := reconcile.Permit(planOf(at("12:00:00"), 1, step), policy)
			got := p.Steps[0]
			if string(got.Verb) != want {
				t.Errorf("%s %s under %s: %s, want %s", c.verb, c.cause, mode, got.Verb, want)
			}
			silenced := got.Verb != c.verb
			if silenced && (got.Would != c.verb || got.Requests != 0 || p.Summary.Acting != 0) {
				t.Errorf("%s under %s is silenced, but says %+v", c.verb, mode, got)
			}
			if got.Reason == "" {
				t.Errorf("%s under %s gives no reason", c.verb, mode)
			}
		}
	}
}

// An instance whose password nobody has is deleted on an explicit word alone.
func TestPermitLost(t *testing.T) {
	step := reconcile.Step{Key: "a", InstanceID: "i9", Verb: reconcile.Delete, Cause: reconcile.CauseLost, Reason: "credentials_lost", Requests: 2}
	for _, c := range []struct {
		mode spec.Mode
		lost spec.OnLost
		want reconcile.Verb
	}{
		{spec.Observe, spec.RecreateLost, reconcile.Hold},
		{spec.Upsert, spec.ReportLost, reconcile.Blocked},
		{spec.Upsert, "", reconcile.Blocked},
		{spec.Upsert, spec.RecreateLost, reconcile.Delete},
		{spec.Sync, spec.ReportLost, reconcile.Blocked},
		{spec.Sync, spec.RecreateLost, reconcile.Delete},
	} {
		p := reconcile.Permit(planOf(at("12:00:00"), 1, step), spec.Policy{Mode: c.mode, OnLostCredentials: c.lost})
		if got := p.Steps[0].Verb; got != c.want {
			t.Errorf("%s, on_lost_credentials %q: %s, want %s", c.mode, c.lost, got, c.want)
		}
	}
}

// What a truncated file or a bad merge looks like stops everything, not the deletes alone.
func TestPermitMaxDeletes(t *testing.T) {
	removal := func(key string) []reconcile.Step {
		return []reconcile.Step{
			{Key: key, InstanceID: key, Verb: reconcile.Pause, Cause: reconcile.CauseRemoved, Requests: 2},
			{Key: key, InstanceID: key, Verb: reconcile.Hold, Cause: reconcile.CauseRemoved, Would: reconcile.Delete, Reason: "later"},
		}
	}
	grow := reconcile.Step{Key: "z", InstanceID: "z", Verb: reconcile.Resize, Cause: reconcile.CauseDrift, Requests: 2}
	for _, c := range []struct {
		name      string
		mode      spec.Mode
		instances int
		max       int
		steps     []reconcile.Step
		acting    int
		stopped   bool
	}{
		{"one left, one allowed", spec.Sync, 1, 1, append(removal("a"), grow), 2, false},
		{"two left, one allowed", spec.Sync, 1, 1, slices.Concat(removal("a"), removal("b"), []reconcile.Step{grow}), 0, true},
		{"two left, two allowed", spec.Sync, 1, 2, slices.Concat(removal("a"), removal("b"), []reconcile.Step{grow}), 3, false},
		{"none allowed", spec.Sync, 1, 0, append(removal("a"), grow), 0, true},
		{"an empty file", spec.Sync, 0, 9, removal("a"), 0, true},
		{"an empty file that never had any", spec.Sync, 0, 9, nil, 0, false},
		{"two left, but upsert never deletes", spec.Upsert, 1, 1, slices.Concat(removal("a"), removal("b"), []reconcile.Step{grow}), 1, false},
	} {
		p := reconcile.Permit(planOf(at("12:00:00"), c.instances, c.steps...), spec.Policy{Mode: c.mode, MaxDeletes: c.max})
		if p.Summary.Acting != c.acting || (p.Summary.Blocked > 0) != c.stopped {
			t.Errorf("%s: %d acting, %d blocked: %s", c.name, p.Summary.Acting, p.Summary.Blocked, brief(p))
		}
		for _, s := range p.Steps {
			if c.stopped && s.Verb == reconcile.Blocked && !strings.Contains(s.Reason, "the whole plan is stopped") {
				t.Errorf("%s: %s gives no reason: %q", c.name, s.Verb, s.Reason)
			}
		}
	}
}
