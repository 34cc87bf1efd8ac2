// Package window has the times of a schedule: windows of a week, calendars and moments, by the
// clock of a place. It answers with instants.
//
// It knows time zones and what happens when a clock is changed: clockchange.go is the one place
// that does. It must not know what runs or pauses at these times, nor where they are written.
package window

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/spec/spelling"
)

// Horizon bounds every search for the next edge. A window that is open or closed for longer
// than this never changes as far as anyone cares.
const Horizon = 366

// Window is a part of a week by the clock of one place: [start, end), every named day. A day
// names the start: `Fri 22:00-06:00` ends on Saturday.
//
// A time that a DST gap skips is the first instant after the gap; one that an overlap shows
// twice is the earlier instant. A window that lies wholly in a gap does not happen that day.
type Window struct {
	text       string
	days       [7]bool // by time.Weekday
	start, end int     // minutes after the start day's midnight; end may lie on the next day
	loc        *time.Location
}

// In is the same window by the clock of another place.
func (w Window) In(loc *time.Location) Window {
	w.loc = loc
	return w
}

// String is the window as it was written.
func (w Window) String() string { return w.text }

// Contains says whether t lies in the window.
func (w Window) Contains(t time.Time) bool { return !w.until(t).IsZero() }

// Next is the first instant after t at which Contains changes; zero when there is none within
// a year.
func (w Window) Next(t time.Time) time.Time {
	if w.Contains(t) {
		return w.closes(t)
	}
	return w.opens(t)
}

// on resolves the window of one start day to two instants; ok is false when the day has none.
func (w Window) on(d date) (start, end time.Time, ok bool) {
	if !w.days[d.weekday()] {
		return time.Time{}, time.Time{}, false
	}
	start, end = firstInstant(d.at(w.start), w.loc), firstInstant(d.at(w.end), w.loc)
	return start, end, start.Before(end)
}

// until is the latest end of the occurrences that contain t, zero when none does. An occurrence
// can begin on the local date before t's, and, where a DST overlap repeats midnight, after it.
func (w Window) until(t time.Time) (last time.Time) {
	today := dateOf(t, w.loc)
	for d := today - 1; d <= today+1; d++ {
		start, end, ok := w.on(d)
		if ok && !t.Before(start) && t.Before(end) && end.After(last) {
			last = end
		}
	}
	return last
}

// closes follows occurrences that touch, such as daily 00:00-24:00, to where the last one ends.
func (w Window) closes(t time.Time) time.Time {
	limit := t.AddDate(0, 0, Horizon)
	for end := w.until(t); ; {
		next := w.until(end)
		switch {
		case next.IsZero():
			return end
		case next.After(limit):
			return time.Time{}
		}
		end = next
	}
}

func (w Window) opens(t time.Time) time.Time {
	today := dateOf(t, w.loc)
	for d := today - 1; d <= today+Horizon; d++ {
		if start, _, ok := w.on(d); ok && start.After(t) {
			return start
		}
	}
	return time.Time{}
}

// Parse reads `Mon-Fri 07:00-19:00`, `Sat,Sun 10:00-24:00`, `daily 22:00-06:00`.
func Parse(text string, loc *time.Location) (Window, error) {
	parts := strings.Fields(text)
	if len(parts) != 2 {
		return Window{}, fmt.Errorf("%s is not a window such as `Mon-Fri 07:00-19:00`", spelling.Quote(text))
	}
	w := Window{text: strings.Join(parts, " "), loc: loc}
	if err := w.parseDays(parts[0]); err != nil {
		return Window{}, fmt.Errorf("%s: %w", spelling.Quote(text), err)
	}
	if err := w.parseTimes(parts[1]); err != nil {
		return Window{}, fmt.Errorf("%s: %w", spelling.Quote(text), err)
	}
	return w, nil
}

func (w *Window) parseDays(text string) error {
	if strings.EqualFold(text, "daily") {
		text = "Mon-Sun"
	}
	for item := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(item, "-")
		if !isRange {
			to = from
		}
		first, err := parseDay(from)
		if err != nil {
			return err
		}
		last, err := parseDay(to)
		if err != nil {
			return err
		}
		if isRange && first == last {
			return fmt.Errorf("%s is one day", spelling.Quote(item))
		}
		for d := first; ; d = (d + 1) % 7 {
			if w.days[d] {
				return fmt.Errorf("%s is named twice", DayNames()[d])
			}
			w.days[d] = true
			if d == last {
				break
			}
		}
	}
	return nil
}

// DayNames are the short ones, from Sunday on.
func DayNames() []string { return []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"} }

func parseDay(text string) (int, error) {
	for i, name := range DayNames() {
		if strings.EqualFold(text, name) || strings.EqualFold(text, time.Weekday(i).String()) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s is not a day: Mon, Tue, Wed, Thu, Fri, Sat, Sun, or daily", spelling.Quote(text))
}

func (w *Window) parseTimes(text string) error {
	from, to, ok := strings.Cut(text, "-")
	if !ok {
		return fmt.Errorf("%s is not a pair of times such as 07:00-19:00", spelling.Quote(text))
	}
	var err error
	if w.start, err = parseClock(from); err != nil {
		return err
	}
	if w.end, err = parseClock(to); err != nil {
		return err
	}
	switch {
	case w.start == 24*60:
		return fmt.Errorf("a window can't start at 24:00, which is 00:00 of the day after")
	case w.start == w.end:
		return fmt.Errorf("it starts and ends at %s; a whole day is 00:00-24:00", from)
	case w.end < w.start:
		w.end += 24 * 60
	}
	return nil
}

// parseClock reads HH:MM, 00:00 to 24:00, as minutes.
func parseClock(text string) (int, error) {
	hours, minutes, _ := strings.Cut(text, ":")
	h, ok1 := spelling.Digits(hours, 2, 2)
	m, ok2 := spelling.Digits(minutes, 2, 2)
	if !ok1 || !ok2 || m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("%s is not a time from 00:00 to 24:00", spelling.Quote(text))
	}
	return h*60 + m, nil
}
