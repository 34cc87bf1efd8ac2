package reconcile

import (
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/reconcile/requests"
	"github.com/aurad/aurad/spec"
)

// Timings is how long operations took, by class, newest last. It is learned: Aura publishes no
// figures, and they grow with the data.
type Timings map[string][]time.Duration

// timingsKept bounds what is remembered per class, so that a drift shows soon.
const timingsKept = 20

// ClassOf is what the duration of a verb is learned under.
func ClassOf(v Verb, typ, memory string) string {
	return strings.Join([]string{string(v), typ, memory}, "/")
}

// Learned returns what is remembered of op's class once it was seen done after took.
//
// A look says no more than that the operation ended before it, and before it aurad may have been
// down for days. One that needed a second look ended after the first: half as long again is
// believed. One that was done at the first may have ended long before, so a little less than
// expected is remembered: expectations sink until a look comes too early now and then, and
// follow operations that get faster as well as slower ones.
func (t Timings) Learned(op Operation, took time.Duration) []time.Duration {
	expected, known := t.Expected(op)
	switch {
	case op.Looks > 0:
		seen := op.LookedAt.Sub(op.StartedAt)
		took = min(took, seen+max(seen/2, time.Minute))
	case known:
		took = min(took, expected-expected/sinking)
	default:
		took = min(took, UnknownLong)
	}
	all := append(slices.Clone(t[op.Class]), took)
	return all[max(0, len(all)-timingsKept):]
}

// UnknownLong is how long an operation of a class is taken to last that nothing is known of, without a
// scout's word. eagerQuantile of the remembered ones would be done when something waits for one.
const (
	UnknownLong   = 4 * time.Minute
	eagerQuantile = 0.5
)

// sinking is the share by which expectations sink with each operation done at the first look.
const sinking = 32

// Expected is how long op will probably take, by its class: all of those remembered for what
// nothing waits for, half of them for the rest.
func (t Timings) Expected(op Operation) (time.Duration, bool) {
	if op.Verb == Pause || op.Verb == Resume || op.Verb == Delete {
		return t.Quantile(op.Class, 1)
	}
	return t.Quantile(op.Class, eagerQuantile)
}

// Quantile returns the duration that q of the remembered operations of a class did not exceed;
// false when there are none.
func (t Timings) Quantile(class string, q float64) (time.Duration, bool) {
	all := t[class]
	if len(all) == 0 {
		return 0, false
	}
	i := int(q * float64(len(all)))
	if i >= len(all)-1 {
		return slices.Max(all), true
	}
	return slices.Sorted(slices.Values(all))[i], true
}

// A resume for `ready_by: auto` starts as long before its edge as nearly all remembered ones
// took, and half as long again, for databases grow and some days are slow; unknownResume is what
// one is taken to need before any was seen.
const (
	readyQuantile = 0.95
	readyMargin   = 30 * time.Second
	readyMost     = 4 * time.Minute // of the half that is added
	unknownResume = 10 * time.Minute
)

// readyBy reports whether a paused instance must be resumed now to run at its next edge, at; or
// was resumed for that edge already, for what that resume taught must not send it back to sleep.
func (w World) readyBy(d spec.Desired, e Entry) (at time.Time, early bool) {
	start := w.Start(d)
	if !start.Before(d.Next.At) {
		return time.Time{}, false
	}
	return d.Next.At, !w.Now.Before(start) || e.Settled.ReadyFor.Equal(d.Next.At)
}

// Start is when to act for an instance's next edge: earlier than the edge itself if it is to be
// ready by then.
func (w World) Start(d spec.Desired) time.Time {
	if d.Schedule == nil || d.Wants != spec.Paused || d.Next.State != spec.Running {
		return d.Next.At
	}
	lead := d.Schedule.ReadyBy.Lead
	if d.Schedule.ReadyBy.Auto {
		took, ok := w.Timings.Quantile(ClassOf(Resume, d.Type, d.Memory), readyQuantile)
		if ok {
			took += min(took/2, readyMost)
		} else {
			took = unknownResume
		}
		lead = took + readyMargin
	}
	if lead > 0 { // the budget lets so many go at once, and the last of them is to be up in time too
		lead += max(0, w.Stretch(w.edges[d.Next.At])-requests.Window)
	}
	return d.Next.At.Add(-lead)
}

// WithEdges counts once how many resumes share an edge.
func (w World) WithEdges() World {
	w.edges = map[time.Time]int{}
	for _, d := range w.Desired {
		if d.Wants == spec.Paused && d.Next.State == spec.Running {
			w.edges[d.Next.At]++
		}
	}
	return w
}

// Stretch is how many minutes of the budget n requests fill.
func (w World) Stretch(n int) time.Duration {
	if w.Limit <= 0 {
		return 0
	}
	return time.Duration((n+w.Limit-1)/w.Limit) * requests.Window
}
