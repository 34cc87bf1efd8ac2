package exchange

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
)

// ParseRetryAfter reads a Retry-After header, given in whole seconds or as an HTTP date, and
// returns how long to wait from now: never negative, zero for a date gone by. false means that
// the header is missing or says nothing usable. (RFC 9110 §10.2.3)
func ParseRetryAfter(header string, now time.Time) (time.Duration, bool) {
	header = strings.TrimSpace(header)
	if n, err := strconv.ParseUint(header, 10, 64); err == nil {
		return seconds(n), true
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0, false
	}
	return max(0, at.Sub(now)), true
}

// seconds caps n at a year, so that a huge number cannot wrap into a short wait.
func seconds(n uint64) time.Duration {
	const year = 365 * 24 * 3600
	return time.Duration(min(n, year)) * time.Second
}

// MaxWait bounds what a server's word can do to the schedules: no wait that it asks for is longer. A request
// of which it asks more gets its error passed up, with the RetryAfter it asked for.
const MaxWait = 2 * time.Minute

// Persist repeats try while it fails with Later and waiting is within bounds.
func (s *Sender) Persist(ctx context.Context, attempts int, try func() error) error {
	for n := 1; ; n++ {
		err := try()
		if err == nil || n == attempts || !repeatable(err) || ctx.Err() != nil {
			return err
		}
		if s.Sleep(ctx, pauseAfter(n, failure.Of(err))) != nil {
			return err
		}
	}
}

func repeatable(err error) bool {
	e := failure.Of(err)
	return e != nil && e.Kind == failure.Later && !e.Spent && e.RetryAfter <= MaxWait
}

// pauseAfter is what the server asked for. When it asked for nothing: 1 s, 2 s, 4 s, and ten
// times that over the rate limit, which counts by the minute.
func pauseAfter(attempt int, e *failure.Error) time.Duration {
	first := time.Second
	switch {
	case e.RetryAfter > 0:
		return e.RetryAfter
	case e.Status == http.StatusTooManyRequests:
		first = 10 * time.Second
	}
	return first << (attempt - 1)
}
