package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/metrics"
)

// eventsKept is how many events the daemon can tell a page that opens late.
const eventsKept = 1000

// telemetry is what a daemon tells the outside: its log, its metrics and its newest events. It
// is the reporter of `aurad run`.
type telemetry struct {
	logged
	registry *prometheus.Registry
	metrics  *metrics.Metrics
	journal  *journal.Journal
	shown    http.Handler // the status page; made by watch
}

func (p program) telemetry(log *slog.Logger) (*telemetry, error) {
	clock, err := p.simulated()
	if err != nil {
		return nil, err
	}
	t := &telemetry{logged: logged{p.stderr, log}, registry: prometheus.NewRegistry(), journal: journal.New(eventsKept)}
	t.metrics, err = metrics.New(t.registry, version().Version, clock.Now)
	return t, errors.Join(err,
		t.registry.Register(collectors.NewGoCollector()),
		t.registry.Register(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})))
}

// watch lets scrapes and the status page see the daemons.
func (t *telemetry) watch(j *joint) (err error) {
	if t.shown, err = t.statusPage(j); err != nil {
		return err
	}
	return t.metrics.Watch(func() metrics.Fleet { return j.group.Snapshot().Export() })
}

func (t *telemetry) event(e journal.Event) {
	t.logged.event(e)
	t.journal.Add(e)
	daemon.Count(t.metrics, e)
}

// handler adds what telemetry serves to what the daemon does.
//
//	GET /               the status page
//	GET /metrics        in Prometheus' formats
//	GET /api/v1/events  journal.Events, or a stream of server-sent events
func (t *telemetry) handler(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(t.registry, promhttp.HandlerOpts{Registry: t.registry}))
	mux.Handle("GET /api/v1/events", t.journal)
	mux.Handle("/", control.OfNow(t.shown))
	mux.Handle("/api/", next)
	mux.Handle("/-/", next)
	return mux
}

// until sends the readers of the stream home when ctx ends, for the server waits for them.
func (t *telemetry) until(ctx context.Context) {
	<-ctx.Done()
	t.journal.Close()
}
