package daemon

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/reconcile"
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
	if err := d.landEnded(); err != nil {
		return round{}, err
	}
	now, err := d.begin()
	if err != nil {
		return round{}, err
	}
	if err := d.expire(now); err != nil {
		return round{}, err
	}
	d.survey(now)
	d.Owners.tell(account(d.Fleet), d.ledger)
	w := d.World(now)
	if err := d.settle(w); err != nil {
		return round{}, err
	}
	plan := d.decide(d.Fleet, w)
	d.publish(w, plan)
	tasks := d.patient(reconcile.Tasks(w, plan, d.pace()), now)
	demands := plan.Demands()
	send, wake := reconcile.Admit(now, d.Budget.State(), tasks, demands)
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
func edgeCame(demands []reconcile.Demand, planned, now time.Time) bool {
	return slices.ContainsFunc(demands, func(d reconcile.Demand) bool { return d.At.After(planned) && !d.At.After(now) })
}

// batches cuts tasks into runs that may be under way together, in order.
func (d *Daemon) batches(tasks []reconcile.Task) iter.Seq[[]reconcile.Task] {
	return func(yield func([]reconcile.Task) bool) {
		for len(tasks) > 0 {
			n := 1
			for n < min(len(tasks), d.Workers) && tasks[n].Beside(tasks[0]) {
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
	if d.surveyed || d.observed.ListedAt.IsZero() {
		return
	}
	for _, t := range d.World(now).Unseen() {
		if _, failed := d.troubles[troubleOf(t)]; !failed {
			return
		}
	}
	d.surveyed = true
}

// settle records which instances are as desired, so that a later change by hand is known as one,
// and how far those that left the file have come.
func (d *Daemon) settle(w reconcile.World) error {
	for _, want := range w.Desired {
		e := d.ledger[want.Key]
		live, ok := d.observed.Find(e.ID)
		if !ok {
			continue
		}
		if next := e.Settle(want, live, w.Now); next.Settled != e.Settled {
			if err := d.remember(want.Key, next); err != nil {
				return err
			}
		}
	}
	absences := w.Absences()
	for _, key := range absences.Keys() {
		if err := d.remember(key, absences[key]); err != nil {
			return err
		}
	}
	for key, shown := range w.Sightings() {
		e := d.ledger[key]
		e.Shown = shown
		if err := d.remember(key, e); err != nil {
			return err
		}
	}
	return d.reading.keep(d, keepLived)
}

// pace is how often to look, as the file says.
func (d *Daemon) pace() reconcile.Pace {
	o := d.Fleet.Observe
	return reconcile.Pace{ListEvery: o.ScanInterval, MaxAge: o.MaxAge, EnforceWithin: o.EnforceWithin}
}

// sendAll sends a batch at once, and records the results in the order of the batch. Requests of
// one batch are about different instances.
//
// What is sent is seen through to its answer, even when ctx ends meanwhile: a request given up
// half-way may have been carried out.
func (d *Daemon) sendAll(ctx context.Context, batch []reconcile.Task) error {
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

// trouble is a look or a list that failed, and when it may be tried again.
type trouble struct {
	kind  reconcile.Kind
	id    string // "" for a list
	count int    // in a row
	until time.Time
	why   string
}

// A failed look waits troubleFirst, then twice as long, up to troubleMost.
const (
	troubleFirst = 5 * time.Second
	troubleMost  = 5 * time.Minute
)

func troubleOf(t reconcile.Task) string { return string(t.Kind) + " " + t.ID }

// patient holds back what failed a moment ago.
func (d *Daemon) patient(tasks []reconcile.Task, now time.Time) []reconcile.Task {
	for i, t := range tasks {
		tr, ok := d.troubles[troubleOf(t)]
		if ok && tr.until.After(now) && tr.until.After(t.Due) {
			tasks[i].Due = tr.until
		}
	}
	return tasks
}

// attempted records how a look or a list went.
func (d *Daemon) attempted(t reconcile.Task, err error) {
	name := troubleOf(t)
	if err == nil {
		delete(d.troubles, name)
		return
	}
	tr := d.troubles[name]
	wait := min(troubleFirst<<min(tr.count, 10), troubleMost)
	var e *aura.Error
	if errors.As(err, &e) {
		wait = max(wait, min(e.RetryAfter, budget.MaxFreeze))
	}
	d.troubles[name] = trouble{t.Kind, t.ID, tr.count + 1, d.Clock.Now().Add(wait), err.Error()}
	d.Log.Warn("could not look at Aura", "what", t.Kind, "key", t.Key, "instance", t.ID, "error", err, "again_in", wait)
}

// failing is what is known of looks and lists that failed, as a plan tells it.
func (d *Daemon) failing() (looks map[string]string, list string) {
	looks = map[string]string{}
	for _, t := range d.troubles {
		switch t.kind {
		case reconcile.List:
			list = t.why
		case reconcile.Look, reconcile.Confirm:
			looks[t.id] = t.why
		}
	}
	return looks, list
}
