package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/clock"
)

// simClockVariable lets aurad follow the clock of `aurad sim --speed`. The value is EPOCH@SPEED:
// the real time at which the simulator started, and how many times faster than that it runs.
const simClockVariable = "AURAD_SIM_CLOCK"

// simClock is the clock of a simulator that runs faster than time, in a form that another
// process can follow.
type simClock struct {
	epoch time.Time // the real time at which both clocks agreed
	speed float64
}

func (c simClock) String() string {
	return c.epoch.UTC().Format(time.RFC3339Nano) + "@" + strconv.FormatFloat(c.speed, 'g', -1, 64)
}

func parseSimClock(text string) (simClock, error) {
	at, speed, _ := strings.Cut(text, "@")
	epoch, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return simClock{}, fmt.Errorf("%s=%q is not what `aurad sim` prints", simClockVariable, text)
	}
	n, err := strconv.ParseFloat(speed, 64)
	if err != nil || !(n >= 1 && n <= 1e6) {
		return simClock{}, fmt.Errorf("%s=%q is not what `aurad sim` prints", simClockVariable, text)
	}
	return simClock{epoch, n}, nil
}

// follow starts a clock that shows what the simulator's shows.
func (c simClock) follow(real time.Time) clock.Fast {
	passed := time.Duration(float64(real.Sub(c.epoch)) * c.speed)
	return clock.NewFast(c.epoch.Add(passed), c.speed)
}

// clockFor is the program's clock, or that of a simulator on this machine. Against anything else
// a fast clock would pause and resume real databases at made-up times.
func (p program) clockFor(a account) (clock.Clock, error) {
	text := p.env(simClockVariable)
	if text == "" {
		return p.clock, nil
	}
	c, err := parseSimClock(text)
	if err != nil {
		return nil, err
	}
	if !onThisMachine(a.baseURL) {
		return nil, fmt.Errorf("%s is set but AURA_BASE_URL is not a simulator on this machine: unset %s", simClockVariable, simClockVariable)
	}
	return c.follow(p.clock.Now()), nil
}

func onThisMachine(baseURL string) bool {
	u, err := url.Parse(baseURL)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback()
}

// sleeper waits on a clock, for code that only knows how to be told to wait.
func sleeper(c clock.Clock) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.After(d):
			return nil
		}
	}
}
