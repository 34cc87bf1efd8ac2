package daemon

import (
	"context"
	"fmt"
	"maps"

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
	d.Owners.tell(account(d.Fleet), d.ledger)
	return d.settle(d.World(d.Clock.Now()))
}

// applyTries is how often apply lets a step fail before it gives up on it.
const applyTries = 5

// Apply takes steps until the fleet matches or nothing more can be done, and returns the last
// plan. It is Run with an end.
func (d *Daemon) Apply(ctx context.Context) (reconcile.Plan, error) {
	before := maps.Clone(d.ledger)
	for {
		r, err := d.turn(ctx)
		if err != nil {
			return r.plan, err
		}
		plan := d.Plan(d.Clock.Now())
		if d.finished(plan, before) {
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

// finished reports whether nothing is under way and nothing can be started. before is what was
// remembered when apply began.
func (d *Daemon) finished(p reconcile.Plan, before reconcile.Ledger) bool {
	for _, s := range p.Steps {
		working := s.Verb.Acts() && s.Phase == 0 || s.Verb == reconcile.Wait
		if working && !givenUp(s, d.ledger[s.Key], before[s.Key]) {
			return false
		}
	}
	return true
}

// givenUp reports whether apply stops waiting for a step: one that failed again and again, a
// password that the store won't take (it is safe in the spool), or a clone whose source has
// steps of its own to wait for.
func givenUp(s reconcile.Step, e, before reconcile.Entry) bool {
	switch s.Cause {
	case reconcile.CauseSource:
		return true
	case reconcile.CauseFailed, reconcile.CauseUnfinished:
		return vain(e)-vain(before) >= applyTries
	}
	return false
}

// vain counts the tries in a row that came to nothing.
func vain(e reconcile.Entry) int {
	switch {
	case e.Birth != nil:
		return e.Birth.Tries
	case e.Failure != nil:
		return e.Failure.Count
	}
	return 0
}
