package reconcile_test

import (
	"testing"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// A hold in force is said once, with its end, whose it is and why: by the step that it asks for, or
// by a line of its own that is no change.
func TestAHoldIsInThePlan(t *testing.T) {
	const said = "held paused until Fri 2026-11-27 22:00 UTC by ann: release tonight"
	s := newScene()
	s.want.Schedule, s.want.Wants, s.want.Hold = &spec.Schedule{Name: "s"}, spec.Paused, held
	p := reconcile.Diff(s.world())
	if len(p.Steps) != 1 || p.Steps[0].Verb != reconcile.Pause || p.Steps[0].Reason != said {
		t.Errorf("a hold that is to be carried out: %+v", p.Steps)
	}
	s.live.Status = "paused"
	p = reconcile.Diff(s.world())
	if len(p.Steps) != 1 || p.Steps[0].Verb != reconcile.Hold || p.Steps[0].Reason != said || p.Steps[0].InstanceID == "" || !p.Steps[0].Due.Equal(held.Until) {
		t.Errorf("a hold that is carried out: %+v", p.Steps)
	}
	if !p.Matches() || p.Summary.Acting > 0 || p.Summary.Requests > 0 {
		t.Errorf("a hold is no change: %+v", p.Summary)
	}
}
