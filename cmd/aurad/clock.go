package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/simulate"
)

// clockFor is the program's clock, or that of a simulator on this machine. Against anything else
// a fast clock would pause and resume real databases at made-up times.
func (p program) clockFor(a account) (clock.Clock, error) {
	text := p.env(simulate.ClockVariable)
	if text == "" {
		return p.clock, nil
	}
	c, err := clock.ParseShared(text)
	if err != nil {
		return nil, fmt.Errorf("%s=%q is not what `aurad sim` prints", simulate.ClockVariable, text)
	}
	if !onThisMachine(a.baseURL) {
		return nil, fmt.Errorf("%s is set but AURA_BASE_URL is not a simulator on this machine: unset %s", simulate.ClockVariable, simulate.ClockVariable)
	}
	return c.Follow(p.clock.Now()), nil
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
