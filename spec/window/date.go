package window

import "time"

const secondsPerDay = 24 * 60 * 60

// date is a calendar day, counted from 1970-01-01.
type date int

func (d date) at(minutes int) wall { return wall(d)*secondsPerDay + wall(minutes)*60 }

func (d date) weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// String is the date as ISO 8601 has it.
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
