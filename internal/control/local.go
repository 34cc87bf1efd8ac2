package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Local does in the state folder, which nobody else works on, what a daemon would. All of its fields are
// required.
type Local struct {
	Dir     string // the state folder
	SealKey string // as folder.Open has it
	User    string // who asks

	Clock   func() (clock.Clock, error)
	Fleet   func() (*spec.Fleet, error) // the fleet file, which not everything needs
	Store   func(*spec.Fleet) (store secrets.Store, release func() error, err error)
	Planner func(context.Context, PlanRequest) (PlanReply, error) // looks at the fleet, and plans

	// Look asks Aura about one instance, inside the request budget of an open state.
	Look func(part *spec.Fleet, account string, s *state.State) func(ctx context.Context, id string) (aura.Instance, error)

	unreached error // why no daemon was asked
}

// Comes is with the next one that runs.
func (l *Local) Comes() string {
	return fmt.Sprintf("No daemon runs on %s: the next `aurad run` or `aurad apply` sees to it.", l.Dir)
}

// Status is what only a daemon has.
func (l *Local) Status(context.Context) (daemon.Snapshot, error) {
	return daemon.Snapshot{}, l.needsDaemon()
}

// Reload is what only a daemon does.
func (l *Local) Reload(context.Context) error { return l.needsDaemon() }

func (l *Local) needsDaemon() error {
	return fmt.Errorf("%w on the state folder %s; start one with `aurad run`, or name its folder with --state-dir", ErrNoDaemon, l.Dir)
}

// Plan looks at the fleet itself. A state that is held by one that does not answer is not planned with.
func (l *Local) Plan(ctx context.Context, r PlanRequest) (PlanReply, error) {
	p, err := l.Planner(ctx, r)
	if errors.Is(err, state.ErrHeld) {
		return p, fmt.Errorf("%w; it does not answer questions (is it an apply?): %w", err, l.unreached)
	}
	return p, err
}

// change opens a state for one change.
func (l *Local) change(dir string, f func(*state.State) error) error {
	s, err := folder.Open(dir, l.SealKey)
	if errors.Is(err, state.ErrHeld) {
		return fmt.Errorf("%w; it does not answer (is it an apply?): try again when it has ended", err)
	}
	if err != nil {
		return err
	}
	return errors.Join(f(s), s.Close())
}

func (l *Local) Holds(context.Context) (r HoldsReply, err error) {
	if !folder.Exists(l.Dir) {
		r.Note = "there is no state folder " + l.Dir + ", so no holds are known"
		return r, nil
	}
	for _, one := range folder.All(l.Dir) {
		err := l.change(one, func(s *state.State) error {
			its, err := s.Holds()
			r.Holds = append(r.Holds, its...)
			return err
		})
		if err != nil {
			return HoldsReply{}, err
		}
	}
	return r, nil
}

func (l *Local) Hold(_ context.Context, h spec.Hold) error {
	fleet, err := l.Fleet()
	if err != nil {
		return err
	}
	at, err := l.Clock()
	if err != nil {
		return err
	}
	h.By = l.User
	if err := daemon.CheckHold(fleet, h, at.Now()); err != nil {
		return err
	}
	in, _ := fleet.Instance(h.Key)
	return l.change(folder.Of(l.Dir, in.Account), func(s *state.State) error { return s.PutHold(h) })
}

func (l *Local) Release(_ context.Context, key string) error {
	if !folder.Exists(l.Dir) {
		return fmt.Errorf("release %s: there is no state folder %s, so nothing is held", key, l.Dir)
	}
	at, err := l.Clock()
	if err != nil {
		return err
	}
	held := false
	for _, one := range folder.All(l.Dir) {
		its, err := l.releaseIn(one, key, at.Now())
		if err != nil {
			return err
		}
		held = held || its
	}
	if !held {
		return fmt.Errorf("release %s: it is not held", key)
	}
	return nil
}

// releaseIn reports whether the state in dir had a hold of key.
func (l *Local) releaseIn(dir, key string, now time.Time) (held bool, err error) {
	err = l.change(dir, func(s *state.State) error {
		holds, err := s.Holds()
		if !slices.ContainsFunc(holds, func(h spec.Hold) bool { return h.Key == key && h.Until.After(now) }) {
			return err
		}
		held = true
		return s.DropHold(key)
	})
	return held, err
}

// Forget asks one state after the other, until one remembers the key.
func (l *Local) Forget(_ context.Context, key string, f daemon.Forgetting) (was daemon.Forgotten, err error) {
	if !folder.Exists(l.Dir) {
		return was, fmt.Errorf("forget %s: there is no state folder %s, so nothing is remembered", key, l.Dir)
	}
	for _, one := range folder.All(l.Dir) {
		err = l.change(one, func(s *state.State) (err error) {
			was, err = daemon.Forget(s, key, f)
			return err
		})
		if !errors.Is(err, daemon.ErrNotRemembered) {
			break
		}
	}
	return was, err
}
