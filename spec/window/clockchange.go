package window

import "time"

// A wall reading is what a local clock shows, as the Unix time of a UTC clock that shows the
// same: seconds that jump at a DST change. Only this package knows of it; everything else compares
// instants.
type wall int64

func wallOf(t time.Time, loc *time.Location) wall {
	_, offset := t.In(loc).Zone()
	return wall(t.Unix() + int64(offset))
}

// firstInstant is the first instant at which the clock of loc shows w or later. One rule gives
// both halves of the promise: a reading that a DST gap skips is the first instant after the
// gap, and a reading that an overlap shows twice is the earlier one.
func firstInstant(w wall, loc *time.Location) time.Time {
	// No clock is ever two days off UTC, so the search begins before the answer.
	t := time.Unix(int64(w)-2*secondsPerDay, 0).In(loc)
	for {
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		at := max(int64(w)-int64(offset), t.Unix())
		if end.IsZero() || at < end.Unix() {
			return time.Unix(at, 0).In(loc)
		}
		t = end
	}
}

// secondTime is the later of the two instants at which a clock that was set back shows w; zero
// when it shows it once.
func secondTime(w wall, loc *time.Location) time.Time {
	first := firstInstant(w, loc)
	_, end := first.ZoneBounds()
	if end.IsZero() {
		return time.Time{}
	}
	_, offset := end.Zone()
	again := time.Unix(int64(w)-int64(offset), 0).In(loc)
	if again.Before(end) || !again.After(first) {
		return time.Time{}
	}
	return again
}
