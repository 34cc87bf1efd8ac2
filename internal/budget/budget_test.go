package budget

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/state"
)

// server answers with a status and a Retry-After, and counts.
type server struct {
	status int
	after  string
	asked  int
}

func (s *server) RoundTrip(*http.Request) (*http.Response, error) {
	s.asked++
	return &http.Response{StatusCode: s.status, Header: http.Header{"Retry-After": {s.after}}, Body: http.NoBody}, nil
}

func limiter(s *server, limit int, change ...func(*Config)) *Budget {
	cfg := Config{Next: s, Clock: clock.NewReal(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	for _, f := range change {
		f(&cfg)
	}
	return New(limit, cfg)
}

func ask(ctx context.Context, b *Budget) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://aura", nil)
	if err != nil {
		return err
	}
	_, err = b.RoundTrip(req)
	return err
}

// After a crash nobody knows when what was in flight was counted: the newest eight of the last minute
// count from the start on, and what an earlier clock stamped in the future does too.
func TestWhatWasInFlightCountsFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		ages := []time.Duration{-time.Second, 70 * time.Second, 59 * time.Second, 58 * time.Second, 50 * time.Second, 45 * time.Second, 40 * time.Second, 30 * time.Second, 20 * time.Second, 15 * time.Second, 10 * time.Second, time.Second}
		b := limiter(&server{}, 100, func(c *Config) {
			for _, age := range ages {
				c.Sent.Times = append(c.Sent.Times, now.Add(-age))
			}
		})
		sent := b.State().Sent
		for i, at := range sent {
			want := now.Add(-ages[i])
			if i == 0 || i >= len(ages)-8 {
				want = now
			}
			if !at.Equal(want) {
				t.Errorf("request %d of %d, %s old, counts from %s", i, len(sent), ages[i], at.Sub(now))
			}
		}
		old := limiter(&server{}, 100, func(c *Config) { c.Sent.Times = []time.Time{now.Add(-time.Minute)} })
		if at := old.State().Sent[0]; !at.Equal(now.Add(-time.Minute)) {
			t.Errorf("what no window holds any more counts from %s", at.Sub(now))
		}
	})
}

// A 429 freezes everything for as long as the server says, two minutes at most; without a word for a
// quarter of a minute.
func TestARefusalFreezes(t *testing.T) {
	for after, want := range map[string]time.Duration{"30": 30 * time.Second, "": 15 * time.Second, "7200": 2 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{status: http.StatusTooManyRequests, after: after}
			b, begun := limiter(s, 10), time.Now()
			if err := ask(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			s.status = http.StatusOK
			if err := ask(t.Context(), b); err != nil || time.Since(begun) != want || s.asked != 2 {
				t.Errorf("Retry-After %q: the next one went after %s, want %s: %v", after, time.Since(begun), want, err)
			}
		})
	}
}

// A request that can't be counted durably, or that waits when aurad ends or its caller goes, is not sent.
func TestWhatDoesNotGoOutIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, quit := &server{status: http.StatusOK}, make(chan struct{})
		full := errors.New("disk full")
		var kept error = full
		b := limiter(s, 2, func(c *Config) { c.Quit, c.Keep = quit, func(state.SentLog) error { return kept } })
		if err := ask(t.Context(), b); !errors.Is(err, full) || !errors.Is(err, failure.ErrNotSent) || s.asked != 0 || len(b.State().Sent) != 0 {
			t.Errorf("%v, %d sent, %d counted", err, s.asked, len(b.State().Sent))
		}
		kept = nil
		b.Limit(1)
		if err := ask(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := ask(ctx, b); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, failure.ErrNotSent) {
			t.Errorf("its caller went: %v", err)
		}
		close(quit)
		if err := ask(t.Context(), b); !errors.Is(err, failure.ErrNotSent) || !strings.Contains(err.Error(), "stopping") || s.asked != 1 {
			t.Errorf("aurad ends: %v, %d sent", err, s.asked)
		}
	})
}

// No window of a minute holds more than the limit, counted from the answers on.
func TestTheLimitHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{status: http.StatusOK}
		b, begun := limiter(s, 3), time.Now()
		for range 7 {
			if err := ask(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begun); took != 2*time.Minute {
			t.Errorf("seven requests, three a minute, took %s", took)
		}
	})
}
