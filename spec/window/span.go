package window

import (
	"cmp"
	"slices"
	"time"
)

// Span is one stretch of time, [from, to).
type Span struct{ From, To time.Time }

// Spans are sorted and neither overlap nor touch.
type Spans []Span

// NewSpans sorts and joins what overlaps or touches; empty ones vanish.
func NewSpans(all ...Span) Spans {
	slices.SortFunc(all, func(a, b Span) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	var joined Spans
	for _, s := range all {
		last := len(joined) - 1
		switch {
		case !s.From.Before(s.To):
		case last >= 0 && !s.From.After(joined[last].To):
			if s.To.After(joined[last].To) {
				joined[last].To = s.To
			}
		default:
			joined = append(joined, s)
		}
	}
	return joined
}

// after finds the first span that ends after t.
func (ss Spans) after(t time.Time) int {
	i, _ := slices.BinarySearchFunc(ss, t, func(s Span, t time.Time) int {
		if s.To.After(t) {
			return 1
		}
		return -1
	})
	return i
}

// Contains says whether t lies in one of the spans.
func (ss Spans) Contains(t time.Time) bool {
	i := ss.after(t)
	return i < len(ss) && !t.Before(ss[i].From)
}

// Next is the first instant after t at which Contains changes; zero when there is none.
func (ss Spans) Next(t time.Time) time.Time {
	i := ss.after(t)
	switch {
	case i == len(ss):
		return time.Time{}
	case t.Before(ss[i].From):
		return ss[i].From
	}
	return ss[i].To
}

// Within says whether all of the spans lie in others.
func (ss Spans) Within(outer Spans) bool {
	for _, s := range ss {
		i := outer.after(s.From)
		if i == len(outer) || s.From.Before(outer[i].From) || outer[i].To.Before(s.To) {
			return false
		}
	}
	return true
}
