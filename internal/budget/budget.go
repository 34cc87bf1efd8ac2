// Package budget is the one limiter in front of every request to Aura. It knows what was sent in the last
// minute and what the server said of that; it must not know what a request is for, nor which one should
// come first.
package budget

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile/requests"
)

// Budget is the one limiter in front of every request, tokens included: a RoundTripper that
// waits until the account's limit allows the next one. The log is durable before a request
// leaves, so a restart can't overrun the limit either.
//
// It counts on a time of its own, which begins as the wall clock's and runs on by Mono: no setting
// of the clock, forward or back, makes the last minute shorter or longer than it was. What an earlier
// process sent is read by the anchor that it was kept with, for the clock may have been set in between.
type Budget struct {
	Config
	began time.Time     // the wall's time when it was made
	ran   time.Duration // and Mono then
	mu    sync.Mutex
	log   requests.Log // in its own time
}

// Config is what a Budget is made of.
type Config struct {
	Next  http.RoundTripper
	Clock clock.Clock
	Log   *slog.Logger
	Sent  state.SentLog             // what an earlier process sent
	Keep  func(state.SentLog) error // makes the log durable; nil when nothing is kept
	Quit  <-chan struct{}           // closed: what still waits for a slot gives up, unsent; may be nil
}

// inFlightAtMost is how many requests a killed process can have had under way. On start that
// many of the newest are taken to be answered just now.
const inFlightAtMost = 8

// New makes a limiter of limit requests a minute.
func New(limit int, cfg Config) *Budget {
	if cfg.Keep == nil {
		cfg.Keep = func(state.SentLog) error { return nil }
	}
	b := &Budget{Config: cfg, began: cfg.Clock.Now(), ran: cfg.Clock.Mono()}
	b.log = requests.Log{Limit: limit, Sent: restamp(cfg.Sent.OnClock(clock.AnchorOf(cfg.Clock)), b.began)}
	return b
}

// now is the budget's own time.
func (b *Budget) now() time.Time { return b.began.Add(b.Clock.Mono() - b.ran) }

// onTheWall is a log as the wall clock would have stamped it.
func (b *Budget) onTheWall(l requests.Log) requests.Log {
	return l.Shifted(b.Clock.Now().Sub(b.now()))
}

var errStopping = errors.New("aurad is stopping")

// restamp distrusts an inherited log in two ways: what may have been under way counts from now,
// and so does what lies in the future, since the clock was set back.
func restamp(sent []time.Time, now time.Time) []time.Time {
	for i := range sent {
		recent := now.Sub(sent[i]) < requests.Window
		if recent && i >= len(sent)-inFlightAtMost || sent[i].After(now) {
			sent[i] = now
		}
	}
	return sent
}

// Limit changes the limit, as when fleet.yaml does.
func (b *Budget) Limit(perMinute int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.log.Limit = perMinute
}

// State is the log of the last minute, in the wall clock's time.
func (b *Budget) State() requests.Log {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.onTheWall(b.log)
}

// RoundTrip sends req as soon as the budget allows.
func (b *Budget) RoundTrip(req *http.Request) (*http.Response, error) {
	at, err := b.take(req.Context())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", failure.ErrNotSent, err)
	}
	resp, err := b.Next.RoundTrip(req)
	b.answered(at, resp)
	return resp, err
}

// take waits for a slot and makes it durable.
func (b *Budget) take(ctx context.Context) (time.Time, error) {
	for {
		now, wait, err := b.tryTake()
		if err != nil || wait <= 0 {
			return now, err
		}
		select {
		case <-ctx.Done():
			return time.Time{}, ctx.Err()
		case <-b.Quit:
			return time.Time{}, errStopping
		case <-b.Clock.After(wait):
		}
	}
}

func (b *Budget) tryTake() (now time.Time, wait time.Duration, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now = b.now()
	if b.log.Free(now) == 0 {
		return now, max(b.log.Opens(now).Sub(now), time.Millisecond), nil
	}
	took := b.log.Take(now)
	if err := b.Keep(state.SentLog{Times: b.onTheWall(took).Sent, Anchor: clock.AnchorOf(b.Clock)}); err != nil {
		return now, 0, err
	}
	b.log = took
	return took.Sent[len(took.Sent)-1], 0, nil
}

// answered moves the request's stamp to now, and obeys a refusal for the whole account.
func (b *Budget) answered(at time.Time, resp *http.Response) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.log = b.log.Answered(at, now)
	if resp == nil || resp.StatusCode != http.StatusTooManyRequests {
		return
	}
	wait, ok := exchange.ParseRetryAfter(resp.Header.Get("Retry-After"), b.Clock.Now())
	if !ok {
		wait = requests.Window / 4
	}
	held, foreign := b.log.Held(now), false
	b.log, foreign = b.log.Refused(now, now.Add(min(wait, exchange.MaxWait)))
	b.Config.Log.Warn("Aura says too many requests: sending nothing for a while",
		"for", wait, "sent_last_minute", held, "limit", b.log.Limit)
	if foreign {
		b.Config.Log.Warn("something else uses this client id: taking what it leaves; give it a client id of its own, or set budget.reserve",
			"requests_per_minute", b.log.Lowered)
	}
}
