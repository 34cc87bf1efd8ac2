package reconcile_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
)

// The wait before a change that was accepted and not made is tried again, time after time; and
// from which time on it is a person's.
func TestUndoneWaitsDouble(t *testing.T) {
	want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour}
	grow := reconcile.Step{Key: "a", InstanceID: "i1", Verb: reconcile.Resize, Changes: []reconcile.Change{{Field: "memory", Old: "2GB", New: "4GB"}}}
	small := observed.Live{ID: "i1", Name: "a", Status: "running", Memory: "2GB"}
	e, now := reconcile.Entry{ID: "i1"}, at("12:00:00")
	for n, wait := range want {
		e = e.Accepted(grow, small, now)
		now = now.Add(time.Minute)
		var verdict reconcile.Verdict
		if e, _, verdict = e.Seen(small, now); verdict != reconcile.Vanished {
			t.Fatalf("%s", verdict)
		}
		if got := e.Failure.RetryAt.Sub(now); got != wait || e.Undone(grow) != n+1 {
			t.Errorf("after %d times (%d counted): waits %s, want %s", n+1, e.Undone(grow), got, wait)
		}
		now = e.Failure.RetryAt
	}
	e = e.Accepted(grow, small, now)
	if e, _, _ = e.Seen(observed.Live{ID: "i1", Status: "running", Memory: "4GB"}, now.Add(time.Minute)); e.Failure != nil {
		t.Errorf("done at last, and still %+v", e.Failure)
	}
}

// A refusal between two that were not done does not begin the count anew; a step with other
// changes does.
func TestUndoneCountsInARow(t *testing.T) {
	grow := reconcile.Step{Key: "a", InstanceID: "i1", Verb: reconcile.Resize, Changes: []reconcile.Change{{Field: "memory", Old: "2GB", New: "4GB"}}}
	more := reconcile.Step{Key: "a", InstanceID: "i1", Verb: reconcile.Resize, Changes: []reconcile.Change{{Field: "memory", Old: "2GB", New: "8GB"}}}
	small := observed.Live{ID: "i1", Name: "a", Status: "running", Memory: "2GB"}
	inVain := func(e reconcile.Entry, s reconcile.Step) reconcile.Entry {
		e, _, _ = e.Accepted(s, small, at("12:00:00")).Seen(small, at("12:01:00"))
		return e
	}
	e := inVain(inVain(reconcile.Entry{ID: "i1"}, grow), grow)
	e = e.Failed(grow, reconcile.FailureState, "busy", 0, at("12:02:00"))
	if e.Undone(grow) != 2 {
		t.Errorf("a refusal made it %d", e.Undone(grow))
	}
	if e = inVain(e, grow); e.Undone(grow) != 3 {
		t.Errorf("the third time made it %d", e.Undone(grow))
	}
	if e = inVain(e, more); e.Undone(more) != 1 || e.Undone(grow) != 0 {
		t.Errorf("another size: %d, and %d of the old one", e.Undone(more), e.Undone(grow))
	}
}
