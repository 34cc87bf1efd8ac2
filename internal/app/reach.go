package app

import (
	"context"
	"errors"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/spec"
)

// Reach is the aurad that has the state: the daemon on its folder, or what does without one there.
func (a App) Reach(ctx context.Context) (control.Aurad, error) {
	dir, err := a.StateFolder()
	if err != nil {
		return nil, err
	}
	return a.ReachIn(ctx, dir)
}

// ReachIn is the daemon on a state folder, or what does without one there.
func (a App) ReachIn(ctx context.Context, dir string) (control.Aurad, error) {
	return control.Reach(ctx, control.OverSocket(dir), &control.Local{
		Dir: dir, SealKey: a.sealKey(), User: a.User(),
		Clock: a.Simulated,
		Fleet: func() (*spec.Fleet, error) { return a.ReadFleet() },
		Store: a.openStore,
		Planner: func(ctx context.Context, r control.PlanRequest) (control.PlanReply, error) {
			return a.planHere(ctx, dir, r)
		},
		Look: a.looking,
	})
}

// looking asks Aura about one instance, inside the request budget of an open state. The account is
// not needed before.
func (a App) looking(fleet *spec.Fleet, name string, state *state.State) func(context.Context, string) (aura.Instance, error) {
	return func(ctx context.Context, id string) (in aura.Instance, err error) {
		from, err := a.account(name)
		if err != nil {
			return in, err
		}
		clock, err := a.clockFor(from.baseURL)
		if err != nil {
			return in, err
		}
		s := &Session{account: from, Clock: clock, log: a.Log, state: state, version: a.Version}
		defer func() { err = errors.Join(err, s.Close()) }()
		if err := s.dial(ctx, link{account: from, limit: RequestLimit(fleet)}); err != nil {
			return in, err
		}
		return s.Client.Instance(ctx, id)
	}
}

// Look connects for a few requests that only read. The state serves where there is one, for its
// token and its count of requests; while a daemon holds it they are made beside its budget.
func (a App) Look(ctx context.Context, name string, limit int) (*Session, error) {
	from, err := a.account(name)
	if err != nil {
		return nil, err
	}
	l := link{account: from, limit: limit, log: a.Log}
	if dir, err := a.StateFolder(); err == nil && folder.Exists(folder.Of(dir, name)) {
		l.dir = folder.Of(dir, name)
		s, err := a.connect(ctx, l)
		if !errors.Is(err, state.ErrHeld) {
			return s, err
		}
	}
	dir, remove, err := throwawayState()
	if err != nil {
		return nil, err
	}
	l.dir = dir
	s, err := a.connect(ctx, l)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	s.closers = append([]func() error{remove}, s.closers...)
	return s, nil
}
