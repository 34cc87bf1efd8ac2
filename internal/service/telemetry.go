package service

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/page"
	"github.com/aurad/aurad/metrics"
)

// eventsKept is how many events the daemon can tell a page that opens late.
const eventsKept = 1000

// Telemetry is what a daemon tells the outside: its log, its metrics and its newest events. It
// is the reporter of `aurad run`.
type Telemetry struct {
	logged
	registry *prometheus.Registry
	metrics  *metrics.Metrics
	journal  *journal.Journal
	version  string
	shown    http.Handler // the status page; made by Watch
}

// NewTelemetry tells of events in log, by a clock. What is written to it goes to out.
func NewTelemetry(out io.Writer, log *slog.Logger, at clock.Clock, version string) (t *Telemetry, err error) {
	t = &Telemetry{logged: logged{out, log}, registry: prometheus.NewRegistry(), journal: journal.New(eventsKept), version: version}
	t.metrics, err = metrics.New(t.registry, version, at.Now)
	return t, errors.Join(err,
		t.registry.Register(collectors.NewGoCollector()),
		t.registry.Register(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})))
}

// Transport counts what is sent.
func (t *Telemetry) Transport(next http.RoundTripper) http.RoundTripper {
	return t.metrics.Transport(next)
}

// Watch lets scrapes and the status page see what g knows, by a clock.
func (t *Telemetry) Watch(g *group.Group, at clock.Clock) (err error) {
	t.shown, err = page.Handler(page.Source{Snapshot: g.Snapshot, Recent: t.journal.Recent, Now: at.Now, Version: t.version, Log: t.log})
	if err != nil {
		return err
	}
	return t.metrics.Watch(func() metrics.Fleet { return g.Snapshot().Export() })
}

// Event takes in what happened.
func (t *Telemetry) Event(e journal.Event) {
	t.logged.Event(e)
	t.journal.Add(e)
	daemon.Count(t.metrics, e)
}

// Around adds what telemetry serves to what the daemon does.
//
//	GET /               the status page
//	GET /metrics        in Prometheus' formats
//	GET /api/v1/events  journal.Events, or a stream of server-sent events
func (t *Telemetry) Around(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(t.registry, promhttp.HandlerOpts{Registry: t.registry}))
	mux.Handle("GET /api/v1/events", t.journal)
	mux.Handle("/", control.OfNow(t.shown))
	mux.Handle("/api/", next)
	mux.Handle("/-/", next)
	return mux
}

// Until sends the readers of the stream home when ctx ends, for the server waits for them.
func (t *Telemetry) Until(ctx context.Context) {
	<-ctx.Done()
	t.journal.Close()
}
