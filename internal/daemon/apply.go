package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/task"
)

// Observe looks at everything a plan needs: the list, and every instance of the fleet in
// detail. progress is told how many looks there are and how many are done.
func (d *Daemon) Observe(ctx context.Context, progress func(done, all int)) error {
	at := d.Clock.Now()
	list, err := d.api.Instances(ctx, d.Fleet.TenantID)
	if err != nil {
		return err
	}
	if err := d.looks.RecordList(ctx, task.Task{Kind: task.List}, list, at, nil); err != nil {
		return err
	}
	w := d.World(at)
	looks := task.Unseen(w)
	silent := 0
	for i, t := range looks {
		progress(i, len(looks))
		in, err := d.api.Instance(ctx, t.ID)
		if silent = silence(silent, err); ctx.Err() != nil || silent >= silentMost || notSent(err) {
			return fmt.Errorf("look at %s: %w", t.Key, cmp.Or(err, ctx.Err()))
		}
		if err := d.looks.RecordLook(t, in, err); err != nil {
			return err
		}
	}
	progress(len(looks), len(looks))
	d.surveyed = true
	d.Owners.Tell(d.Account(), d.Ledger)
	return d.settle(d.World(d.Clock.Now()))
}

// A look that fails says something of one instance, and the plan goes on for the others with what
// the server said of that one. It is about all of them if the request never left, or if Aura does not
// answer at all: silentMost looks in a row without a word end the looking.
const silentMost = 3

func notSent(err error) bool {
	return err != nil && (book.KindOf(err) == 0 || errors.Is(err, failure.ErrNotSent))
}

// silence counts the looks in a row that got no answer.
func silence(before int, err error) int {
	var e *failure.Error
	if errors.As(err, &e) && e.Status == 0 {
		return before + 1
	}
	return 0
}

// Apply takes steps until the fleet matches or nothing more can be done, and returns the last
// plan. It is Run with an end.
func (d *Daemon) Apply(ctx context.Context) (reconcile.Plan, error) {
	plan, err := d.applyOn(ctx)
	if d.creates.Flights() == 0 {
		return plan, err
	}
	err = errors.Join(err, d.creates.LandAll(d.Alive))
	return d.Plan(d.Clock.Now()), err
}

func (d *Daemon) applyOn(ctx context.Context) (reconcile.Plan, error) {
	d.passage.quiet = 0
	before := progress{d.looks, maps.Clone(d.Ledger), d.looks.Tries()}
	for {
		r, err := d.turn(ctx)
		if err != nil {
			return r.plan, err
		}
		plan := d.Plan(d.Clock.Now())
		if before.finished(plan) {
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
