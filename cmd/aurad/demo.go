package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/httpd"
)

func (p program) demoCommand() *cobra.Command {
	var speed float64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See aurad at work on a simulated account, in under a minute",
		Long: `demo runs the daemon against the simulator of "aurad sim" in a folder of its own, and tells what
happens from one evening to the next morning. It needs no account, reaches no network beyond this
machine, and leaves nothing behind.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), speed) },
	}
	cmd.Flags().Float64Var(&speed, "speed", 1, "how fast the story is told")
	return cmd
}

// demoSpeed is how fast the simulated world runs while there is something to see.
const demoSpeed = 50

// demo is the stage of the story: a folder, a simulated account, a daemon between the two.
type demo struct {
	program
	speed   float64
	dir     string
	clock   *storyClock
	sim     *aurasim.Sim
	address string // of the simulator
	said    *spoken
}

func (p program) demo(ctx context.Context, speed float64) (err error) {
	if !(speed >= 0.1 && speed <= 100) {
		return errors.New("--speed wants a number from 0.1 to 100")
	}
	dir, err := os.MkdirTemp("", "aurad-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	start, err := demoStart(p.clock.Now())
	if err != nil {
		return err
	}
	d := &demo{program: p, speed: speed, dir: dir, clock: newStoryClock(start, demoSpeed*speed)}
	d.said = &spoken{out: p.stdout, paint: p.paint(p.stdout), loc: start.Location()}
	d.sim = aurasim.New(aurasim.Config{Clock: d.clock.Now, Seed: uint64(p.clock.Now().UnixNano())})
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

// getenv is the environment of the story: the simulated account, and no setting of the user's
// that could reach beyond it.
func (d *demo) getenv(name string) (string, bool) {
	value, ok := map[string]string{
		"AURA_BASE_URL":      "http://" + d.address,
		"AURA_CLIENT_ID":     aurasim.DemoClientID,
		"AURA_CLIENT_SECRET": aurasim.DemoClientSecret,
		"AURA_TENANT_ID":     aurasim.DemoTenantID,
	}[name]
	if name == "NO_COLOR" || name == "TERM" {
		return d.program.getenv(name)
	}
	return value, ok
}

// inside is the program as it runs in the story.
func (d *demo) inside() (program, *common) {
	p := d.program
	p.getenv, p.clock = d.getenv, d.clock
	p.stdout = d.said
	return p, &common{file: d.file(), stateDir: filepath.Join(d.dir, "state"), logFormat: "text", logLevel: "error"}
}

// wait gives the reader a moment.
func (d *demo) wait(ctx context.Context, moment time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(float64(moment) / d.speed)):
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
