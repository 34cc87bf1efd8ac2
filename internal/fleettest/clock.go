package fleettest

import (
	"sync"
	"time"
)

// Clock runs as fast as a test wants, and as it wants later: hours of history in seconds, then
// at the pace of a person who looks.
type Clock struct {
	mu    sync.Mutex
	start time.Time // what it showed at began
	began time.Time
	ran   time.Duration // how long it had run at began
	rate  float64
}

// NewClock starts a clock at start.
func NewClock(start time.Time, rate float64) *Clock {
	return &Clock{start: start.Round(0), began: time.Now(), rate: rate}
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	return c.start.Add(c.passed())
}

// passed is how far it has come since began.
func (c *Clock) passed() time.Duration { return time.Duration(float64(time.Since(c.began)) * c.rate) }

// Mono is how long the clock has run, at the rates it ran at.
func (c *Clock) Mono() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ran + c.passed()
}

// Boot is not known: this clock runs as it is told to.
func (c *Clock) Boot() (id string, ago time.Duration) { return "", 0 }

// SetRate changes how fast the clock runs from now on.
func (c *Clock) SetRate(rate float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start, c.ran, c.began, c.rate = c.now(), c.ran+c.passed(), time.Now(), rate
}

// After follows changes of the rate, so it looks at the clock every few milliseconds.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	due, out := c.Now().Add(d), make(chan time.Time, 1)
	var look func()
	look = func() {
		if now := c.Now(); !now.Before(due) {
			out <- now
			return
		}
		time.AfterFunc(c.pause(due), look)
	}
	look()
	return out
}

// pause is until when there is nothing to look for, but never long.
func (c *Clock) pause(due time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait := time.Duration(float64(due.Sub(c.now())) / c.rate)
	return min(max(wait, 100*time.Microsecond), 20*time.Millisecond)
}
