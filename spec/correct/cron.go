package correct

import (
	"regexp"
	"strconv"
	"strings"
)

// cronWindow is the window that begins where a cron line fires, "" when text is none: five
// fields, six with seconds, or @daily. Its end is the evening, which is a guess.
func cronWindow(text string) string {
	switch strings.ToLower(text) {
	case "@daily", "@midnight":
		text = "0 0 * * *"
	case "@weekly":
		text = "0 0 * * 0"
	case "@hourly":
		text = "* * * * *"
	}
	f := strings.Fields(text)
	if len(f) == 6 {
		f = f[1:]
	}
	if len(f) != 5 {
		return ""
	}
	for _, field := range f {
		if !regexp.MustCompile(`^[0-9A-Za-z*?,/#-]+$`).MatchString(field) {
			return ""
		}
	}
	if !regexp.MustCompile(`^[0-9*]`).MatchString(f[0]) || !regexp.MustCompile(`^[0-9*]`).MatchString(f[1]) || strings.ContainsAny(f[0]+f[1], ":") {
		return ""
	}
	days, ok := cronDays(f[4])
	if !ok {
		return ""
	}
	return days.String() + " " + cronHours(f[0], f[1])
}

// cronHours makes a stretch of minutes and hours: 0 7-18 is 07:00-18:00, * 7-18 lasts to 19:00.
func cronHours(minutes, hours string) string {
	if strings.HasPrefix(hours, "*") {
		return "00:00-24:00"
	}
	first, rest, more := strings.Cut(strings.NewReplacer(",", "-").Replace(hours), "-")
	last := rest[strings.LastIndexByte(rest, '-')+1:]
	last, _, _ = strings.Cut(last, "/")
	minute, _ := strconv.Atoi(minutes)
	from, _ := strconv.Atoi(first)
	start := from*60 + min(minute, 59)
	end := 19 * 60
	if to, err := strconv.Atoi(last); more && err == nil {
		end = to*60 + min(minute, 59)
		if strings.HasPrefix(minutes, "*") {
			end = (to + 1) * 60
		}
	}
	if end <= start {
		end = 24 * 60
	}
	return clockText(start) + "-" + clockText(end)
}

func cronDays(field string) (all daySet, ok bool) {
	if field == "*" || field == "?" {
		return daySet{true, true, true, true, true, true, true}, true
	}
	var g windowGroup
	for item := range strings.SplitSeq(strings.ToLower(field), ",") {
		from, to, isRange := strings.Cut(item, "-")
		if !isRange {
			to = from
		}
		first, ok1 := cronDay(from)
		last, ok2 := cronDay(to)
		if !ok1 || !ok2 {
			return all, false
		}
		g.Add(first, last)
	}
	return g.days, true
}

func cronDay(text string) (s daySet, ok bool) {
	if n, err := strconv.Atoi(text); err == nil && 0 <= n && n <= 7 {
		s[n%7] = true
		return s, true
	}
	return daysNamed(text)
}
