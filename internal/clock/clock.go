// Package clock is where time comes from: the wall, which anybody may set, and the time that has
// passed, which nobody can; what ties them to the boot of the machine, so that a later process can tell
// how far the wall was set; and a clock for a loop whose instants compare. It knows nothing of what is timed.
package clock

import "time"

// Clock is where time comes from. Only demos and simulations use another than Real.
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

// Real is the machine's clock.
type Real struct {
	began time.Time
	boot  func() (id string, ago time.Duration) // nil: nobody knows
}

// NewReal is the machine's clock, which has run for no time yet. It knows of no boot.
func NewReal() Real { return Real{began: time.Now()} }

// NewMachine is a Real that knows when the machine was started, where the system tells.
func NewMachine() Real { return Real{began: time.Now(), boot: machineBoot()} }

func (Real) Now() time.Time                         { return time.Now().Round(0) }
func (c Real) Mono() time.Duration                  { return time.Since(c.began) }
func (Real) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Boot asks the system.
func (c Real) Boot() (id string, ago time.Duration) {
	if c.boot == nil {
		return "", 0
	}
	return c.boot()
}

// Fast runs Rate times as fast as the machine's clock, beginning at Start.
type Fast struct {
	Start time.Time
	Rate  float64
	began time.Time
}

// NewFast starts a clock at start that runs at rate.
func NewFast(start time.Time, rate float64) Fast {
	return Fast{Start: start.Round(0), Rate: rate, began: time.Now()}
}

func (c Fast) Now() time.Time { return c.Start.Add(c.Mono()) }

func (c Fast) Mono() time.Duration {
	return time.Duration(float64(time.Since(c.began)) * c.Rate)
}

func (c Fast) After(d time.Duration) <-chan time.Time {
	return time.After(time.Duration(float64(d) / c.Rate))
}

// Boot is not known: this clock begins where it is told to.
func (Fast) Boot() (id string, ago time.Duration) { return "", 0 }
