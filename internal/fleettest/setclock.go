package fleettest

import (
	"fmt"
	"sync"
	"time"
)

// SetClock is the machine's clock, set forward and back by a test at any moment. In a synctest
// bubble it runs in the bubble's time, which stays the true one.
type SetClock struct {
	mu     sync.Mutex
	began  time.Time     // true time at which it was made
	off    time.Duration // what it shows beside the true time
	slept  time.Duration // how long the machine has been suspended by wakes
	wakes  time.Time     // true time at which it is awake again
	boots  int           // how often the machine was started again
	booted time.Time     // true time of the last start
}

// NewSetClock is a clock that shows the true time until it is set.
func NewSetClock() *SetClock { return &SetClock{began: time.Now(), booted: time.Now()} }

// Set moves the clock by so much at once: forward, or back where by is negative. How long it has
// run, and what waits on it, does not change.
func (c *SetClock) Set(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off += by
}

// Suspend lets the true time go on by d in which the machine sleeps: the wall clock shows it
// afterwards, but the clock has not run, and what waits on it waits for as much longer.
func (c *SetClock) Suspend(d time.Duration) {
	c.mu.Lock()
	c.slept, c.wakes = c.slept+d, time.Now().Add(d)
	c.mu.Unlock()
	time.Sleep(d)
}

// Now is what the clock shows.
func (c *SetClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.off).Round(0)
}

// Mono is how long the clock has run.
func (c *SetClock) Mono() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.began) + c.asleep() - c.slept
}

// Boot is the same for all processes that share this clock: it began when that was made, or started again.
func (c *SetClock) Boot() (id string, ago time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("boot %d", c.boots), time.Since(c.booted)
}

// Reboot starts the machine again, in no time.
func (c *SetClock) Reboot() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.boots, c.booted = c.boots+1, time.Now()
}

// asleep is for how much longer the machine sleeps.
func (c *SetClock) asleep() time.Duration { return max(0, time.Until(c.wakes)) }

// left is how much true time passes until the clock has run for due.
func (c *SetClock) left(due time.Duration) time.Duration {
	left := due - c.Mono()
	c.mu.Lock()
	defer c.mu.Unlock()
	return left + c.asleep()
}

// After waits until the clock has run for d.
func (c *SetClock) After(d time.Duration) <-chan time.Time {
	due, out := c.Mono()+d, make(chan time.Time, 1)
	var look func()
	look = func() {
		if left := c.left(due); left > 0 {
			time.AfterFunc(left, look)
			return
		}
		out <- c.Now()
	}
	look()
	return out
}
