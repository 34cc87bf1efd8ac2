// Package metrics says in Prometheus' words how a fleet is doing.
//
// It knows names, types and labels, and turns what it is told into samples. It must not know
// where the facts come from: package daemon feeds it with an Event for everything that happens
// and a Fleet whenever somebody scrapes, and hands in the registry. Label values are bounded:
// instance keys of the fleet file, routes and words from fixed lists; never an instance id, never the text
// of an error.
package metrics

import (
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

//go:generate go test -run TestReferenceIsCurrent -update .

// Metrics is what one process exports. Its methods may be called from any goroutine.
type Metrics struct {
	reg prometheus.Registerer
	now func() time.Time

	steps     *prometheus.CounterVec
	lateness  *prometheus.HistogramVec
	durations *prometheus.HistogramVec
	requests  *prometheus.CounterVec
	latency   *prometheus.HistogramVec
	throttled prometheus.Counter

	mu     sync.Mutex
	causes map[string]string // verb of the step under way and its cause, by key
}

// New registers the collectors that count. now is the clock that events are dated by.
func New(reg prometheus.Registerer, version string, now func() time.Time) (*Metrics, error) {
	m := &Metrics{reg: reg, now: now, causes: map[string]string{},
		steps:     stepsTotal.counter(),
		lateness:  transitionLateness.histogram(latenessBuckets()),
		durations: operationDuration.histogram(durationBuckets()),
		requests:  apiRequestsTotal.counter(),
		latency:   apiRequestDuration.histogram(prometheus.DefBuckets),
		throttled: apiThrottledTotal.counter().WithLabelValues(),
	}
	for _, verb := range []string{"pause", "resume"} {
		m.lateness.WithLabelValues(verb) // from 0, so that an increase shows the first one too
	}
	build := buildInfo.gauge()
	build.WithLabelValues(version, runtime.Version()).Set(1)
	var errs []error
	for _, c := range []prometheus.Collector{m.steps, m.lateness, m.durations, m.requests, m.latency, m.throttled, build} {
		errs = append(errs, reg.Register(c))
	}
	return m, errors.Join(errs...)
}

// Watch registers the collector that asks source whenever it is scraped.
func (m *Metrics) Watch(source func() Fleet) error {
	return m.reg.Register(&fleetCollector{source: source, now: m.now})
}

// A transition is late by seconds when the budget is well kept, by minutes behind a wave, by
// hours after downtime.
func latenessBuckets() []float64 { return []float64{.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600} }

// Aura needs one to five minutes for most operations, up to twenty for a create.
func durationBuckets() []float64 { return []float64{15, 30, 60, 90, 120, 180, 300, 600, 1200, 3600} }
