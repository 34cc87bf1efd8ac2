package spec

import "time"

// A wall reading is what a local clock shows, as the Unix time of a UTC clock that shows the
// same: seconds that jump at a DST change. Only this file and window.go know of it; everything
// else compares instants.
type wall int64

const secondsPerDay = 24 * 60 * 60

// date is a calendar day, counted from 1970-01-01.
type date int

func (d date) at(minutes int) wall { return wall(d)*secondsPerDay + wall(minutes)*60 }

func (d date) weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

func (d date) String() string {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

// dateOf is the day that the local clock of loc shows at t.
func dateOf(t time.Time, loc *time.Location) date {
	w := wallOf(t, loc)
	d := date(w / secondsPerDay)
	if w%secondsPerDay < 0 {
		d--
	}
	return d
}

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
