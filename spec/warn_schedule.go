package spec

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/aurad/aurad/spec/decode"
	"github.com/aurad/aurad/spec/duration"
	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/window"
)

// briefest is the shortest pause that is worth its two transitions.
const briefest = 15 * time.Minute

// mostCompared bounds what is compared each with each, so that a large file is read soon.
const mostCompared = 60

func (c warner) warnWindows(s *Schedule, b *format.Schedule) {
	if len(s.Running) == 0 {
		return
	}
	var all window.Week
	for _, w := range s.Running {
		all.Add(w, 1)
	}
	for i, w := range slices.Backward(s.Running) {
		if all.Covers(w) {
			c.Warn(b.Value("running").Content[i], fmt.Sprintf("%s[%d]", decode.Join(b.At(), "running"), i), "", "has no effect: other windows cover all of it")
			all.Add(w, -1)
		}
	}
	switch gap := all.Gap(); {
	case gap == 0:
		c.Warn(b.Value("running"), decode.Join(b.At(), "running"), "", "the windows cover the whole week, so that nothing is ever paused")
	case time.Duration(gap)*time.Minute < briefest:
		c.Warn(b.Value("running"), decode.Join(b.At(), "running"), "", "leaves %dm between two windows, less than a pause and a resume take; a window may last to 24:00", gap)
	}
}

// warnExceptions: what an earlier exception covers, what has no dates, and what changes nothing.
func (c warner) warnExceptions(s *Schedule, b *format.Schedule) {
	var earlier window.Spans
	if len(s.Exceptions) > mostCompared {
		return
	}
	for i, e := range s.Exceptions {
		x := &b.Exceptions[i]
		switch {
		case len(e.spans) == 0:
			c.Warn(x.Head(), x.At(), "", "never applies: %s has no dates", e.text)
		case e.spans.Within(earlier):
			c.Warn(x.Head(), x.At(), "", "never applies: the exceptions above it cover all of its time, and the first one that fits decides")
		case len(e.spans) <= mostCompared && s.without(i).says(e):
			c.Warn(x.Head(), x.At(), "", "changes nothing: the schedule has it %s at that time anyway", e.State)
		}
		earlier = window.NewSpans(append(earlier, e.spans...)...)
	}
}

// warnEnforce: more instances than half of the requests can look at in time. One place is enough
// to say so.
func (c warner) warnEnforce(f *Fleet) {
	if len(f.Schedules) == 0 {
		return
	}
	slowest := slices.MaxFunc(f.Schedules, func(a, b *Schedule) int { return cmp.Compare(f.UndoneWithin(a), f.UndoneWithin(b)) })
	within := f.UndoneWithin(slowest)
	if within <= f.Observe.EnforceWithin {
		return
	}
	b, holds := c.doc.Schedules[slowest.Name], duration.Text(within)
	c.Warn(b.Value("manual_changes"), decode.Join(b.At(), "manual_changes"), "observe: {enforce_within: "+holds+"}",
		"a change by hand is undone within %s, not %s: looking for it may spend half of the requests a minute, and no more", holds, duration.Text(f.Observe.EnforceWithin))
}

// without is the schedule but for one exception.
func (s *Schedule) without(i int) *Schedule {
	less := *s
	less.Exceptions = append(append([]Exception{}, s.Exceptions[:i]...), s.Exceptions[i+1:]...)
	return &less
}

// says whether the schedule asks for the same as an exception in all of its time.
func (s *Schedule) says(e Exception) bool {
	for _, sp := range e.spans {
		v := s.At(sp.From)
		if v.State != e.State || v.Memory != "" || !v.Next.At.IsZero() && v.Next.At.Before(sp.To) {
			return false
		}
	}
	return true
}
