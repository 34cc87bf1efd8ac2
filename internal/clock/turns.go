package clock

import (
	"sync"
	"time"
)

// Turns is the clock of a loop. From one turn to the next it runs on by Mono, whatever
// happens to the wall clock, so that all instants of one turn compare; at the start of a turn it
// is put to what the wall shows.
type Turns struct {
	Clock            // the wall
	mu    sync.Mutex // what is sent side by side asks for the time too
	at    time.Time  // what the wall showed when it was put last
	ran   time.Duration
}

func NewTurns(wall Clock) *Turns {
	return &Turns{Clock: wall, at: wall.Now(), ran: wall.Mono()}
}

// Now is the time of this turn.
func (c *Turns) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at.Add(c.Mono() - c.ran)
}

// leastJump is what a clock that is only being adjusted does not differ by within a rest.
const leastJump = time.Second

// Jumped is by how much the wall was set since, or the machine has slept; 0 for less than
// leastJump.
func (c *Turns) Jumped() time.Duration {
	by := c.Clock.Now().Sub(c.Now())
	if by.Abs() < leastJump {
		return 0
	}
	return by
}

// Follow puts the clock to the wall and returns how far it had jumped.
func (c *Turns) Follow() time.Duration {
	by := c.Jumped()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.ran = c.Clock.Now(), c.Mono()
	return by
}
