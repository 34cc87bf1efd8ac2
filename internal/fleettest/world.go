// Package fleettest runs a whole fleet inside a test, in real time or faster: simulator, state,
// store, daemon, metrics and HTTP endpoints, wired as `aurad run` wires them.
//
// It is for tests that need a real process around the daemon: a browser, a Prometheus. Tests in
// virtual time have a world of their own in package daemon.
package fleettest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/page"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/metrics"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/dotenv"
	"github.com/aurad/aurad/spec"
)

// World is a running fleet.
type World struct {
	T       testing.TB
	Sim     *aurasim.Sim
	Clock   *Clock
	Daemon  *daemon.Daemon
	Journal *journal.Journal
	URL     string // of the HTTP endpoints, without a slash at the end
	Store   *FlakyStore
	Reloads chan fleetfile.Reload
	asks    chan daemon.Ask
	group   *group.Group
}

// Options are what a test may choose.
type Options struct {
	Fleet  string // fleet.yaml below the header
	Header string // in place of the usual one
	Clock  *Clock
	Sim    aurasim.Config
	Live   []aurasim.Instance // in the account from the beginning
	Faults []aurasim.Fault    // likewise
}

const usualHeader = `schema: aurad/v1
fleet: acme
tenant_id: ` + aurasim.DemoTenantID + `
timezone: Europe/Stockholm
credentials: {store: dotenv}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
`

// Start runs a fleet until the test ends.
func Start(t testing.TB, o Options) *World {
	t.Helper()
	w := &World{T: t, Clock: o.Clock, Journal: journal.New(500), Reloads: make(chan fleetfile.Reload), asks: make(chan daemon.Ask)}
	o.Sim.Clock = w.Clock.Now
	w.Sim = aurasim.New(o.Sim)
	for _, in := range o.Live {
		w.Sim.Add(in)
	}
	for _, f := range o.Faults {
		w.Sim.Inject(f)
	}
	fleet := w.Parse(o.Header, o.Fleet)
	log := slog.New(slog.DiscardHandler)
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	counts, err := metrics.New(reg, "v0.0.0-test", w.Clock.Now)
	must(t, err)
	state, err := folder.Open(t.TempDir(), "")
	must(t, err)
	store, err := dotenv.Open(filepath.Join(t.TempDir(), "credentials"))
	must(t, err)
	w.Store = &FlakyStore{Store: store}
	budget := budget.New(fleet.Budget.RequestsPerMinute, budget.Config{Next: counts.Transport(w.Sim.Transport()), Clock: w.Clock, Log: log})
	client, err := aura.New(aura.Config{BaseURL: "http://127.0.0.1:1", ClientID: aurasim.DemoClientID, ClientSecret: secrets.NewSecret(aurasim.DemoClientSecret),
		HTTP: &http.Client{Transport: budget}, Clock: w.Clock.Now, Log: log, Sleep: w.sleep})
	must(t, err)
	w.Daemon, err = daemon.New(daemon.Config{API: client, Budget: budget, Store: w.Store, State: state, Clock: w.Clock, Log: log, Fleet: fleet,
		Notify: func(e journal.Event) { w.Journal.Add(e); daemon.Count(counts, e) }})
	must(t, err)
	must(t, counts.Watch(func() metrics.Fleet { return w.Daemon.Snapshot().Export() }))
	w.group = group.New(fleet, w.Daemon)
	w.run(state)
	w.serve(reg)
	return w
}

// run starts the loop, and ends it before the state is closed.
func (w *World) run(state *state.State) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.group.Run(ctx, w.Reloads, w.asks) }()
	w.T.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.T.Errorf("the daemon ended: %v", err)
		}
		must(w.T, state.Close())
	})
}

func (w *World) serve(reg *prometheus.Registry) {
	shown, err := page.Handler(page.Source{Snapshot: w.Daemon.Snapshot, Recent: w.Journal.Recent, Now: w.Clock.Now, Version: "v0.0.0-test", Log: slog.New(slog.DiscardHandler)})
	must(w.T, err)
	mux := http.NewServeMux()
	api := control.Server{Group: w.group, Reload: func() {}}.Public()
	mux.Handle("/", shown)
	mux.Handle("/api/", api)
	mux.Handle("/-/", api)
	mux.Handle("GET /api/v1/events", w.Journal)
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	srv := httptest.NewServer(mux)
	w.URL = srv.URL
	w.T.Cleanup(func() { w.Journal.Close(); srv.Close() })
}

func (w *World) sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.Clock.After(d):
		return nil
	}
}

// Parse reads a fleet file; "" is the usual header.
func (w *World) Parse(header, fleet string) *spec.Fleet {
	w.T.Helper()
	if header == "" {
		header = usualHeader
	}
	f, err := spec.Parse("fleet.yaml", []byte(header+fleet))
	must(w.T, err)
	return f
}

// Do runs f on the daemon's own goroutine.
func (w *World) Do(f func(*daemon.Daemon) error) {
	w.T.Helper()
	answer := make(chan error, 1)
	w.asks <- func(d *daemon.Daemon) { answer <- f(d) }
	must(w.T, <-answer)
}

// Until waits for something to become true, for so long by the machine's clock.
func (w *World) Until(patience time.Duration, what string, ok func() bool) {
	w.T.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.T.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// Live is the ground truth of the instance with this name.
func (w *World) Live(name string) aurasim.Instance {
	w.T.Helper()
	for _, in := range w.Sim.Instances() {
		if in.Name == name && !in.Deleted {
			return in
		}
	}
	w.T.Fatalf("no live instance is named %q", name)
	return aurasim.Instance{}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
