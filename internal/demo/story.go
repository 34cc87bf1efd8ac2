package demo

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/service"
	"github.com/aurad/aurad/spec"
)

const demoFleet = `schema: aurad/v1
timezone: Europe/Stockholm

defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}

schedules:
  office-hours:
    running: ["Mon-Fri 07:00-19:00"]   # paused at all other times
    ready_by: auto                     # up at 07:00, not starting at 07:00

instances:
  orders-dev:  {schedule: office-hours}
  orders-test: {schedule: office-hours, memory: 1GB}
  orders-prod: {type: business-critical, memory: 4GB, protect: true}
  playground:  {type: free-db}
`

// stage is what the acts of the story play on.
type stage struct {
	*demo
	ctx    context.Context
	fleet  *spec.Fleet
	daemon *group.Group
}

// tell opens the daemon and plays the story on it. Everything it says happened is read from the
// simulated account, from the daemon's events, or from the disk.
func (d *demo) tell(ctx context.Context) (err error) {
	d.said.say("aurad keeps Neo4j Aura databases as a file says. This is the file:")
	d.said.show(demoFleet)
	if err := os.WriteFile(d.file(), []byte(demoFleet), 0o600); err != nil {
		return err
	}
	inside := d.inside()
	w := &fleetfile.Watcher{File: inside.File, Parse: inside.ParseFleet, Settle: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
	fleet, err := w.Load()
	if err != nil {
		return err
	}
	t, err := service.NewTelemetry(io.Discard, slog.New(slog.DiscardHandler), d.clock, d.Version)
	if err != nil {
		return err
	}
	j, err := inside.Open(ctx, fleet, told{d.said, t}.event, inside.Log, t.Transport)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	st := &stage{d, ctx, fleet, j.Group}
	if err := st.plan(); err != nil {
		return err
	}
	if err := t.Watch(j.Group, j.Clock); err != nil {
		return err
	}
	sv := &service.Service{Group: j.Group, Watcher: w, Around: t.Around, Sides: []func(context.Context){t.Until}}
	if err := sv.Listen(j.Dir, "127.0.0.1:0"); err != nil {
		return err
	}
	d.said.say("The status page, while this lasts: http://%s/", sv.Address())
	ctx, over := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	st.ctx = ctx
	group.Go(func() error { return sv.Run(ctx) })
	group.Go(func() error { defer over(); return st.play() })
	return group.Wait()
}

// plan shows what aurad would do to the empty account.
func (st *stage) plan() error {
	st.said.say("The account is empty (it is a simulator on this machine). `aurad plan` says what would be done:")
	if err := st.daemon.Observe(st.ctx, func(int, int) {}); err != nil {
		return err
	}
	fc := format.Forecast{Fleet: st.fleet, Plan: st.daemon.Plan(st.clock.Now())}
	if _, err := io.WriteString(st.said, fc.Text(format.Paint{})); err != nil {
		return err
	}
	st.wait(st.ctx, 2*time.Second)
	return st.ctx.Err()
}

// play is the story, act by act.
func (st *stage) play() error {
	for _, act := range []func() error{st.birth, st.passwords, st.edit, st.evening, st.morning, st.end} {
		if err := act(); err != nil {
			return err
		}
		st.wait(st.ctx, time.Second)
	}
	return nil
}
