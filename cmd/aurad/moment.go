package main

import (
	"fmt"
	"time"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/spec"
)

// parseMoment reads a flag's moment: RFC 3339, or local time of loc with or without seconds; a
// date alone is its first instant.
func parseMoment(flag, text string, loc *time.Location) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, plannable(flag, text, at)
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.DateTime, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, loc); err == nil {
			return at, plannable(flag, text, at)
		}
	}
	return time.Time{}, fmt.Errorf("%s %q is not a moment such as 2026-11-28T08:00:00Z or \"2026-11-28 08:00\"", flag, text)
}

func plannable(flag, text string, at time.Time) error {
	if err := spec.CheckMoment(at); err != nil {
		return fmt.Errorf("%s %q: %w", flag, text, err)
	}
	return nil
}

// nextClock is the first instant after now at which the clock of loc shows text, such as 22:00.
// ok is false when text is not of that form.
func nextClock(text string, now time.Time, loc *time.Location) (at time.Time, ok bool) {
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return time.Time{}, false
	}
	now = now.In(loc)
	for day := now.Day(); ; day++ {
		at = time.Date(now.Year(), now.Month(), day, clock.Hour(), clock.Minute(), 0, 0, loc)
		if at.After(now) {
			return at, true
		}
	}
}

// simulated is the clock to go by, which a simulator on this machine may set; it needs no
// credentials.
func (p program) simulated() (clock.Clock, error) {
	return p.clockFor(account{baseURL: p.env("AURA_BASE_URL")})
}

// zoneFor is the time zone for an instance of a file that may be out of reach: then this machine's.
func zoneFor(f *spec.Fleet, key string, machine *time.Location) *time.Location {
	if f == nil {
		return machine
	}
	return f.Zone(key)
}
