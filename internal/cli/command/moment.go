package command

import (
	"fmt"
	"time"

	"github.com/aurad/aurad/spec"
)

// ParseMoment reads a flag's moment: RFC 3339, or local time of loc with or without seconds; a
// date alone is its first instant.
func ParseMoment(flag, text string, loc *time.Location) (time.Time, error) {
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
