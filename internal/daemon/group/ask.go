package group

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// What others ask of a group while it runs. Each question runs on the loop of the account that it is
// about, and may be asked from any goroutine; whoever gives up waiting ends the context.

// errHungUp is what nobody reads: whoever asked went away.
var errHungUp = errors.New("the request was given up")

// onLoop runs f on a member's own goroutine and returns its error.
func (m *member) onLoop(ctx context.Context, f func(*daemon.Daemon) error) error {
	answer := make(chan error, 1)
	select {
	case m.asks <- func(d *daemon.Daemon) { answer <- f(d) }:
		return <-answer
	case <-ctx.Done():
		return errHungUp
	}
}

// PlanAt is what all accounts together would do at a moment; the zero one means now.
func (g *Group) PlanAt(ctx context.Context, at time.Time) (reconcile.Plan, error) {
	return g.planned(ctx, at, func(m *member, at time.Time) reconcile.Plan { return m.Daemon.Plan(at) })
}

// PlanOf is what would be done at a moment if f came into force, which it never does. An error says why f
// can't be planned with what is known here.
func (g *Group) PlanOf(ctx context.Context, f *spec.Fleet, at time.Time) (reconcile.Plan, error) {
	if err := g.comparable(f); err != nil {
		return reconcile.Plan{}, err
	}
	return g.planned(ctx, at, func(m *member, at time.Time) reconcile.Plan { return m.Daemon.PlanOf(f.For(m.account), at) })
}

// planned asks every account's loop for its part, all of one moment.
func (g *Group) planned(ctx context.Context, at time.Time, plan func(*member, time.Time) reconcile.Plan) (reconcile.Plan, error) {
	var plans []reconcile.Plan
	for _, m := range g.members {
		err := m.onLoop(ctx, func(d *daemon.Daemon) error {
			if at.IsZero() {
				at = d.Clock.Now()
			}
			plans = append(plans, plan(m, at))
			return nil
		})
		if err != nil {
			return reconcile.Plan{}, err
		}
	}
	return reconcile.Merge(plans...), nil
}

// comparable says why a file can't be planned with what this group knows; nil if it can.
func (g *Group) comparable(f *spec.Fleet) error {
	mine := g.whole()
	if f.Name != mine.Name {
		return fmt.Errorf("%s is of the fleet %s, and this daemon runs the fleet %s", f.File, f.Name, mine.Name)
	}
	if len(f.Accounts) != len(mine.Accounts) {
		return fmt.Errorf("%s has other accounts than the file in force, which takes a restart of aurad", f.File)
	}
	for i, a := range f.Accounts {
		if a.Name != mine.Accounts[i].Name {
			return fmt.Errorf("%s has the account %q, which is not in the file in force: that takes a restart of aurad", f.File, a.Name)
		}
	}
	return nil
}

// Hold keeps an instance in a state until the hold ends or is released.
func (g *Group) Hold(ctx context.Context, h spec.Hold) error {
	return g.of(h.Key).onLoop(ctx, func(d *daemon.Daemon) error { return d.Hold(h) })
}

// Release ends the hold of key.
func (g *Group) Release(ctx context.Context, key string) error {
	return g.holding(key).onLoop(ctx, func(d *daemon.Daemon) error {
		if was, err := d.Release(key); err != nil || was {
			return err
		}
		return fmt.Errorf("release %s: it is not held", key)
	})
}

// holding is the member that keeps the hold of key, which another account may have got since.
func (g *Group) holding(key string) *member {
	for _, m := range g.members {
		if slices.ContainsFunc(m.Snapshot().Holds, func(h spec.Hold) bool { return h.Key == key }) {
			return m
		}
	}
	return g.of(key)
}

// Forget asks one account after the other, until one remembers the key.
func (g *Group) Forget(ctx context.Context, key, by string, f daemon.Forgetting) (was daemon.Forgotten, err error) {
	for _, m := range g.members {
		err = m.onLoop(ctx, func(d *daemon.Daemon) (err error) {
			was, err = d.Forget(key, by, f)
			return err
		})
		if !errors.Is(err, daemon.ErrNotRemembered) {
			break
		}
	}
	return was, err
}

// Deposit stores a password that a person supplies. The store and Aura are asked beside the loop: an edge
// must not wait for a person. The loop is asked before and after, since what the key stands for may have
// changed meanwhile.
func (g *Group) Deposit(ctx context.Context, c secrets.Credential, by string) error {
	m := g.of(c.Key)
	var claim secrets.Claim
	err := m.onLoop(ctx, func(d *daemon.Daemon) (err error) {
		c, claim, err = d.Accepts(c)
		return err
	})
	if err != nil {
		return err
	}
	if err := m.Deposit(ctx, c, claim); err != nil {
		return err
	}
	return m.onLoop(ctx, func(d *daemon.Daemon) error { return d.Deposited(c, by) })
}

// Recover brings what is spooled to the stores now.
func (g *Group) Recover(ctx context.Context) ([]create.Recovered, error) {
	all := []create.Recovered{}
	for _, m := range g.members {
		err := m.onLoop(ctx, func(d *daemon.Daemon) error {
			its, err := d.RecoverSpooled(context.WithoutCancel(ctx))
			all = append(all, its...)
			return err
		})
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// RawReply is what Aura answered to the create of key, while it is kept.
func (g *Group) RawReply(key string) (secrets.Secret, error) {
	return create.RawReply(g.of(key).State, key)
}

// Discard forgets a reply that a person found no password in.
func (g *Group) Discard(ctx context.Context, key, by string) error {
	return g.of(key).onLoop(ctx, func(d *daemon.Daemon) error { return d.Discard(key, by) })
}
