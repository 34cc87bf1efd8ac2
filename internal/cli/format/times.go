package format

import (
	"fmt"
	"strings"
	"time"
)

// ClockLayout shows a moment to people, in the file's time zone.
const ClockLayout = "Mon 2006-01-02 15:04 MST"

// Roughly is a duration without the zeros: 3h, 2h30m, 2d4h.
func Roughly(d time.Duration) string {
	d = d.Round(time.Minute)
	text := ""
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if n := d / unit.size; n > 0 {
			text += fmt.Sprintf("%d%s", n, unit.name)
			d %= unit.size
		}
	}
	if text == "" {
		return "less than a minute"
	}
	return text
}

// Hours writes 107.5 and 108.
func Hours(h float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", h), ".0") }
