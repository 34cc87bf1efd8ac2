package daemon

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/requests"
	"github.com/aurad/aurad/reconcile/task"
)

// round is one turn of the loop: what was planned, and when to turn again.
type round struct {
	plan reconcile.Plan
	wake time.Time // zero: only something new can give work
}

// turn plans, sends what the budget admits now, and records what came of it. Only a failure to
// remember is an error: the loop must not go on without memory.
func (d *Daemon) turn(ctx context.Context) (round, error) {
	d.Alive()
	if err := d.creates.LandEnded(); err != nil {
		return round{}, err
	}
	now, err := d.passage.turn()
	if err != nil {
		return round{}, err
	}
	if err := d.expire(now); err != nil {
		return round{}, err
	}
	d.survey(now)
	d.Owners.Tell(d.Account(), d.Ledger)
	w := d.World(now)
	if err := d.settle(w); err != nil {
		return round{}, err
	}
	plan := d.decide(d.Fleet, w)
	d.publish(w, plan)
	tasks := d.looks.HoldBack(task.Of(w, plan, d.pace()), now)
	demands := task.Demands(plan)
	send, wake := task.Admit(now, d.budget.State(), tasks, demands)
	for batch := range d.batches(send) {
		if ctx.Err() != nil || edgeCame(demands, now, d.Clock.Now()) {
			break
		}
		d.Alive()
		if err := d.sendAll(ctx, batch); err != nil {
			return round{}, err
		}
	}
	if len(send) > 0 {
		return round{plan, now}, nil // what came of it may give new work
	}
	return round{plan, wake}, nil
}

// edgeCame reports whether an edge has come since a turn was planned: what that turn has not sent yet
// waits for the next one, which has the edge first.
func edgeCame(demands []requests.Demand, planned, now time.Time) bool {
	return slices.ContainsFunc(demands, func(d requests.Demand) bool { return d.At.After(planned) && !d.At.After(now) })
}

// batches cuts tasks into runs that may be under way together, in order.
func (d *Daemon) batches(tasks []task.Task) iter.Seq[[]task.Task] {
	return func(yield func([]task.Task) bool) {
		for len(tasks) > 0 {
			n := 1
			for n < min(len(tasks), d.workers) && tasks[n].Beside(tasks[0]) {
				n++
			}
			if !yield(tasks[:n]) {
				return
			}
			tasks = tasks[n:]
		}
	}
}

// survey notes when the first look at the whole fleet is over. A look that fails does not hold
// up the rest.
func (d *Daemon) survey(now time.Time) {
	if d.surveyed || d.Observed.ListedAt.IsZero() {
		return
	}
	for _, t := range task.Unseen(d.World(now)) {
		if !d.looks.Failed(t) {
			return
		}
	}
	d.surveyed = true
}

// settle records which instances are as desired, so that a later change by hand is known as one,
// and how far those that left the file have come.
func (d *Daemon) settle(w reconcile.World) error {
	for _, want := range w.Desired {
		e := d.Ledger[want.Key]
		live, ok := d.Observed.Find(e.ID)
		if !ok {
			continue
		}
		if next := e.Settle(want, live, w.Now); next.Settled != e.Settled {
			if err := d.Remember(want.Key, next); err != nil {
				return err
			}
		}
	}
	absences := w.Absences()
	for _, key := range absences.Keys() {
		if err := d.Remember(key, absences[key]); err != nil {
			return err
		}
	}
	for key, shown := range w.Sightings() {
		if err := d.Remember(key, d.Ledger[key].Sighted(shown)); err != nil {
			return err
		}
	}
	return d.passage.keep(keepLived)
}

// pace is how often to look, as the file says.
func (d *Daemon) pace() task.Pace {
	o := d.Fleet.Observe
	return task.Pace{ListEvery: o.ScanInterval, MaxAge: o.MaxAge, EnforceWithin: o.EnforceWithin}
}

// sendAll sends a batch at once, and records the results in the order of the batch. Requests of
// one batch are about different instances.
//
// What is sent is seen through to its answer, even when ctx ends meanwhile: a request given up
// half-way may have been carried out.
func (d *Daemon) sendAll(ctx context.Context, batch []task.Task) error {
	ctx = context.WithoutCancel(ctx)
	results := make([]func() error, len(batch))
	var wg sync.WaitGroup
	for i, t := range batch {
		if len(batch) == 1 {
			results[i] = d.send(ctx, t)
			break
		}
		wg.Go(func() { results[i] = d.send(ctx, t) })
	}
	wg.Wait()
	var errs []error
	for _, record := range results {
		errs = append(errs, record())
	}
	return errors.Join(errs...)
}
