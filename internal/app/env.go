// Package app puts aurad together: from the environment, a fleet file and a state folder to accounts, states,
// request budgets, clients, stores and daemons.
//
// It knows how all of these are found and in which order they are opened. It must not know commands, flags,
// terminals or HTTP ports, and decides nothing about a fleet.
package app

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os/user"
	"time"

	"github.com/aurad/aurad/internal/clock"
)

// Env is what is taken of the process that aurad runs in.
type Env struct {
	Lookup  func(name string) (string, bool) // of the environment
	Clock   clock.Clock                      // the machine's
	Workers int                              // requests under way at once; with one, runs are in the plan's very order
	Version string                           // of this aurad, which Aura is told
}

// Get is a variable's value, "" when it is not set.
func (e Env) Get(name string) string {
	value, _ := e.Lookup(name)
	return value
}

// Simulated is the clock to go by, which a simulator on this machine may set; it needs no
// credentials.
func (e Env) Simulated() (clock.Clock, error) { return e.clockFor(e.Get("AURA_BASE_URL")) }

// User is who runs this process.
func (e Env) User() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return e.Get("USER")
}

// clockFor is the machine's clock, or that of a simulator on this machine. Against anything else
// a fast clock would pause and resume real databases at made-up times.
func (e Env) clockFor(baseURL string) (clock.Clock, error) {
	text := e.Get(clock.SharedVariable)
	if text == "" {
		return e.Clock, nil
	}
	c, err := clock.ParseShared(text)
	if err != nil {
		return nil, fmt.Errorf("%s=%q is not what `aurad sim` prints", clock.SharedVariable, text)
	}
	if !onThisMachine(baseURL) {
		return nil, fmt.Errorf("%s is set but AURA_BASE_URL is not a simulator on this machine: unset %s", clock.SharedVariable, clock.SharedVariable)
	}
	return c.Follow(e.Clock.Now()), nil
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
