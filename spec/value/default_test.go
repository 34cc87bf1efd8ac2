package value

import "testing"

// The name of fleets without one can't be given, nor is it offered in its own place.
func TestDefaultIsNoName(t *testing.T) {
	var f FleetName
	if err := f.Parse(DefaultFleet); err == nil {
		t.Error("a fleet may be called " + DefaultFleet)
	}
	if got := f.Correct(DefaultFleet).Values; len(got) != 0 {
		t.Errorf("%q is offered", got)
	}
	if got := f.Correct("Acme DBs").Values; len(got) != 1 {
		t.Errorf("for another name %q is offered", got)
	}
}
