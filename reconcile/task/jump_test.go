package task

import (
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// After a jump ahead everything is looked at again, when there is room: nothing becomes urgent by it.
func TestLookAfterAJump(t *testing.T) {
	pace := Pace{ListEvery: 5 * time.Minute, MaxAge: time.Hour}
	w := reconcile.World{Now: noon, JumpedAt: noon, Ledger: reconcile.Ledger{"a": {ID: "i1"}, "b": {ID: "i2"}},
		Desired:  []spec.Desired{{Wants: spec.Running, Instance: spec.Instance{Key: "a"}}, {Wants: spec.Running, Instance: spec.Instance{Key: "b"}}},
		Observed: observed.Fleet{ListedAt: noon.Add(-time.Second), Instances: []observed.Live{{ID: "i1", Status: "running", SeenAt: noon.Add(-time.Second)}, {ID: "i2", Status: "running", SeenAt: noon}}}}
	for _, task := range Of(w, reconcile.Diff(w), pace) {
		if due := !task.Due.After(noon); due != (task.ID != "i2") || task.urgent(noon) {
			t.Errorf("%s %s is due at %s, urgent %v", task.Kind, task.ID, task.Due, task.urgent(noon))
		}
	}
}
