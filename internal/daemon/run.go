package daemon

import (
	"context"
	"errors"
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
func (d *Daemon) Run(ctx context.Context, reloads <-chan Reload, asks <-chan Ask) (err error) {
	defer func() { err = errors.Join(err, d.landAll()) }()
	for ctx.Err() == nil {
		r, err := d.turn(ctx)
		if err == nil {
			err = d.tellBlocks(r.plan)
		}
		if err != nil {
			return err
		}
		if err := d.rest(ctx, r.wake, reloads, asks); err != nil {
			return err
		}
	}
	return d.reading.keep(d, 0)
}

// The loop rests until its wake, but looks at the clock every nap, since it may have been set, and
// turns then; and it turns at least every longestRest, whatever it believes.
const (
	nap         = 30 * time.Second
	longestRest = 10 * time.Minute
)

// rest waits until wake, until something new comes, or until the clock was set.
func (d *Daemon) rest(ctx context.Context, wake time.Time, reloads <-chan Reload, asks <-chan Ask) error {
	now := d.Clock.Now()
	if wake.IsZero() || wake.Sub(now) > longestRest {
		wake = now.Add(longestRest)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.landed:
			if d.anyOver() {
				return nil
			}
			continue
		case ask := <-asks:
			ask(d)
			return nil
		case re := <-reloads:
			return d.reload(re)
		case <-d.Clock.After(min(nap, max(0, wake.Sub(now)))):
		}
		if now = d.Clock.Now(); !now.Before(wake) || d.turns.Jumped() != 0 {
			return nil
		}
		d.Alive()
	}
}

// reload takes a new file into force, or says loudly why not.
func (d *Daemon) reload(re Reload) error {
	d.mu.Lock()
	d.snapshot.Config.Error = ""
	if re.Err != nil {
		d.snapshot.Config.Error = re.Err.Error()
	} else {
		d.snapshot.Config.LoadedAt, d.snapshot.Config.Digest = re.At, re.Fleet.Digest
	}
	d.mu.Unlock()
	if re.Err != nil {
		d.Log.Error("the new fleet.yaml is not in force; the last good one still is", "error", re.Err)
		return nil
	}
	d.Log.Info("fleet.yaml is in force", "instances", len(re.Fleet.Instances))
	d.TryAgain()
	return d.SetFleet(re.Fleet)
}
