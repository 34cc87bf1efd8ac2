package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/app"
	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/service"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/spec"
)

// runCommand is `aurad run`.
type runCommand struct {
	command.Call
	listen string   // address of the HTTP port; "" for none
	config string   // file of its TLS and basic auth
	hosts  []string // names it answers to beside its own
}

func newRun(c command.Call) *cobra.Command {
	p := &runCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Keep the fleet as the file says, for ever",
		Long: `run is the daemon: it watches the fleet file, follows the schedules, and serves what it knows
over HTTP and over the unix socket aurad.sock in the state folder.

SIGHUP reads the file again. SIGTERM finishes the step in hand and exits 0.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&p.listen, "listen", "127.0.0.1:9780", "address of the HTTP endpoints; \"\" for none")
	cmd.Flags().StringVar(&p.config, "web.config.file", "", "TLS and basic auth of the HTTP endpoints, in the file format of Prometheus' exporters")
	cmd.Flags().StringArrayVar(&p.hosts, "web.allowed-host", nil, "a name by which the HTTP endpoints are asked for, as of a proxy or a Service, beside this machine's own; may be given more than once")
	_ = cmd.MarkFlagFilename("web.config.file", "yml", "yaml")
	return cmd
}

func (p *runCommand) run(ctx context.Context) (err error) {
	a := p.App()
	log := p.Logger(p.Stderr, "info")
	begin, err := service.Guarded(p.config, log)
	if err != nil {
		return err
	}
	hup, stop := p.Hangups()
	defer stop()
	w := &fleetfile.Watcher{File: p.File, Nudge: hup, Log: log, Parse: a.ParseFleet}
	fleet, err := w.Load()
	w.Parse = func(file string, data []byte) (*spec.Fleet, error) { return a.ParseAgain(fleet, file, data) }
	if errors.Is(err, fs.ErrNotExist) {
		return a.NoFile()
	}
	if err != nil {
		return err
	}
	t, err := p.telemetry(a, log)
	if err != nil {
		return err
	}
	j, err := a.Open(ctx, fleet, t.Event, p.Logger(t, "info"), t.Transport)
	if errors.Is(err, state.ErrHeld) {
		return fmt.Errorf("%w; one state folder has one daemon: stop the other one, or give this one a --state-dir of its own", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if err := t.Watch(j.Group, j.Clock); err != nil {
		return err
	}
	sv := &service.Service{Begin: begin, Hosts: p.hosts, Group: j.Group, Watcher: w, Around: t.Around, Parse: a.ParseFleet, Sides: []func(context.Context){t.Until}}
	sv.Supervise(log)
	if err := sv.Listen(j.Dir, p.listen); err != nil {
		return err
	}
	log.Info("aurad runs", "version", p.Build.Version, "file", p.File, "instances", len(fleet.Instances), "state", j.Dir, "listen", sv.Address())
	err = sv.Run(ctx)
	log.Info("aurad has stopped", "cause", context.Cause(ctx))
	return err
}

// telemetry tells the time of a simulator, if one is followed.
func (p *runCommand) telemetry(a app.App, log *slog.Logger) (*service.Telemetry, error) {
	clock, err := a.Simulated()
	if err != nil {
		return nil, err
	}
	return service.NewTelemetry(p.Stderr, log, clock, p.Build.Version)
}
