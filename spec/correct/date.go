package correct

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Dates reads a line of a calendar with another sign between its dates, or other dates.
func Dates(text string) Correction {
	first, rest, ok := cutDate(text)
	if !ok {
		return Correction{}
	}
	if rest = strings.TrimSpace(cutClock(rest)); rest == "" {
		return Correction{Values: []string{first}}
	}
	rest = regexp.MustCompile(`(?i)^(?:\.+|-+>?|to|until|till|through|thru|and|/|~|…|:)\s*`).ReplaceAllString(rest, "")
	last, rest, ok := cutDate(rest)
	if !ok || strings.TrimSpace(cutClock(rest)) != "" {
		return Correction{}
	}
	return Correction{Values: []string{min(first, last) + ".." + max(first, last)}}
}

func cutClock(text string) string {
	return regexp.MustCompile(`^[T ]?[0-9]{2}:[0-9]{2}(:[0-9.]+)?(Z|[+-][0-9:]+)?`).ReplaceAllString(text, "")
}

// Moment reads `2026-11-28 8am`, `28.11.2026 08:00`, `2026-11-28T8:00 UTC`.
func Moment(text string) Correction {
	day, rest, ok := cutDate(text)
	if !ok {
		return Correction{}
	}
	rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimLeft(rest, " ,T"), "at "))
	rest, zone := cutZone(rest)
	if rest = strings.TrimSpace(rest); rest == "" {
		return Correction{Values: []string{day}}
	}
	t, ok := oneToken(strings.ToLower(rest))
	if !ok || t.time < 0 || t.time == 24*60 {
		return Correction{}
	}
	value := day + "T" + clockText(t.time)
	switch {
	case zone == "":
		return Correction{Values: []string{value}}
	case shortZone(zone, nil) == "UTC":
		return Correction{Values: []string{value + "Z"}}
	case regexp.MustCompile(`^[+-][0-9]{2}:[0-9]{2}$`).MatchString(zone):
		return Correction{Values: []string{value + zone}}
	}
	return Correction{[]string{value}, "times are by the schedule's `timezone`"}
}

// cutDate takes a date off the front of a text: 2026-12-24, 2026/12/24, 24.12.2026, 20261224,
// 24 December 2026, Dec 24 2026. Of two numbers that both can be a month, the first is one
// only before a slash.
func cutDate(text string) (iso, rest string, ok bool) {
	num := func(s string) int { n, _ := strconv.Atoi(s); return n }
	if m := cutMatch(`^([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})([^0-9]|$)`, text); m != nil {
		return dateText(num(m[1]), num(m[2]), num(m[3]), text[len(m[0])-len(m[4]):])
	}
	if m := cutMatch(`^([0-9]{1,2})([-/.])\s?([0-9]{1,2})[-/.]\s?([0-9]{4})`, text); m != nil {
		day, month := num(m[1]), num(m[3])
		if m[2] == "/" {
			day, month = month, day
		}
		return dateText(num(m[4]), month, day, text[len(m[0]):])
	}
	if m := cutMatch(`^([0-9]{1,2})(?:st|nd|rd|th|\.)?[ -]([A-Za-z]{3,9})\.?,?[ -]([0-9]{4})`, text); m != nil {
		return dateText(num(m[3]), monthNamed(m[2]), num(m[1]), text[len(m[0]):])
	}
	if m := cutMatch(`^([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})`, text); m != nil {
		return dateText(num(m[3]), monthNamed(m[1]), num(m[2]), text[len(m[0]):])
	}
	return "", "", false
}

func cutMatch(pattern, text string) []string {
	return regexp.MustCompile(pattern).FindStringSubmatch(text)
}

// dateText writes a date. A month past December was the day, and a day past the month's last is
// the last.
func dateText(year, month, day int, rest string) (iso, after string, ok bool) {
	if month > 12 {
		month, day = day, month
	}
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return "", "", false
	}
	last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return fmt.Sprintf("%04d-%02d-%02d", year, month, min(day, last)), rest, true
}

func monthNamed(word string) int {
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), strings.ToLower(word)) || strings.EqualFold(word, "sept") && m == time.September {
			return int(m)
		}
	}
	return 0
}
