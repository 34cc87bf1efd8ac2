package reconcile

import (
	"slices"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
)

func observedIDs(o observed.Fleet) (ids []string) {
	for _, l := range o.Instances {
		ids = append(ids, l.ID)
	}
	return ids
}

// What is replaced, added, dropped or doubted changes neither the order nor what somebody else holds.
func TestObservedIsNeverChangedInPlace(t *testing.T) {
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	o := observed.Fleet{Instances: []observed.Live{{ID: "a", Status: "running", SeenAt: at}, {ID: "c", Status: "running", SeenAt: at}}}
	if got := observedIDs(o.With(observed.Live{ID: "b"})); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("added: %v", got)
	}
	if l, _ := o.With(observed.Live{ID: "c", Status: "paused"}).Find("c"); l.Status != "paused" {
		t.Errorf("replaced: %+v", l)
	}
	if got := observedIDs(o.Without("a")); !slices.Equal(got, []string{"c"}) {
		t.Errorf("dropped: %v", got)
	}
	if got := observedIDs(o.Without("b")); len(got) != 2 {
		t.Errorf("dropped what is not there: %v", got)
	}
	if l, _ := o.Doubting("a").Find("a"); !l.SeenAt.IsZero() || l.Status != "" {
		t.Errorf("doubted: %+v", l)
	}
	if got := o.Doubting("b"); len(got.Instances) != 2 {
		t.Errorf("doubted what is not there: %v", observedIDs(got))
	}
	if l := o.Instances[0]; len(o.Instances) != 2 || l.ID != "a" || l.Status != "running" || !l.SeenAt.Equal(at) {
		t.Errorf("changed in place: %+v", o.Instances)
	}
}

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
	if got := observedIDs(kept); !slices.Equal(got, []string{"a", "b", "c"}) || len(left) != 3 || !left["c"] {
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
