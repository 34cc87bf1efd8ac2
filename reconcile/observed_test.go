package reconcile

import (
	"slices"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
)

// A list that leaves out an instance of ours proves nothing: it is kept, to be looked at, unless Aura is
// busy with it or it was found gone.
func TestWhatAListLeavesOutIsKept(t *testing.T) {
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	before := observed.Fleet{Instances: []observed.Live{{ID: "a", Status: "running", SeenAt: at}, {ID: "b", Status: "pausing", SeenAt: at}, {ID: "d", SeenAt: at}}}
	led := Ledger{
		"a": {ID: "a"}, "b": {ID: "b", Op: &Operation{Verb: Pause}}, "c": {ID: "c", TenantID: "t"}, "none": {},
		"d": {ID: "d", Missing: &Missing{Since: at, At: at, Lists: 2, Denied: true}},
	}
	if !led["d"].Missing.Gone() {
		t.Fatal("d is not gone")
	}
	kept, left := Keeping(observed.Fleet{}, led, before)
	var got []string
	for _, l := range kept.Instances {
		got = append(got, l.ID)
	}
	if !slices.Equal(got, []string{"a", "b", "c"}) || len(left) != 3 || !left["c"] {
		t.Errorf("kept %v, left out %v", got, left)
	}
	if l, _ := kept.Find("a"); l.Status != "" || !l.SeenAt.IsZero() {
		t.Errorf("a is not to be looked at: %+v", l)
	}
	if l, _ := kept.Find("b"); l.Status != "pausing" {
		t.Errorf("b, with which Aura is busy, is in doubt: %+v", l)
	}
	if l, _ := kept.Find("c"); l.TenantID != "t" {
		t.Errorf("c: %+v", l)
	}
}
