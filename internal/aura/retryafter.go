package aura

import (
	"net/http"
	"strconv"
	"strings"
	"time"
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
