package fleettest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/fleettest"
)

// Setting a clock moves what it shows and nothing else; suspending the machine stops the clock
// and what waits on it, and the wall goes on.
func TestSetClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := fleettest.NewSetClock()
		var _ clock.Clock = c
		began := c.Now()
		minute, long := c.After(time.Minute), c.After(90*time.Minute)
		c.Set(40 * 24 * time.Hour)
		c.Set(-time.Hour)
		<-minute
		if got := c.Now().Sub(began); got != 40*24*time.Hour-time.Hour+time.Minute {
			t.Errorf("it shows %s later", got)
		}
		if got := c.Mono(); got != time.Minute {
			t.Errorf("it has run for %s", got)
		}
		c.Suspend(2 * time.Hour)
		if got := c.Mono(); got != time.Minute {
			t.Errorf("it has run for %s after the suspension", got)
		}
		<-long
		if got := c.Mono(); got != 90*time.Minute {
			t.Errorf("what waits for 90m came after %s", got)
		}
		if got := c.Now().Sub(began); got != 40*24*time.Hour-time.Hour+90*time.Minute+2*time.Hour {
			t.Errorf("it shows %s later at the end", got)
		}
	})
}
