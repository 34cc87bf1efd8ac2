package daemon

import (
	"context"
	"time"

	"github.com/aurad/aurad/spec"
)

// Reload is what reading fleet.yaml again gave.
type Reload struct {
	Fleet *spec.Fleet // nil with Err
	Err   error
	At    time.Time
}

// Ask is a function that wants to run on the daemon's own goroutine, between two turns.
type Ask func(*Daemon)

// Run reconciles until ctx ends, and returns nil then: what is under way is finished first. A
// Reload with an error keeps the fleet that is in force.
func (d *Daemon) Run(ctx context.Context, reloads <-chan Reload, asks <-chan Ask) error {
	for ctx.Err() == nil {
		r, err := d.turn(ctx)
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-d.Clock.After(d.idle(r.wake)):
		case ask := <-asks:
			ask(d)
		case re := <-reloads:
			if err := d.reload(re); err != nil {
				return err
			}
		}
	}
	return nil
}

// reload takes a new file into force, or says loudly why not.
func (d *Daemon) reload(re Reload) error {
	d.mu.Lock()
	d.snapshot.Config.Error = ""
	if re.Err != nil {
		d.snapshot.Config.Error = re.Err.Error()
	} else {
		d.snapshot.Config.LoadedAt = re.At
	}
	d.mu.Unlock()
	if re.Err != nil {
		d.Log.Error("the new fleet.yaml is not in force; the last good one still is", "error", re.Err)
		return nil
	}
	d.Log.Info("fleet.yaml is in force", "instances", len(re.Fleet.Instances))
	return d.SetFleet(re.Fleet)
}
