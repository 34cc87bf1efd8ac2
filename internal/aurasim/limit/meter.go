// Package limit counts what a client sends within a window of time.
//
// It must not know what is sent, nor what is answered to one too many.
package limit

import (
	"slices"
	"time"
)

// Meter counts what one client id sends. Windows are half open: a request leaves the window at
// the very instant at which it is as old as the window is long.
type Meter struct {
	Accepted []time.Time // within the last minute, against RequestsPerMinute
	Tokens   []time.Time // within the last hour, against TokensPerHour
	arrived  []time.Time // within the last minute, refused ones too
	Most     int         // the most of arrived there ever was
}

// Arrive counts a request that reached the server, whatever becomes of it.
func (m *Meter) Arrive(now time.Time) {
	m.arrived = append(inWindow(m.arrived, now, time.Minute), now)
	m.Most = max(m.Most, len(m.arrived))
}

// inWindow drops the times that are older than the window. Times are in order of arrival, so a
// clock that was set back keeps them longer, never shorter.
func inWindow(times []time.Time, now time.Time, window time.Duration) []time.Time {
	return slices.DeleteFunc(times, func(t time.Time) bool { return now.Sub(t) >= window })
}

// Spend takes one request out of a limit. Refused requests cost nothing, so whoever waits as
// long as the answer says is let in.
func Spend(times []time.Time, now time.Time, window time.Duration, limit int) (left []time.Time, wait time.Duration) {
	times = inWindow(times, now, window)
	if limit <= 0 || len(times) < limit {
		return append(times, now), 0
	}
	oldest := times[len(times)-limit]
	return times, oldest.Add(window).Sub(now)
}
