package reconcile_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Before the first list, as when Aura can't be reached, nothing is known to be missing: a key
// waits, whatever it asks for, and nobody is told to correct the file.
func TestNothingIsMissingBeforeTheFirstList(t *testing.T) {
	for what, in := range map[string]spec.Instance{
		"create":        {Key: "a", Name: "a"},
		"adopt by id":   {Key: "a", Name: "a", ID: "i1"},
		"adopt by name": {Key: "a", Name: "a", Adopt: true},
	} {
		w := reconcile.World{Now: time.Unix(1e9, 0), Desired: []spec.Desired{{Instance: in}}, Ledger: reconcile.Ledger{}}
		steps := reconcile.Diff(w).Steps
		if len(steps) != 1 || steps[0].Verb != reconcile.Wait || steps[0].Cause != reconcile.CauseUnobserved {
			t.Errorf("%s: %+v", what, steps)
		}
	}
}
