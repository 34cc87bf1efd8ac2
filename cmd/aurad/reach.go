package main

import (
	"context"
	"errors"
	"os/user"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/spec"
)

// reach is the daemon on a state folder, or what does without one there.
func (p program) reach(ctx context.Context, c *common, dir string) (control.Aurad, error) {
	return control.Reach(ctx, control.OverSocket(dir), &control.Local{
		Dir: dir, SealKey: p.spoolKey(), User: p.userName(),
		Clock: p.simulated,
		Fleet: func() (*spec.Fleet, error) { return p.readFleet(c.file) },
		Store: p.openStore,
		Planner: func(ctx context.Context, r control.PlanRequest) (control.PlanReply, error) {
			return p.planHere(ctx, c, dir, r)
		},
		Look: func(part *spec.Fleet, account string, s *state.State) func(context.Context, string) (aura.Instance, error) {
			return p.looking(c, part, account, s)
		},
	})
}

// looking asks Aura about one instance, inside the request budget of an open state. The account is
// not needed before.
func (p program) looking(c *common, fleet *spec.Fleet, name string, state *state.State) func(context.Context, string) (aura.Instance, error) {
	return func(ctx context.Context, id string) (in aura.Instance, err error) {
		a, err := p.accountNamed(name)
		if err != nil {
			return in, err
		}
		clock, err := p.clockFor(a)
		if err != nil {
			return in, err
		}
		s := &session{account: a, clock: clock, log: p.logger(c, p.stderr, "warn"), state: state}
		defer func() { err = errors.Join(err, s.close()) }()
		if err := s.dial(ctx, link{account: a, limit: requestLimit(fleet)}); err != nil {
			return in, err
		}
		return s.client.Instance(ctx, id)
	}
}

// userName is who runs this command.
func (p program) userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return p.env("USER")
}
