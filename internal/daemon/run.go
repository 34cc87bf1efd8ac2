package daemon

import (
	"context"
	"errors"
	"time"

	"github.com/aurad/aurad/internal/fleetfile"
)

// Ask is a function that wants to run on the daemon's own goroutine, between two turns.
type Ask func(*Daemon)

// Run reconciles until ctx ends, and returns nil then: what is under way is finished first. A
// Reload with an error keeps the fleet that is in force.
func (d *Daemon) Run(ctx context.Context, reloads <-chan fleetfile.Reload, asks <-chan Ask) (err error) {
	defer func() { err = errors.Join(err, d.creates.LandAll(d.Alive)) }()
	for ctx.Err() == nil {
		r, err := d.turn(ctx)
		if err == nil && d.surveyed { // else it is a plan made in ignorance
			err = d.blocks.tell(d.Book, r.plan)
		}
		if err != nil {
			return err
		}
		if err := d.rest(ctx, r.wake, reloads, asks); err != nil {
			return err
		}
	}
	return d.passage.keep(0)
}

// The loop rests until its wake, but looks at the clock every nap, since it may have been set, and
// turns then; and it turns at least every longestRest, whatever it believes.
const (
	nap         = 30 * time.Second
	longestRest = 10 * time.Minute
)

// rest waits until wake, until something new comes, or until the clock was set.
func (d *Daemon) rest(ctx context.Context, wake time.Time, reloads <-chan fleetfile.Reload, asks <-chan Ask) error {
	now := d.Clock.Now()
	if wake.IsZero() || wake.Sub(now) > longestRest {
		wake = now.Add(longestRest)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.creates.Landed():
			if d.creates.AnyOver() {
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
		if now = d.Clock.Now(); !now.Before(wake) || d.passage.turns.Jumped() != 0 {
			return nil
		}
		d.Alive()
	}
}

// reload takes a new file into force, or says loudly why not.
func (d *Daemon) reload(re fleetfile.Reload) error {
	d.board.showConfig(re)
	if re.Err != nil {
		d.Log.Error("the new fleet.yaml is not in force; the last good one still is", "error", re.Err)
		return nil
	}
	d.Log.Info("fleet.yaml is in force", "instances", len(re.Fleet.Instances))
	d.TryAgain()
	return d.SetFleet(re.Fleet)
}
