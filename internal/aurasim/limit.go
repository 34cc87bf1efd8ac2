package aurasim

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// meter counts what one client id sends. Windows are half open: a request leaves the window at
// the very instant at which it is as old as the window is long.
type meter struct {
	accepted []time.Time // within the last minute, against RequestsPerMinute
	tokens   []time.Time // within the last hour, against TokensPerHour
	arrived  []time.Time // within the last minute, refused ones too
	most     int         // the most of arrived there ever was
}

func (s *Sim) meterOf(clientID string) *meter {
	m := s.meters[clientID]
	if m == nil {
		m = &meter{}
		s.meters[clientID] = m
	}
	return m
}

// arrive counts a request that reached the server, whatever becomes of it.
func (m *meter) arrive(now time.Time) {
	m.arrived = append(inWindow(m.arrived, now, time.Minute), now)
	m.most = max(m.most, len(m.arrived))
}

// inWindow drops the times that are older than the window. Times are in order of arrival, so a
// clock that was set back keeps them longer, never shorter.
func inWindow(times []time.Time, now time.Time, window time.Duration) []time.Time {
	return slices.DeleteFunc(times, func(t time.Time) bool { return now.Sub(t) >= window })
}

// spend takes one request out of a limit. Refused requests cost nothing, so whoever waits as
// long as the answer says is let in.
func spend(times []time.Time, now time.Time, window time.Duration, limit int) (left []time.Time, wait time.Duration) {
	times = inWindow(times, now, window)
	if limit <= 0 || len(times) < limit {
		return append(times, now), 0
	}
	oldest := times[len(times)-limit]
	return times, oldest.Add(window).Sub(now)
}

// tooMany is the 429 for a client that has to wait.
func (s *Sim) tooMany(now time.Time, wait time.Duration) *reply {
	p := gateway(http.StatusTooManyRequests, "rate limit exceeded")
	p.header = http.Header{}
	switch s.quirks.RetryAfter {
	case "seconds":
		p.header.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	case "date":
		free := now.Add(wait + time.Second - time.Nanosecond).Truncate(time.Second)
		p.header.Set("Retry-After", free.UTC().Format(http.TimeFormat))
	}
	return p
}

// MaxPerMinute is the most requests of a client id that reached the simulator within any 60
// seconds, half open: tokens, refused and cut ones included.
func (s *Sim) MaxPerMinute(clientID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.meters[clientID]; m != nil {
		return m.most
	}
	return 0
}
