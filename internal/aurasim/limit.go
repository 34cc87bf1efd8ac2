package aurasim

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/aurad/aurad/internal/aurasim/limit"
)

func (s *account) meterOf(clientID string) *limit.Meter {
	m := s.meters[clientID]
	if m == nil {
		m = &limit.Meter{}
		s.meters[clientID] = m
	}
	return m
}

// tooMany is the 429 for a client that has to wait.
func (s *account) tooMany(now time.Time, wait time.Duration) *reply {
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
		return m.Most
	}
	return 0
}
