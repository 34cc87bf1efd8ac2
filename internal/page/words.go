package page

import (
	"fmt"
	"strings"
	"time"
)

// span says a duration the way people do: the two largest units at most.
func span(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return two(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	}
	days, hours := int(d.Hours())/24, int(d.Hours())%24
	if days > 6 {
		return fmt.Sprintf("%d d", days)
	}
	return two(days, "d", hours, "h")
}

func two(a int, unit string, b int, smaller string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unit)
	}
	return fmt.Sprintf("%d %s %d %s", a, unit, b, smaller)
}

// moment says when t is, seen from now, by the clock of now's place: `19:00`, `tomorrow 07:00`.
func moment(t, now time.Time) string {
	t = t.In(now.Location())
	return strings.TrimSpace(day(t, now) + " " + clock(t))
}

// at is moment inside a sentence: `at 19:00`, `tomorrow at 07:00`.
func at(t, now time.Time) string {
	t = t.In(now.Location())
	return strings.TrimSpace(day(t, now) + " at " + clock(t))
}

// day is "" for today. Noons are compared, since days are 23 to 25 hours long.
func day(t, now time.Time) string {
	noon := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC)
	}
	switch days := int(noon(t).Sub(noon(now)).Hours()) / 24; {
	case days == 0:
		return ""
	case days == 1:
		return "tomorrow"
	case days == -1:
		return "yesterday"
	case days > 1 && days < 7:
		return t.Format("Mon")
	}
	return t.Format("Mon 2 Jan")
}

func clock(t time.Time) string { return t.Format("15:04") }

// stamp is the machine's form of a time.
func stamp(t time.Time) string { return t.Format(time.RFC3339) }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
