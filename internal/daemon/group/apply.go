package group

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aurad/aurad/reconcile"
)

// TryAgain lets every account try at once what waits for a person.
func (g *Group) TryAgain() {
	for _, m := range g.members {
		m.TryAgain()
	}
}

// Apply applies all accounts side by side, each on its own budget, and returns their last plans
// as one. An account that fails does not stop the others.
func (g *Group) Apply(ctx context.Context) (reconcile.Plan, error) {
	plans, errs := make([]reconcile.Plan, len(g.members)), make([]error, len(g.members))
	var wg sync.WaitGroup
	for i, m := range g.members {
		wg.Go(func() {
			p, err := m.Daemon.Apply(ctx)
			plans[i], errs[i] = p, about(m.account, err)
		})
	}
	wg.Wait()
	return reconcile.Merge(plans...), errors.Join(errs...)
}

// about says which account an error is about, where accounts have names.
func about(account string, err error) error {
	if err == nil || account == "" {
		return err
	}
	return fmt.Errorf("account %s: %w", account, err)
}

// Plan is what all accounts together would do at now. Like Daemon.Plan it is for the time before
// Run.
func (g *Group) Plan(now time.Time) reconcile.Plan {
	var plans []reconcile.Plan
	for _, m := range g.members {
		plans = append(plans, m.Daemon.Plan(now))
	}
	return reconcile.Merge(plans...)
}

// Observe looks at everything that the plan needs, one account after the other.
func (g *Group) Observe(ctx context.Context, progress func(done, all int)) error {
	for _, m := range g.members {
		if err := m.Daemon.Observe(ctx, progress); err != nil {
			return about(m.account, err)
		}
	}
	return nil
}
