package correct

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aurad/aurad/spec/window"
)

// Window reads a window as people, calendars and cron write it: `weekdays 7am to 7pm`, `9-5`,
// `Mon 08:00 - Fri 18:00`, `07:00-19:00 UTC`, `0 7 * * 1-5`, `24/7`.
func Window(text string) Correction {
	if w := cronWindow(text); w != "" {
		return Correction{[]string{w}, "a cron line is an instant, a window has a start and an end"}
	}
	rest, zone := cutZone(text)
	tokens, ok := windowTokens(rest)
	if !ok {
		return Correction{}
	}
	c := Correction{Values: windowsOf(tokens)}
	if zone != "" {
		c.Note = "the zone goes into the schedule's `timezone`"
	}
	return c
}

// token is a day set, a time of day, or a sign between two of them.
type token struct {
	days   daySet // not empty: days
	time   int    // minutes, -1: no time
	bare   bool   // a time written without minutes and without am or pm, such as 9
	am, pm bool
	dash   bool
}

func (t token) isDay() bool { return t.days != daySet{} }

// daySet is a set of days by time.Weekday.
type daySet [7]bool

// windowTokens splits a window into its parts; ok is false where a word is none of them.
func windowTokens(text string) (tokens []token, ok bool) {
	words := regexp.MustCompile(`24/7|24x7|7x24|[0-9]+(?:[:.h][0-9]{2}(?::[0-9]{2})?)?\s*(?:a\.?m\.?|p\.?m\.?)?(?:h\b|uhr\b)?|[a-z]+|\.\.+|[-/~&+,;:@*()]|\S`)
	for _, w := range words.FindAllString(strings.ToLower(text), -1) {
		t, known := oneToken(strings.TrimSpace(w))
		if !known {
			return nil, false
		}
		if t.isDay() || t.time >= 0 || t.dash {
			tokens = append(tokens, t)
		}
	}
	return tokens, len(tokens) > 0
}

func oneToken(word string) (t token, known bool) {
	t.time = -1
	switch word {
	case "-", "to", "until", "till", "through", "thru", "..", "...", "~", "/":
		t.dash = true
		return t, true
	case ",", ";", "&", "+", ":", "@", "*", "and", "from", "between", "at", "on", "every", "each", "the", "hours", "hour", "h", "only", "time", "clock", "o", "all", "(", ")":
		return t, true
	case "noon", "midday":
		t.time, t.pm = 12*60, true
		return t, true
	case "midnight":
		t.time, t.am = 0, true
		return t, true
	}
	if days, ok := daysNamed(word); ok {
		t.days = days
		return t, true
	}
	return timeToken(word)
}

// daysNamed reads days and groups of them, in English and in the two letters of opening hours.
func daysNamed(word string) (daySet, bool) {
	set := func(days ...int) (s daySet) {
		for _, d := range days {
			s[d] = true
		}
		return s
	}
	switch strings.TrimSuffix(word, "s") {
	case "weekday", "workday", "workingday", "businessday", "busines", "working":
		return set(1, 2, 3, 4, 5), true
	case "weekend":
		return set(6, 0), true
	case "daily", "everyday", "day", "alway", "24/7", "24x7", "7x24", "week", "anytime":
		return set(0, 1, 2, 3, 4, 5, 6), true
	}
	short := map[string]int{"so": 0, "su": 0, "mo": 1, "m": 1, "tu": 2, "tue": 2, "di": 2, "we": 3, "wedn": 3, "mi": 3, "th": 4, "thu": 4, "thur": 4, "do": 4, "fr": 5, "f": 5, "sa": 6}
	if d, ok := short[strings.TrimSuffix(word, "s")]; ok {
		return set(d), true
	}
	if len(word) < 3 {
		return daySet{}, false
	}
	for i := range 7 {
		long := strings.ToLower(time.Weekday(i).String())
		if strings.HasPrefix(long, word) || strings.HasPrefix(long+"s", word) {
			return set(i), true
		}
	}
	return daySet{}, false
}

