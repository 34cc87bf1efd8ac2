package demo

import (
	"sync"
	"time"
)

// storyClock runs at one speed, and faster over the stretches in which nothing happens.
type storyClock struct {
	first time.Time // where the story begins
	speed float64

	mu     sync.Mutex
	mark   time.Time // real time at which the story showed at
	at     time.Time
	target time.Time // until here it runs at warp
	warp   float64
}

func newStoryClock(start time.Time, speed float64) *storyClock {
	start = start.Round(0)
	return &storyClock{first: start, speed: speed, mark: time.Now(), at: start, target: start, warp: speed}
}

// warpTo runs to the instant to within the real time given, then goes on at the usual speed.
func (c *storyClock) warpTo(to time.Time, within time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.mark, c.at = now, c.show(now)
	if to.After(c.at) {
		c.target, c.warp = to, max(c.speed, float64(to.Sub(c.at))/float64(within))
	}
}

// Now is the time in the story.
func (c *storyClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.show(time.Now())
}

// Mono is how much of the story has passed.
func (c *storyClock) Mono() time.Duration { return c.Now().Sub(c.first) }

// Boot is not known: the story has a time of its own.
func (c *storyClock) Boot() (id string, ago time.Duration) { return "", 0 }

// After waits until d has passed in the story, as far as its speed is known now.
func (c *storyClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	return time.After(c.reaches(c.show(now).Add(d)).Sub(now))
}

// show is what the clock shows at a real time.
func (c *storyClock) show(real time.Time) time.Time {
	passed := time.Duration(float64(real.Sub(c.mark)) * c.warp)
	if c.at.Add(passed).Before(c.target) {
		return c.at.Add(passed)
	}
	arrived := c.mark.Add(time.Duration(float64(c.target.Sub(c.at)) / c.warp))
	return c.target.Add(time.Duration(float64(real.Sub(arrived)) * c.speed))
}

// reaches is the real time at which the clock shows t.
func (c *storyClock) reaches(t time.Time) time.Time {
	if t.Before(c.target) {
		return c.mark.Add(time.Duration(float64(t.Sub(c.at)) / c.warp))
	}
	arrived := c.mark.Add(time.Duration(float64(c.target.Sub(c.at)) / c.warp))
	return arrived.Add(time.Duration(float64(t.Sub(c.target)) / c.speed))
}
