package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// dateRange is one line of a calendar, both ends included.
type dateRange struct{ first, last date }

func (r *dateRange) parse(text string) error {
	from, to, isRange := strings.Cut(text, "..")
	if !isRange {
		to = from
	}
	var err error
	if r.first, err = parseDate(strings.TrimSpace(from)); err != nil {
		return err
	}
	if r.last, err = parseDate(strings.TrimSpace(to)); err != nil {
		return err
	}
	if r.last < r.first {
		return fmt.Errorf("%s ends before it begins", quote(text))
	}
	return nil
}

// Syntax describes a line of a calendar.
func (dateRange) Syntax() Syntax {
	return Syntax{Pattern: `^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*(\.\.\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*)?$`, Example: "2027-01-01..2027-01-06"}
}

func parseDate(text string) (date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 {
		return 0, fmt.Errorf("%s is not a date such as 2026-12-24", quote(text))
	}
	return date(t.Unix() / secondsPerDay), nil
}

// span is one stretch of time, [from, to).
type span struct{ from, to time.Time }

// spans are sorted and neither overlap nor touch.
type spans []span

// newSpans sorts and joins what overlaps or touches; empty ones vanish.
func newSpans(all ...span) spans {
	slices.SortFunc(all, func(a, b span) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
	var joined spans
	for _, s := range all {
		last := len(joined) - 1
		switch {
		case !s.from.Before(s.to):
		case last >= 0 && !s.from.After(joined[last].to):
			if s.to.After(joined[last].to) {
				joined[last].to = s.to
			}
		default:
			joined = append(joined, s)
		}
	}
	return joined
}

// after finds the first span that ends after t.
func (ss spans) after(t time.Time) int {
	i, _ := slices.BinarySearchFunc(ss, t, func(s span, t time.Time) int {
		if s.to.After(t) {
			return 1
		}
		return -1
	})
	return i
}

// Contains says whether t lies in one of the spans.
func (ss spans) Contains(t time.Time) bool {
	i := ss.after(t)
	return i < len(ss) && !t.Before(ss[i].from)
}

// Next is the first instant after t at which Contains changes; zero when there is none.
func (ss spans) Next(t time.Time) time.Time {
	i := ss.after(t)
	switch {
	case i == len(ss):
		return time.Time{}
	case t.Before(ss[i].from):
		return ss[i].from
	}
	return ss[i].to
}

// days resolves a calendar by the clock of loc: from midnight to midnight.
func days(ranges []dateRange, loc *time.Location) spans {
	var all []span
	for _, r := range ranges {
		all = append(all, span{firstInstant(r.first.at(0), loc), firstInstant((r.last + 1).at(0), loc)})
	}
	return newSpans(all...)
}

// moment is a point of an exception: local time, local date, or a full RFC 3339 instant.
type moment struct {
	date    date
	minutes int
	whole   bool // a date alone
	instant time.Time
	text    string
}

func (m *moment) parse(text string) error {
	m.text = text
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1970 {
			m.instant = t
			return nil
		}
	}
	day, clock, hasClock := strings.Cut(strings.Replace(text, " ", "T", 1), "T") // tools write a space
	d, err := parseDate(day)
	bad := fmt.Errorf("%s is not a time such as 2026-11-28T08:00, nor a date", quote(text))
	if err != nil {
		return bad
	}
	m.date, m.whole = d, !hasClock
	if len(clock) == len("08:00:00") {
		clock = strings.TrimSuffix(clock, ":00")
	}
	if hasClock {
		if m.minutes, err = parseClock(clock); err != nil {
			return bad
		}
	}
	return nil
}

// Syntax describes a moment.
func (moment) Syntax() Syntax {
	return Syntax{Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`, Example: "2026-11-28T08:00"}
}

// begins is the instant of a `from`.
func (m moment) begins(loc *time.Location) time.Time {
	if !m.instant.IsZero() {
		return m.instant
	}
	return firstInstant(m.date.at(m.minutes), loc)
}

// ends is the instant of a `to`: a date alone is the last day, as in a calendar.
func (m moment) ends(loc *time.Location) time.Time {
	if m.whole {
		return firstInstant((m.date + 1).at(0), loc)
	}
	return m.begins(loc)
}

// wall is what the clock shows at the moment, for one without a zone of its own.
func (m moment) wall() wall { return m.date.at(m.minutes) }
