package daemon

import (
	"context"
	"fmt"

	"github.com/aurad/aurad/reconcile"
)

// Observe looks at everything a plan needs: the list, and every instance of the fleet in
// detail. progress is told how many looks there are and how many are done.
func (d *Daemon) Observe(ctx context.Context, progress func(done, all int)) error {
	at := d.Clock.Now()
	list, err := d.API.Instances(ctx, d.Fleet.TenantID)
	if err != nil {
		return err
	}
	if err := d.recordList(ctx, reconcile.Task{Kind: reconcile.List}, list, at, nil); err != nil {
		return err
	}
	w := d.World(at)
	looks := w.Unseen()
	for i, t := range looks {
		progress(i, len(looks))
		in, err := d.API.Instance(ctx, t.ID)
		if err != nil && kindOf(err) == 0 || ctx.Err() != nil {
			return fmt.Errorf("look at %s: %w", t.Key, err)
		}
		if err := d.recordLook(t, in, err); err != nil {
			return err
		}
		if tr, failed := d.troubles[troubleOf(t)]; failed && tr.count > 0 {
			return fmt.Errorf("look at %s: %w", t.Key, err)
		}
	}
	progress(len(looks), len(looks))
	d.surveyed = true
	return d.settle(d.World(d.Clock.Now()))
}

// applyTries is how often apply lets a step fail before it gives up on it.
const applyTries = 5

// Apply takes steps until the fleet matches or nothing more can be done, and returns the last
// plan. It is Run with an end.
func (d *Daemon) Apply(ctx context.Context) (reconcile.Plan, error) {
	for {
		r, err := d.turn(ctx)
		if err != nil {
			return r.plan, err
		}
		plan := d.Plan(d.Clock.Now())
		if d.finished(plan) {
			return plan, nil
		}
		if err := ctx.Err(); err != nil {
			return plan, err
		}
		if err := d.rest(ctx, r.wake, nil, nil); err != nil {
			return plan, err
		}
	}
}

// finished reports whether nothing is under way and nothing can be started.
func (d *Daemon) finished(p reconcile.Plan) bool {
	for _, s := range p.Steps {
		switch {
		case s.Verb.Acts() && s.Phase == 0:
			return false
		case s.Verb == reconcile.Wait && s.Cause == reconcile.CauseFailed && d.ledger[s.Key].Failure.Count >= applyTries:
			continue
		case s.Verb == reconcile.Wait && s.Cause != reconcile.CauseSource: // its source has steps of its own
			return false
		}
	}
	return true
}
