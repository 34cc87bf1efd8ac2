package daemon_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/clock"
)

// No clock gives instants that compare otherwise than what it showed.
func TestClocksShowWallTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]clock.Clock{"real": clock.NewReal(), "fast": clock.NewFast(time.Now(), 60)} {
			if now := c.Now(); now != now.Round(0) {
				t.Errorf("%s: %v has a monotonic reading", name, now)
			}
		}
	})
}

// A clock has run for as long as what waits on it.
func TestClocksRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]clock.Clock{"real": clock.NewReal(), "fast": clock.NewFast(time.Now(), 60)} {
			wall, mono := c.Now(), c.Mono()
			<-c.After(time.Hour)
			if ran, shown := c.Mono()-mono, c.Now().Sub(wall); ran != time.Hour || shown != time.Hour {
				t.Errorf("%s: ran for %s and shows %s after an hour", name, ran, shown)
			}
		}
	})
}
