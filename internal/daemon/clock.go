package daemon

import "time"

// Clock is where time comes from. Only demos and simulations use another than RealClock.
type Clock interface {
	// Now is the wall time, which may be set, forward or back, at any moment. It has no monotonic
	// reading: two of its instants compare as the clock showed them, so a deadline notices that it was set.
	Now() time.Time
	// Mono is how long the clock has run. Setting it changes nothing about this; a machine that is
	// suspended stands still in it.
	Mono() time.Duration
	// After waits as Mono counts.
	After(d time.Duration) <-chan time.Time
	// Boot is what all processes share between two starts of the machine: the id of its boot, and how
	// long ago that was, sleep included. Setting the clock changes nothing about this. "": nobody knows.
	Boot() (id string, ago time.Duration)
}

// RealClock is the machine's clock.
type RealClock struct {
	began time.Time
	boot  func() (id string, ago time.Duration) // nil: nobody knows
}

// NewRealClock is the machine's clock, which has run for no time yet. It knows of no boot.
func NewRealClock() RealClock { return RealClock{began: time.Now()} }

// NewMachineClock is a RealClock that knows when the machine was started, where the system tells.
func NewMachineClock() RealClock { return RealClock{began: time.Now(), boot: machineBoot()} }

func (RealClock) Now() time.Time                         { return time.Now().Round(0) }
func (c RealClock) Mono() time.Duration                  { return time.Since(c.began) }
func (RealClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Boot asks the system.
func (c RealClock) Boot() (id string, ago time.Duration) {
	if c.boot == nil {
		return "", 0
	}
	return c.boot()
}

// FastClock runs Rate times as fast as the machine's clock, beginning at Start.
type FastClock struct {
	Start time.Time
	Rate  float64
	began time.Time
}

// NewFastClock starts a clock at start that runs at rate.
func NewFastClock(start time.Time, rate float64) FastClock {
	return FastClock{Start: start.Round(0), Rate: rate, began: time.Now()}
}

func (c FastClock) Now() time.Time { return c.Start.Add(c.Mono()) }

func (c FastClock) Mono() time.Duration {
	return time.Duration(float64(time.Since(c.began)) * c.Rate)
}

func (c FastClock) After(d time.Duration) <-chan time.Time {
	return time.After(time.Duration(float64(d) / c.Rate))
}

// Boot is not known: this clock begins where it is told to.
func (FastClock) Boot() (id string, ago time.Duration) { return "", 0 }
