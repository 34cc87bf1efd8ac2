package daemon

import (
	"sync"
	"time"
)

// turnClock is the clock of a loop. From one turn to the next it runs on by Mono, whatever
// happens to the wall clock, so that all instants of one turn compare; at the start of a turn it
// is put to what the wall shows.
type turnClock struct {
	Clock            // the wall
	mu    sync.Mutex // what is sent side by side asks for the time too
	at    time.Time  // what the wall showed when it was put last
	ran   time.Duration
}

func newTurnClock(wall Clock) *turnClock {
	return &turnClock{Clock: wall, at: wall.Now(), ran: wall.Mono()}
}

// Now is the time of this turn.
func (c *turnClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at.Add(c.Mono() - c.ran)
}

// leastJump is what a clock that is only being adjusted does not differ by within a rest.
const leastJump = time.Second

// jumped is by how much the wall was set since, or the machine has slept; 0 for less than
// leastJump.
func (c *turnClock) jumped() time.Duration {
	by := c.Clock.Now().Sub(c.Now())
	if by.Abs() < leastJump {
		return 0
	}
	return by
}

// follow puts the clock to the wall and returns how far it had jumped.
func (c *turnClock) follow() time.Duration {
	by := c.jumped()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.ran = c.Clock.Now(), c.Mono()
	return by
}
