// Package duration reads and writes lengths of time as a fleet file has them: 90s, 1d12h, 30d.
//
// It must not know what takes that long.
package duration

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/spec/spelling"
)

// Longest is ten years.
const Longest = 3650 * 24 * time.Hour

// Text is the shortest spelling: 30d, 36h, 1h30m, 90s.
func Text(d time.Duration) string {
	const day = 24 * time.Hour
	d = d.Round(time.Second)
	if d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Parse reads a duration as a fleet file writes it: Go's syntax and, in front, whole days:
// 90s, 25m, 72h, 7d, 1d12h. It is never negative and at most ten years.
func Parse(text string) (time.Duration, error) {
	bad := fmt.Errorf("%s is not a duration such as 90s, 25m, 72h or 7d", spelling.Quote(text))
	if text != "" && strings.Trim(text, "0123456789") == "" {
		return 0, fmt.Errorf("%s has no unit, such as %sm, %sh or %sd", spelling.Quote(text), text, text, text)
	}
	var days time.Duration
	rest := text
	if number, after, ok := strings.Cut(text, "d"); ok {
		n, ok := spelling.Digits(number, 1, 4)
		if !ok {
			return 0, bad
		}
		days, rest = time.Duration(n)*24*time.Hour, after
	}
	if rest == "" && days == 0 && text != "0d" {
		return 0, bad
	}
	var hours time.Duration
	if rest != "" {
		var err error
		if hours, err = time.ParseDuration(rest); err != nil {
			return 0, bad
		}
	}
	switch sum := days + hours; {
	case hours < 0:
		return 0, fmt.Errorf("%s is negative", spelling.Quote(text))
	case hours > Longest || sum > Longest:
		return 0, fmt.Errorf("%s is longer than ten years", spelling.Quote(text))
	default:
		return sum, nil
	}
}
