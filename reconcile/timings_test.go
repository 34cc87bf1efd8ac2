package reconcile_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
)

// What is learned of an operation, by when it was looked at: never more than was seen, whatever
// the daemon slept through.
func TestLearned(t *testing.T) {
	const class = "pause/professional-db/2GB"
	start := time.Date(2026, 11, 23, 19, 0, 0, 0, time.UTC)
	known := reconcile.Timings{class: {100 * time.Second, 160 * time.Second}}
	for _, c := range []struct {
		name   string
		known  reconcile.Timings
		looks  int
		looked time.Duration // of the last look in vain
		took   time.Duration
		want   time.Duration
	}{
		{"at the first look", known, 0, 0, 163 * time.Second, 155 * time.Second},
		{"at the first look, sooner than expected", known, 0, 0, 90 * time.Second, 90 * time.Second},
		{"at the second look", known, 1, 163 * time.Second, 173 * time.Second, 173 * time.Second},
		{"after three days of downtime", known, 0, 0, 72 * time.Hour, 155 * time.Second},
		{"after three days of downtime, looked at before", known, 1, 160 * time.Second, 72 * time.Hour, 240 * time.Second},
		{"after three days of downtime, nothing known", nil, 0, 0, 72 * time.Hour, 4 * time.Minute},
		{"by the scout", nil, 5, 62 * time.Second, 92 * time.Second, 92 * time.Second},
	} {
		op := reconcile.Operation{Verb: reconcile.Pause, Class: class, StartedAt: start, Looks: c.looks, LookedAt: start.Add(c.looked)}
		got := c.known.Learned(op, c.took)
		if last := got[len(got)-1]; last != c.want {
			t.Errorf("%s: learned %s, want %s", c.name, last, c.want)
		}
		if c.known != nil && !slices.Equal(c.known[class], []time.Duration{100 * time.Second, 160 * time.Second}) {
			t.Errorf("%s: what was known has changed", c.name)
		}
	}
}
