package window

import (
	"fmt"
	"time"
)

// Later is a `to` that comes after `from`: where the clock changes in between, or the two were
// taken for each other.
func Later(first, last Moment, loc *time.Location) (write, why string) {
	from, to := first.Begins(loc), last.Ends(loc)
	local := first.instant.IsZero() && last.instant.IsZero()
	wanted := time.Duration(last.wall()-first.wall()) * time.Second
	switch {
	case local && wanted > 0: // the clock jumps over all of it
		clock := time.Unix(int64(wallOf(from, loc)), 0).UTC().Add(wanted).Format("2006-01-02T15:04")
		return "to: " + clock, fmt.Sprintf(": the clock of %s jumps over both, to %s", loc, from.In(loc).Format("15:04"))
	case local && from.Add(-3*time.Hour).Before(to) && !secondTime(last.wall(), loc).IsZero() && secondTime(last.wall(), loc).After(from):
		return "to: " + secondTime(last.wall(), loc).Format(time.RFC3339), fmt.Sprintf(": the clock of %s shows %s twice, and the first time counts", loc, to.In(loc).Format("15:04"))
	case to.Before(from):
		return "{from: " + last.Text + ", to: " + first.Text + "}", ""
	}
	return "to: " + first.date.String(), ""
}
