package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/aurad/aurad/internal/aura"
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
	silent := 0
	for i, t := range looks {
		progress(i, len(looks))
		in, err := d.API.Instance(ctx, t.ID)
		if silent = silence(silent, err); ctx.Err() != nil || silent >= silentMost || notSent(err) {
			return fmt.Errorf("look at %s: %w", t.Key, cmp.Or(err, ctx.Err()))
		}
		if err := d.recordLook(t, in, err); err != nil {
			return err
		}
	}
	progress(len(looks), len(looks))
	d.surveyed = true
	d.Owners.tell(account(d.Fleet), d.ledger)
	return d.settle(d.World(d.Clock.Now()))
}

// A look that fails says something of one instance, and the plan goes on for the others with what
// the server said of that one. It is about all of them if the request never left, or if Aura does not
// answer at all: silentMost looks in a row without a word end the looking.
const silentMost = 3

func notSent(err error) bool {
	return err != nil && (kindOf(err) == 0 || errors.Is(err, aura.ErrNotSent))
}

// silence counts the looks in a row that got no answer.
func silence(before int, err error) int {
	var e *aura.Error
	if errors.As(err, &e) && e.Status == 0 {
		return before + 1
	}
	return 0
}

// applyTries is how often apply lets a step fail before it gives up on it.
const applyTries = 5

// Apply takes steps until the fleet matches or nothing more can be done, and returns the last
// plan. It is Run with an end.
func (d *Daemon) Apply(ctx context.Context) (reconcile.Plan, error) {
	plan, err := d.applyOn(ctx)
	if len(d.flights) == 0 {
		return plan, err
	}
	err = errors.Join(err, d.landAll())
	return d.Plan(d.Clock.Now()), err
}

func (d *Daemon) applyOn(ctx context.Context) (reconcile.Plan, error) {
	d.reading.quiet = 0
	before := begun{maps.Clone(d.ledger), maps.Clone(d.troubles)}
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

// begun is what was known when apply began: what failed then counts for nothing now.
type begun struct {
	ledger   reconcile.Ledger
	troubles map[string]trouble
}

// finished reports whether nothing is under way and nothing can be started.
func (d *Daemon) finished(p reconcile.Plan, before begun) bool {
	for _, s := range p.Steps {
		working := s.Verb.Acts() && s.Phase == 0 || s.Verb == reconcile.Wait
		if working && !d.unseeable(s, before) && !givenUp(s, d.ledger[s.Key], before.ledger[s.Key]) {
			return false
		}
	}
	return true
}

// unseeable reports whether a step waits for a look, or a list, that failed again and again.
func (d *Daemon) unseeable(s reconcile.Step, before begun) bool {
	if s.Verb != reconcile.Wait || s.Cause != reconcile.CauseUnobserved && s.Cause != reconcile.CauseInFlight {
		return false
	}
	_, listed := d.observed.Find(s.InstanceID)
	for what, t := range d.troubles {
		waitedFor := t.id == s.InstanceID || t.kind == reconcile.List && !listed
		if waitedFor && t.kind != reconcile.Renew && t.count-before.troubles[what].count >= applyTries {
			return true
		}
	}
	return false
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
