package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/spec"
)

func (p program) runCommand(c *common) *cobra.Command {
	var o webOptions
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Keep the fleet as the file says, for ever",
		Long: `run is the daemon: it watches the fleet file, follows the schedules, and serves what it knows
over HTTP and over the unix socket aurad.sock in the state folder.

SIGHUP reads the file again. SIGTERM finishes the step in hand and exits 0.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.serve(cmd.Context(), c, o) },
	}
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:9780", "address of the HTTP endpoints; \"\" for none")
	cmd.Flags().StringVar(&o.config, "web.config.file", "", "TLS and basic auth of the HTTP endpoints, in the file format of Prometheus' exporters")
	cmd.Flags().StringArrayVar(&o.hosts, "web.allowed-host", nil, "a name by which the HTTP endpoints are asked for, as of a proxy or a Service, beside this machine's own; may be given more than once")
	_ = cmd.MarkFlagFilename("web.config.file", "yml", "yaml")
	return cmd
}

func (p program) serve(ctx context.Context, c *common, o webOptions) (err error) {
	log := p.logger(c, p.stderr, "info")
	begin, err := guarded(o.config, log)
	if err != nil {
		return err
	}
	hup, stop := p.hangups()
	defer stop()
	w := &fleetfile.Watcher{File: c.file, Nudge: hup, Log: log, Parse: p.parseFleet}
	fleet, err := w.Load()
	w.Parse = func(file string, data []byte) (*spec.Fleet, error) { return p.parseAgain(fleet, file, data) }
	if errors.Is(err, fs.ErrNotExist) {
		return noFile(c.file)
	}
	if err != nil {
		return err
	}
	t, err := p.telemetry(log)
	if err != nil {
		return err
	}
	j, err := p.open(ctx, c, fleet, t.event, p.logger(c, t, "info"), t.metrics.Transport)
	if errors.Is(err, state.ErrHeld) {
		return fmt.Errorf("%w; one state folder has one daemon: stop the other one, or give this one a --state-dir of its own", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.close()) }()
	if err := t.watch(j); err != nil {
		return err
	}
	sv := &service{begin: begin, hosts: o.hosts, daemon: j.group, watcher: w, handler: t.handler, parse: p.parseFleet, sides: []func(context.Context){t.until}}
	sv.supervise(log)
	if err := sv.listen(j.dir, o.listen); err != nil {
		return err
	}
	log.Info("aurad runs", "version", version().Version, "file", c.file, "instances", len(fleet.Instances), "state", j.dir, "listen", sv.address())
	err = sv.run(ctx)
	log.Info("aurad has stopped", "cause", context.Cause(ctx))
	return err
}

// parseAgain reads a newer file. What was opened by the first one can't follow it.
func (p program) parseAgain(first *spec.Fleet, file string, data []byte) (*spec.Fleet, error) {
	fleet, err := p.parseFleet(file, data)
	switch {
	case err != nil:
		return nil, err
	case fleet.Credentials.Store != first.Credentials.Store, fleet.Credentials.Vault != first.Credentials.Vault, fleet.Credentials.Dotenv != first.Credentials.Dotenv:
		return nil, fmt.Errorf("%s: `credentials` changed, which takes a restart of aurad", file)
	case !sameAccounts(fleet, first):
		return nil, fmt.Errorf("%s: `accounts` has other names, which takes a restart of aurad", file)
	}
	return fleet, requireTenants(fleet)
}

// service is a daemon with its ears: the watched file, the socket, the HTTP port.
type service struct {
	daemon    *daemon.Group
	watcher   *fleetfile.Watcher
	handler   func(http.Handler) http.Handler // around the daemon's own
	parse     fleetfile.Parser                // reads a fleet file that is sent to be planned
	sides     []func(context.Context)         // run beside it until the context ends
	listeners []net.Listener
	begin     func(*http.Server, net.Listener) error // how the HTTP port is served; nil for plainly
	hosts     []string                               // names the HTTP port answers to beside its own

	// announce hands on what the watcher sends, and tells somebody of it; nil for nobody.
	announce func(ctx context.Context, from <-chan fleetfile.Reload, to chan<- fleetfile.Reload, asks chan<- daemon.Ask)
}

// listen opens the unix socket, and the address if there is one.
func (sv *service) listen(stateDir, address string) error {
	socket, err := control.ListenSocket(stateDir)
	if err != nil {
		return fmt.Errorf("open the socket of the state folder: %w", err)
	}
	sv.listeners = append(sv.listeners, socket)
	if address == "" {
		return nil
	}
	tcp, err := net.Listen("tcp", address)
	if err != nil {
		return errors.Join(fmt.Errorf("--listen: %w", err), socket.Close())
	}
	sv.listeners = append(sv.listeners, tcp)
	return nil
}

// address is where HTTP is served; "" when only the socket is.
func (sv *service) address() string {
	if len(sv.listeners) < 2 {
		return ""
	}
	return sv.listeners[1].Addr().String()
}

// run serves until ctx ends or a part fails, and returns when all parts have ended.
func (sv *service) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	reloads, asks, nudges := make(chan fleetfile.Reload), make(chan daemon.Ask), make(chan os.Signal, 1)
	hup := sv.watcher.Nudge
	sv.watcher.Nudge = nudges
	group.Go(func() error { relay(ctx, hup, nudges); return nil })
	read := reloads
	if sv.announce != nil {
		read = make(chan fleetfile.Reload)
		group.Go(func() error { sv.announce(ctx, read, reloads, asks); return nil })
	}
	group.Go(func() error { return sv.watcher.Watch(ctx, read) })
	group.Go(func() error { return sv.daemon.Run(ctx, reloads, asks) })
	for _, side := range sv.sides {
		group.Go(func() error { side(ctx); return nil })
	}
	its := control.Server{Group: sv.daemon, Reload: func() { nudge(nudges) }, Parse: sv.parse}
	for i, l := range sv.listeners {
		handler, begin := public(sv.handler(its.Public()), l.Addr(), sv.hosts), sv.begin
		if i == 0 { // the socket, which only this user can reach
			handler, begin = sv.handler(its.Private()), nil
		}
		group.Go(func() error { return control.Serve(ctx, l, handler, begin) })
	}
	return group.Wait()
}

// reload is what POST /-/reload sends where SIGHUP would arrive.
type reload struct{}

func (reload) String() string { return "reload" }
func (reload) Signal()        {}

func nudge(c chan<- os.Signal) {
	select {
	case c <- reload{}:
	default: // one is waiting already
	}
}

func relay(ctx context.Context, from <-chan os.Signal, to chan<- os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-from:
			nudge(to)
		}
	}
}

// logged reports events as log records.
type logged struct {
	io.Writer
	log *slog.Logger
}

func (l logged) event(e journal.Event) {
	level := slog.LevelInfo
	if e.Kind == journal.Failed || e.Kind == journal.Blocked {
		level = slog.LevelWarn
	}
	l.log.Log(context.Background(), level, e.Text, "key", e.Key, "instance", e.ID, "verb", e.Verb, "event", e.Kind)
}
