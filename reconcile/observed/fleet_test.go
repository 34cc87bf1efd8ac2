package observed

import (
	"slices"
	"testing"
	"time"
)

// noon is when these tests begin.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func observedIDs(o Fleet) (ids []string) {
	for _, l := range o.Instances {
		ids = append(ids, l.ID)
	}
	return ids
}

// What is replaced, added, dropped or doubted changes neither the order nor what somebody else holds.
func TestObservedIsNeverChangedInPlace(t *testing.T) {
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	o := Fleet{Instances: []Live{{ID: "a", Status: "running", SeenAt: at}, {ID: "c", Status: "running", SeenAt: at}}}
	if got := observedIDs(o.With(Live{ID: "b"})); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("added: %v", got)
	}
	if l, _ := o.With(Live{ID: "c", Status: "paused"}).Find("c"); l.Status != "paused" {
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

// A list of the future is of unknown age and is none; a look of the future was taken just now.
func TestObservedNotAfter(t *testing.T) {
	seen := []Live{{ID: "a", SeenAt: noon.Add(-time.Minute)}, {ID: "b", SeenAt: noon.Add(time.Minute)}, {ID: "c"}}
	for _, c := range []struct{ listed, want time.Time }{
		{noon.Add(-2 * time.Minute), noon.Add(-2 * time.Minute)},
		{noon, noon},
		{noon.Add(time.Nanosecond), time.Time{}},
	} {
		got := Fleet{ListedAt: c.listed, Instances: seen}.NotAfter(noon)
		if !got.ListedAt.Equal(c.want) {
			t.Errorf("listed at %s: %s, want %s", c.listed, got.ListedAt, c.want)
		}
		if at := got.Instances; !at[0].SeenAt.Equal(seen[0].SeenAt) || !at[1].SeenAt.Equal(noon) || !at[2].SeenAt.IsZero() {
			t.Errorf("listed at %s: seen at %s, %s, %s", c.listed, at[0].SeenAt, at[1].SeenAt, at[2].SeenAt)
		}
	}
}
