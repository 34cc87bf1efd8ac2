// Package demo is `aurad demo`: a story of one evening and the next morning, told on a simulated account by a
// real daemon.
//
// Everything that it says happened is read from the account, the daemon or the disk. It reaches no network beyond
// this machine, and must not read the user's settings.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aurad/aurad/internal/app"
	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/httpd"
)

// demoSpeed is how fast the simulated world runs while there is something to see.
const demoSpeed = 50

// Setting is where the story is told.
type Setting struct {
	Out     io.Writer
	Paint   format.Paint
	Log     func(io.Writer) *slog.Logger // makes the daemon's log, which is for errors
	Clock   clock.Clock                  // the machine's
	Workers int
	Version string
	Speed   float64 // how fast it is told, from 0.1 to 100
}

// demo is the stage of the story: a folder, a simulated account, a daemon between the two.
type demo struct {
	Setting
	dir     string
	clock   *storyClock
	sim     *aurasim.Sim
	address string // of the simulator
	said    *spoken
}

// Run tells the story until it or ctx ends.
func Run(ctx context.Context, s Setting) (err error) {
	if !(s.Speed >= 0.1 && s.Speed <= 100) {
		return errors.New("--speed wants a number from 0.1 to 100")
	}
	dir, err := os.MkdirTemp("", "aurad-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	start, err := demoStart(s.Clock.Now())
	if err != nil {
		return err
	}
	d := &demo{Setting: s, dir: dir, clock: newStoryClock(start, demoSpeed*s.Speed)}
	d.said = &spoken{out: s.Out, paint: s.Paint, loc: start.Location()}
	d.sim = aurasim.New(aurasim.Config{Clock: d.clock.Now, Seed: uint64(s.Clock.Now().UnixNano())})
	err = d.perform(ctx)
	if ctx.Err() != nil {
		d.said.say("Stopped. The folder of the demo is gone, and nothing else was touched.")
		return nil
	}
	return err
}

// demoStart is the evening of the coming Monday, some minutes before the office closes.
func demoStart(now time.Time) (time.Time, error) {
	loc, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		return time.Time{}, err
	}
	now = now.In(loc)
	days := (int(time.Monday) - int(now.Weekday()) + 7) % 7
	return time.Date(now.Year(), now.Month(), now.Day()+days, 18, 40, 0, 0, loc), nil
}

// perform serves the simulated account and tells the story on it.
func (d *demo) perform(ctx context.Context) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	d.address = l.Addr().String()
	ctx, over := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return httpd.Serve(ctx, &http.Server{Handler: d.sim}, l, nil) })
	group.Go(func() error { defer over(); return d.tell(ctx) })
	return group.Wait()
}

// file is the fleet file of the story.
func (d *demo) file() string { return filepath.Join(d.dir, "fleet.yaml") }

// lookup is the environment of the story: the simulated account, and no setting of the user's
// that could reach beyond it.
func (d *demo) lookup(name string) (string, bool) {
	value, ok := map[string]string{
		"AURA_BASE_URL":      "http://" + d.address,
		"AURA_CLIENT_ID":     aurasim.DemoClientID,
		"AURA_CLIENT_SECRET": aurasim.DemoClientSecret,
		"AURA_TENANT_ID":     aurasim.DemoTenantID,
	}[name]
	return value, ok
}

// inside is aurad as it runs in the story.
func (d *demo) inside() app.App {
	return app.App{
		Env:  app.Env{Lookup: d.lookup, Clock: d.clock, Workers: d.Workers, Version: d.Version},
		File: d.file(), StateDir: filepath.Join(d.dir, "state"), Log: d.Log(d.said),
	}
}

// wait gives the reader a moment.
func (d *demo) wait(ctx context.Context, moment time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(float64(moment) / d.Speed)):
	}
}

// demoPatience is how long the story waits, in real time, for what must happen next.
const demoPatience = 45 * time.Second

// until waits for something to be true of the simulated account.
func (d *demo) until(ctx context.Context, what string, ok func() bool) error {
	deadline := time.Now().Add(demoPatience)
	for !ok() {
		if time.Now().After(deadline) {
			return fmt.Errorf("the demo waited in vain: %s", what)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return ctx.Err()
}
