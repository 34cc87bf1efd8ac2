package spec

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// briefest is the shortest pause that is worth its two transitions.
const briefest = 15 * time.Minute

// mostCompared bounds what is compared each with each, so that a large file is read soon.
const mostCompared = 60

const minutesPerWeek = 7 * 24 * 60

// week counts the windows that are open, minute by minute from Sunday's midnight, as if no clock
// changed.
type week [minutesPerWeek]int

// each calls f with every minute of a window; false when f did so once.
func (w *week) each(x Window, f func(open *int) bool) bool {
	for day, open := range x.days {
		for m := x.start; open && m < x.end; m++ {
			if !f(&w[(day*24*60+m)%minutesPerWeek]) {
				return false
			}
		}
	}
	return true
}

func (w *week) add(x Window, n int) {
	w.each(x, func(open *int) bool { *open += n; return true })
}

// covers says whether other windows are open in every minute of one that was added.
func (w *week) covers(x Window) bool {
	return w.each(x, func(open *int) bool { return *open > 1 })
}

// gap is the shortest stretch outside of all windows, in minutes; 0 when there is none.
func (w *week) gap() int {
	least, run, seen := 0, 0, false
	for i := range 2 * minutesPerWeek {
		switch {
		case w[i%minutesPerWeek] == 0:
			run++
		default:
			if seen && run > 0 && (least == 0 || run < least) {
				least = run
			}
			run, seen = 0, true
		}
	}
	return least
}

func (c *checker) warnWindows(s *Schedule, b *scheduleBlock) {
	if len(s.Running) == 0 {
		return
	}
	var all week
	for _, w := range s.Running {
		all.add(w, 1)
	}
	for i, w := range slices.Backward(s.Running) {
		if all.covers(w) {
			c.warn(b.value("running").Content[i], fmt.Sprintf("%s[%d]", join(b.path, "running"), i), "", "has no effect: other windows cover all of it")
			all.add(w, -1)
		}
	}
	switch gap := all.gap(); {
	case gap == 0:
		c.warn(b.value("running"), join(b.path, "running"), "", "the windows cover the whole week, so that nothing is ever paused")
	case time.Duration(gap)*time.Minute < briefest:
		c.warn(b.value("running"), join(b.path, "running"), "", "leaves %dm between two windows, less than a pause and a resume take; a window may last to 24:00", gap)
	}
}

// warnExceptions: what an earlier exception covers, what has no dates, and what changes nothing.
func (c *checker) warnExceptions(s *Schedule, b *scheduleBlock) {
	var earlier spans
	if len(s.Exceptions) > mostCompared {
		return
	}
	for i, e := range s.Exceptions {
		x := &b.Exceptions[i]
		switch {
		case len(e.spans) == 0:
			c.warn(x.pos, x.path, "", "never applies: %s has no dates", e.text)
		case covered(e.spans, earlier):
			c.warn(x.pos, x.path, "", "never applies: the exceptions above it cover all of its time, and the first one that fits decides")
		case len(e.spans) <= mostCompared && s.without(i).says(e):
			c.warn(x.pos, x.path, "", "changes nothing: the schedule has it %s at that time anyway", e.State)
		}
		earlier = newSpans(append(earlier, e.spans...)...)
	}
}

// warnEnforce: more instances than half of the requests can look at in time. One place is enough
// to say so.
func (c *checker) warnEnforce(f *Fleet) {
	if len(f.Schedules) == 0 {
		return
	}
	slowest := slices.MaxFunc(f.Schedules, func(a, b *Schedule) int { return cmp.Compare(f.UndoneWithin(a), f.UndoneWithin(b)) })
	within := f.UndoneWithin(slowest)
	if within <= f.Observe.EnforceWithin {
		return
	}
	b, holds := c.doc.Schedules[slowest.Name], durationText(within)
	c.warn(b.value("manual_changes"), join(b.path, "manual_changes"), "observe: {enforce_within: "+holds+"}",
		"a change by hand is undone within %s, not %s: looking for it may spend half of the requests a minute, and no more", holds, durationText(f.Observe.EnforceWithin))
}

// covered says whether one set of spans lies within another.
func covered(inner, outer spans) bool {
	for _, s := range inner {
		i := outer.after(s.from)
		if i == len(outer) || s.from.Before(outer[i].from) || outer[i].to.Before(s.to) {
			return false
		}
	}
	return true
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
		v := s.At(sp.from)
		if v.State != e.State || v.Memory != "" || !v.Next.At.IsZero() && v.Next.At.Before(sp.to) {
			return false
		}
	}
	return true
}
