package reconcile

import (
	"reflect"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// noon is when these tests begin.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// remembered is an entry of which everything that has a time is set.
func remembered(at time.Time) Entry {
	return Entry{
		ID:      "0a1b2c3d",
		Birth:   &Birth{Nonce: "0badcafe", At: at, RetryAt: at.Add(time.Second), Grace: 10 * time.Minute, Stage: Intended},
		Op:      &Operation{Verb: Pause, StartedAt: at.Add(2 * time.Second), LookedAt: at.Add(3 * time.Second)},
		Failure: &Failure{Verb: Pause, At: at.Add(4 * time.Second), RetryAt: at.Add(19 * time.Second), Earlier: &Failure{Verb: Resize, At: at.Add(5 * time.Second), RetryAt: at.Add(20 * time.Second)}},
		Settled: Settled{State: spec.Running, Since: noon.Add(-time.Hour), Until: noon.Add(time.Hour), ReadyFor: noon},
	}
}

// Shifting moves everything that happened here, by the same, and nothing that is named by the clock.
func TestShifted(t *testing.T) {
	for _, by := range []time.Duration{time.Second, 40 * 24 * time.Hour, -time.Hour} {
		before := remembered(noon)
		got, changed := before.Shifted(by)
		if want := remembered(noon.Add(by)); !changed || !reflect.DeepEqual(got, want) {
			t.Errorf("by %s: %+v, want %+v", by, got, want)
		}
		if !reflect.DeepEqual(before, remembered(noon)) {
			t.Errorf("by %s: the entry itself was changed", by)
		}
	}
	idle := Entry{ID: "0a1b2c3d", Settled: Settled{State: spec.Running, Since: noon}}
	if got, changed := idle.Shifted(time.Hour); changed || !reflect.DeepEqual(got, idle) {
		t.Errorf("an entry that waits for nothing became %+v", got)
	}
	if got, _ := (Entry{Birth: &Birth{At: noon}}).Shifted(time.Hour); !got.Birth.RetryAt.IsZero() {
		t.Errorf("never became %s", got.Birth.RetryAt)
	}
}

// After the clock was set back nothing that happened lies in the future, and no wait is longer
// than it was.
func TestNotAfter(t *testing.T) {
	now := noon.Add(-time.Hour)
	e := remembered(noon).NotAfter(now)
	for what, at := range map[string]time.Time{"birth": e.Birth.At, "started": e.Op.StartedAt, "looked": e.Op.LookedAt,
		"failed": e.Failure.At, "failed earlier": e.Failure.Earlier.At, "settled": e.Settled.Since} {
		if at.After(now) {
			t.Errorf("%s: %s, in the future of %s", what, at, now)
		}
	}
	for what, wait := range map[string]time.Duration{"failed": e.Failure.RetryAt.Sub(now), "failed earlier": e.Failure.Earlier.RetryAt.Sub(now)} {
		if wait != 15*time.Second {
			t.Errorf("%s: waits for %s, was 15s", what, wait)
		}
	}
	if wait := e.Birth.RetryAt.Sub(now); wait > birthMost {
		t.Errorf("a create waits for %s", wait)
	}
	if e.Settled.Until != noon.Add(time.Hour) || e.Settled.ReadyFor != noon {
		t.Errorf("the edges moved: %+v", e.Settled)
	}
	if got := e.Recover(observed.Fleet{ListedAt: now.Add(11 * time.Minute)}, now.Add(11*time.Minute)); got.Next != NextAnew {
		t.Errorf("an unanswered create does not go on when its grace is over by the new time: %+v", got)
	}
	// Each alone, since one that is in the past must not hide another that is not.
	for what, e := range map[string]Entry{
		"birth":          {Birth: &Birth{At: noon}},
		"tombstone":      {Tombstones: []Tombstone{{Nonce: "x", Since: noon}}},
		"retry":          {Birth: &Birth{At: now, RetryAt: noon}},
		"started":        {Op: &Operation{StartedAt: noon}},
		"looked":         {Op: &Operation{StartedAt: now, LookedAt: noon}},
		"failed":         {Failure: &Failure{At: noon, RetryAt: noon.Add(time.Minute)}},
		"failed earlier": {Failure: &Failure{At: now, Earlier: &Failure{At: noon, RetryAt: noon.Add(time.Minute)}}},
	} {
		if got := e.NotAfter(now); reflect.DeepEqual(got, e) {
			t.Errorf("%s alone stays in the future", what)
		}
	}
	past := remembered(now.Add(-time.Hour))
	if got := past.NotAfter(now); got.Birth != past.Birth || got.Op != past.Op || got.Failure != past.Failure {
		t.Errorf("an entry of the past was changed: %+v", got)
	}
}
