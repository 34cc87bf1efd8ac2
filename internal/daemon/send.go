package daemon

import (
	"context"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/task"
)

// send does what a task asks and returns the function that records the result. Sending may run
// beside other tasks; recording may not.
func (d *Daemon) send(ctx context.Context, t task.Task) (record func() error) {
	switch t.Kind {
	case task.List:
		return d.looks.List(ctx, t)
	case task.Look, task.Confirm:
		return d.looks.Look(ctx, t)
	case task.Name:
		return d.creates.Name(ctx, t)
	case task.Renew:
		err := d.api.Authorize(ctx, t.Deadline)
		return func() error { d.looks.Attempted(t, err); return nil }
	}
	switch t.Step.Verb {
	case reconcile.Create:
		return d.creates.Create(ctx, t.Step)
	case reconcile.Adopt:
		return d.changes.Adopt(ctx, t.Step)
	case reconcile.Move:
		return d.changes.Move(ctx, t.Step)
	}
	return d.changes.Change(ctx, t.Step)
}
