package window

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/spec/spelling"
)

// Moment is a point of an exception: local time, local date, or a full RFC 3339 instant.
type Moment struct {
	date    date
	minutes int
	whole   bool // a date alone
	instant time.Time
	Text    string
}

// ParseMoment reads what stands in a file. Its text is set whatever comes of it.
func ParseMoment(text string) (m Moment, err error) {
	m.Text = text
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1970 {
			m.instant = t
			return m, nil
		}
	}
	day, clock, hasClock := strings.Cut(strings.Replace(text, " ", "T", 1), "T") // tools write a space
	d, err := parseDate(day)
	bad := fmt.Errorf("%s is not a time such as 2026-11-28T08:00, nor a date", spelling.Quote(text))
	if err != nil {
		return m, bad
	}
	m.date, m.whole = d, !hasClock
	if len(clock) == len("08:00:00") {
		clock = strings.TrimSuffix(clock, ":00")
	}
	if hasClock {
		if m.minutes, err = parseClock(clock); err != nil {
			return m, bad
		}
	}
	return m, nil
}

// Begins is the instant of a `from`.
func (m Moment) Begins(loc *time.Location) time.Time {
	if !m.instant.IsZero() {
		return m.instant
	}
	return firstInstant(m.date.at(m.minutes), loc)
}

// Ends is the instant of a `to`: a date alone is the last day, as in a calendar.
func (m Moment) Ends(loc *time.Location) time.Time {
	if m.whole {
		return firstInstant((m.date + 1).at(0), loc)
	}
	return m.Begins(loc)
}

// wall is what the clock shows at the moment, for one without a zone of its own.
func (m Moment) wall() wall { return m.date.at(m.minutes) }
