package daemon

import "time"

// Clock is where time comes from. Only demos and simulations use another than RealClock.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

// RealClock is the machine's clock.
type RealClock struct{}

func (RealClock) Now() time.Time                         { return time.Now() }
func (RealClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// FastClock runs Rate times as fast as the machine's clock, beginning at Start.
type FastClock struct {
	Start time.Time
	Rate  float64
	began time.Time
}

// NewFastClock starts a clock at start that runs at rate.
func NewFastClock(start time.Time, rate float64) FastClock {
	return FastClock{Start: start, Rate: rate, began: time.Now()}
}

func (c FastClock) Now() time.Time {
	return c.Start.Add(time.Duration(float64(time.Since(c.began)) * c.Rate))
}

func (c FastClock) After(d time.Duration) <-chan time.Time {
	return time.After(time.Duration(float64(d) / c.Rate))
}