// timeToken reads 7, 07, 7:00, 07.00, 0700, 7h30, 7am, 7:30 p.m., 07:00:00.
func timeToken(word string) (t token, ok bool) {
	t.time = -1
	m := regexp.MustCompile(`^([0-9]{1,2}?)(?:[:.h]?([0-9]{2})(?::[0-9]{2})?)?\s*(a\.?m\.?|p\.?m\.?)?(?:h|uhr)?$`).FindStringSubmatch(word)
	if m == nil {
		return t, false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	if bare := strings.Trim(word, "0123456789") == "" && len(word) <= 2; bare {
		hour, _ = strconv.Atoi(word)
		minute, t.bare = 0, true
	}
	t.am, t.pm = strings.HasPrefix(m[3], "a"), strings.HasPrefix(m[3], "p")
	switch {
	case t.am && hour == 12:
		hour = 0
	case t.pm && hour < 12:
		hour += 12
	}
	t.time = hour*60 + minute
	return t, minute < 60 && t.time <= 24*60
}

// windowsOf groups tokens: days, then times, or the other way round, and again.
func windowsOf(tokens []token) []string {
	if w := longStretch(tokens); w != nil {
		return w
	}
	var all []string
	var g windowGroup
	for i := 0; i < len(tokens); i++ {
		switch t := tokens[i]; {
		case t.isDay():
			if g.days != (daySet{}) && len(g.times) > 0 {
				all, g = append(all, g.windows()...), windowGroup{}
			}
			last := t.days
			if i+2 < len(tokens) && tokens[i+1].dash && tokens[i+2].isDay() {
				last, i = tokens[i+2].days, i+2
			}
			g.Add(t.days, last)
		case t.time >= 0:
			pair := [2]token{t, {time: -1}}
			if i+2 < len(tokens) && tokens[i+1].dash && tokens[i+2].time >= 0 {
				pair[1], i = tokens[i+2], i+2
			} else if i+1 < len(tokens) && tokens[i+1].time >= 0 {
				pair[1], i = tokens[i+1], i+1
			}
			g.times = append(g.times, pair)
		}
	}
	return append(all, g.windows()...)
}

// windowGroup is some days and the times that hold on them.
type windowGroup struct {
	days  daySet
	times [][2]token
}

// Add adds the days from the first to the last, over the end of a week where need be.
func (g *windowGroup) Add(first, last daySet) {
	from, to := slices.Index(first[:], true), slices.Index(last[:], true)
	for d := range first {
		g.days[d] = g.days[d] || first[d] || last[d]
	}
	for d := from; d != to; d = (d + 1) % 7 {
		g.days[d] = g.days[d] || first != last
	}
}

func (g windowGroup) windows() []string {
	days := g.days
	if days == (daySet{}) {
		days = daySet{true, true, true, true, true, true, true}
	}
	if len(g.times) == 0 {
		return []string{days.String() + " 00:00-24:00"}
	}
	var all []string
	for _, pair := range g.times {
		all = append(all, written(days, pair[0], pair[1]))
	}
	return all
}

// written is one window, and finds what a clock of twelve hours leaves open: 9-5, 1-5pm.
func written(days daySet, from, to token) string {
	start, end := from.time, to.time
	const noon, usual = 12 * 60, 19 * 60
	switch {
	case end < 0 && start < usual:
		end = usual
	case end < 0:
		end = 24 * 60
	case to.pm && !from.am && !from.pm && start < noon && start+noon < end:
		start += noon
	case from.bare && to.bare && start <= noon && end <= start:
		end += noon
	case end == 23*60+59 || end == 0 || end == start:
		if end == start {
			start = 0
		}
		end = 24 * 60
	}
	if start == 24*60 {
		start, days = 0, days.shifted()
	}
	return days.String() + " " + clockText(start) + "-" + clockText(end)
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// longStretch is `Mon 08:00 - Fri 18:00` as the windows of a day each that it is made of.
func longStretch(ts []token) []string {
	if len(ts) != 5 || !ts[0].isDay() || ts[1].time < 0 || !ts[2].dash || !ts[3].isDay() || ts[4].time < 0 {
		return nil
	}
	first, last := slices.Index(ts[0].days[:], true), slices.Index(ts[3].days[:], true)
	if first == last {
		return []string{written(ts[0].days, ts[1], ts[4])}
	}
	var between windowGroup
	for d := (first + 1) % 7; d != last; d = (d + 1) % 7 {
		between.days[d] = true
	}
	all := []string{ts[0].days.String() + " " + clockText(ts[1].time) + "-24:00"}
	if between.days != (daySet{}) {
		all = append(all, between.days.String()+" 00:00-24:00")
	}
	if ts[4].time > 0 {
		all = append(all, ts[3].days.String()+" 00:00-"+clockText(ts[4].time))
	}
	return all
}

// shifted is the set of the days after.
func (s daySet) shifted() (next daySet) {
	for d := range s {
		next[(d+1)%7] = s[d]
	}
	return next
}

// String is the set as a window names it: daily, Mon-Fri, Sat,Sun, Mon,Wed.
func (s daySet) String() string {
	if s == (daySet{true, true, true, true, true, true, true}) {
		return "daily"
	}
	var parts []string
	for i := 0; i < 7; i++ {
		n := 0
		for i+n < 7 && s[(i+n+1)%7] {
			n++
		}
		name := func(k int) string { return window.DayNames()[(k+1)%7] }
		switch {
		case n >= 3:
			parts = append(parts, name(i)+"-"+name(i+n-1))
		case n == 2:
			parts = append(parts, name(i), name(i+1))
		case n == 1:
			parts = append(parts, name(i))
		}
		i += n
	}
	return strings.Join(parts, ",")
}
