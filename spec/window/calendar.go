package window

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/spec/spelling"
)

// Dates is one line of a calendar, both ends included.
type Dates struct{ first, last date }

// ParseDates reads 2026-12-24, or 2026-12-24..2026-12-26.
func ParseDates(text string) (r Dates, err error) {
	from, to, isRange := strings.Cut(text, "..")
	if !isRange {
		to = from
	}
	if r.first, err = parseDate(strings.TrimSpace(from)); err != nil {
		return r, err
	}
	if r.last, err = parseDate(strings.TrimSpace(to)); err != nil {
		return r, err
	}
	if r.last < r.first {
		return r, fmt.Errorf("%s ends before it begins", spelling.Quote(text))
	}
	return r, nil
}

func parseDate(text string) (date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 {
		return 0, fmt.Errorf("%s is not a date such as 2026-12-24", spelling.Quote(text))
	}
	return date(t.Unix() / secondsPerDay), nil
}

// Days resolves a calendar by the clock of loc: from midnight to midnight.
func Days(ranges []Dates, loc *time.Location) Spans {
	var all []Span
	for _, r := range ranges {
		all = append(all, Span{firstInstant(r.first.at(0), loc), firstInstant((r.last + 1).at(0), loc)})
	}
	return NewSpans(all...)
}
