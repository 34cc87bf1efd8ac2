package metrics_test

import (
	"bytes"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/aurad/aurad/metrics"
)

var update = flag.Bool("update", false, "write docs/metrics.md anew")

func epoch() time.Time { return time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC) }

// bench is a registry with a fleet and a clock that a test moves.
type bench struct {
	reg   *prometheus.Registry
	m     *metrics.Metrics
	now   time.Time
	fleet metrics.Fleet
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{reg: prometheus.NewPedanticRegistry(), now: epoch()}
	var err error
	if b.m, err = metrics.New(b.reg, "v1.2.3", func() time.Time { return b.now }); err != nil {
		t.Fatal(err)
	}
	if err := b.m.Watch(func() metrics.Fleet { return b.fleet }); err != nil {
		t.Fatal(err)
	}
	return b
}

// wants compares the metrics named in want, and no others.
func (b *bench) wants(t *testing.T, want string) {
	t.Helper()
	var names []string
	for line := range strings.SplitSeq(strings.TrimSpace(want), "\n") {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "# TYPE "); ok {
			names = append(names, strings.Fields(name)[0])
		}
	}
	got, err := b.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, f := range got {
		for _, name := range names {
			if f.GetName() == name {
				text.WriteString("# HELP " + name + " " + f.GetHelp() + "\n")
			}
		}
	}
	if err := testutil.GatherAndCompare(b.reg, strings.NewReader(text.String()+want), names...); err != nil {
		t.Error(err)
	}
}

func full() metrics.Fleet {
	at := epoch()
	return metrics.Fleet{
		Ready: true, ListedAt: at.Add(-time.Minute), BudgetLimit: 25, BudgetRemaining: 7, ConfigOK: true, ConfigLoadedAt: at.Add(-time.Hour),
		VaultTokenExpiry: at.Add(time.Hour), Holds: []string{"running"},
		Plan: []metrics.Step{{"pause", "schedule"}, {"pause", "schedule"}, {"blocked", "ownership"}},
		Instances: []metrics.Instance{
			{Key: "a", Type: "professional-db", Schedule: "office", Desired: "paused", Live: "running", Exists: true, SeenAt: at.Add(-5 * time.Minute),
				NextAt: at.Add(12 * time.Hour), NextState: "running", Credential: "stored", Saving: 0.2, Priced: true},
			{Key: "b", Type: "professional-db", Desired: "paused", Live: "running", Exists: true, SeenAt: at.Add(-2 * time.Minute), Credential: "spooled"},
			{Key: "c", Type: "free-db", Desired: "running", Live: "dreaming\x00", Exists: true, SeenAt: at, Credential: "unknown", Matches: true},
			{Key: "d", Type: "business-critical", Desired: "running"},
			{Key: "e", Type: "business-critical", Desired: "running", Exists: true},
		},
	}
}

func TestAFleetAsItIsScraped(t *testing.T) {
	b := newBench(t)
	b.fleet = full()
	b.wants(t, `
# TYPE aurad_instances gauge
aurad_instances{desired="paused",live="running"} 2
aurad_instances{desired="running",live="other"} 1
aurad_instances{desired="running",live="absent"} 1
aurad_instances{desired="running",live="unknown"} 1
# TYPE aurad_credentials gauge
aurad_credentials{state="lost"} 0
aurad_credentials{state="spooled"} 1
aurad_credentials{state="stored"} 1
aurad_credentials{state="unanswered"} 0
aurad_credentials{state="unknown"} 1
# TYPE aurad_holds gauge
aurad_holds{state="paused"} 0
aurad_holds{state="running"} 1
# TYPE aurad_plan_steps gauge
aurad_plan_steps{cause="ownership",verb="blocked"} 1
aurad_plan_steps{cause="schedule",verb="pause"} 2
# TYPE aurad_oldest_look_age_seconds gauge
aurad_oldest_look_age_seconds 300
# TYPE aurad_instance_next_transition_timestamp_seconds gauge
aurad_instance_next_transition_timestamp_seconds{key="a",state="running"} 1.7955900e+09
# TYPE aurad_api_budget_remaining_requests gauge
aurad_api_budget_remaining_requests 7
# TYPE aurad_vault_token_expiry_timestamp_seconds gauge
aurad_vault_token_expiry_timestamp_seconds 1.7955504e+09
# TYPE aurad_config_last_reload_successful gauge
aurad_config_last_reload_successful 1
`)
}

func TestStepsAndLateness(t *testing.T) {
	b := newBench(t)
	at := epoch()
	for _, e := range []metrics.Event{
		{At: at.Add(2 * time.Second), Key: "a", Verb: "pause", Cause: "schedule", Outcome: metrics.Started, Due: at},
		{At: at.Add(90 * time.Second), Key: "a", Verb: "pause", Outcome: metrics.Finished, Took: 88 * time.Second},
		{At: at.Add(-5 * time.Minute), Key: "b", Verb: "resume", Cause: "ready_by", Outcome: metrics.Started, Due: at}, // early
		{At: at, Key: "c", Verb: "resize", Cause: "drift", Outcome: metrics.Failed},
		{At: at, Key: "d", Verb: "create", Outcome: metrics.Finished}, // began before this process
		{At: at, Key: "e", Verb: "rename", Cause: "drift", Outcome: metrics.Started, Due: at.Add(-time.Hour)},
	} {
		b.m.Count(e)
	}
	b.wants(t, `
# TYPE aurad_steps_total counter
aurad_steps_total{cause="schedule",outcome="started",verb="pause"} 1
aurad_steps_total{cause="schedule",outcome="finished",verb="pause"} 1
aurad_steps_total{cause="ready_by",outcome="started",verb="resume"} 1
aurad_steps_total{cause="drift",outcome="failed",verb="resize"} 1
aurad_steps_total{cause="unknown",outcome="finished",verb="create"} 1
aurad_steps_total{cause="drift",outcome="started",verb="rename"} 1
# TYPE aurad_transition_lateness_seconds histogram
aurad_transition_lateness_seconds_bucket{verb="pause",le="0.5"} 0
aurad_transition_lateness_seconds_bucket{verb="pause",le="1"} 0
aurad_transition_lateness_seconds_bucket{verb="pause",le="2"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="5"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="10"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="30"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="60"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="120"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="300"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="900"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="3600"} 1
aurad_transition_lateness_seconds_bucket{verb="pause",le="+Inf"} 1
aurad_transition_lateness_seconds_sum{verb="pause"} 2
aurad_transition_lateness_seconds_count{verb="pause"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="0.5"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="1"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="2"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="5"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="10"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="30"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="60"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="120"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="300"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="900"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="3600"} 1
aurad_transition_lateness_seconds_bucket{verb="resume",le="+Inf"} 1
aurad_transition_lateness_seconds_sum{verb="resume"} 0
aurad_transition_lateness_seconds_count{verb="resume"} 1
`)
}

// The paused time is exact however seldom it is scraped, and a counter never falls.
func TestPausedTimeIsCountedBetweenScrapes(t *testing.T) {
	b := newBench(t)
	at := epoch()
	steps := []struct {
		name   string
		after  time.Duration // since the beginning
		live   string
		since  time.Duration
		paused float64
	}{
		{"paused before the first scrape", 0, "paused", -time.Hour, 0},
		{"still paused", 10 * time.Minute, "paused", -time.Hour, 600},
		{"resumed 5 min after that scrape", 30 * time.Minute, "running", 15 * time.Minute, 900},
		{"still running", 40 * time.Minute, "running", 15 * time.Minute, 900},
		{"paused again 5 min before this scrape", time.Hour, "paused", 55 * time.Minute, 1200},
		{"the clock was set back", 50 * time.Minute, "paused", 55 * time.Minute, 1200},
	}
	for _, s := range steps {
		b.now = at.Add(s.after)
		b.fleet = metrics.Fleet{Instances: []metrics.Instance{{Key: "a", Live: s.live, Exists: true, Since: at.Add(s.since), Saving: 6, Priced: true}, {Key: "b"}}}
		got := value(t, b.reg, "aurad_instance_paused_seconds_total")
		if got != s.paused {
			t.Errorf("%s: paused for %g s, want %g", s.name, got, s.paused)
		}
		if saved := value(t, b.reg, "aurad_instance_estimated_savings_dollars_total"); saved != s.paused/600 {
			t.Errorf("%s: saved %g dollars, want %g", s.name, saved, s.paused/600)
		}
	}
}

// value is the first sample of a metric.
func value(t *testing.T, reg *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	t.Fatalf("%s is not exported", name)
	return 0
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRequestsAreCountedByRoute(t *testing.T) {
	b := newBench(t)
	status, fail := 200, error(nil)
	rt := b.m.Transport(roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: http.NoBody}, fail
	}))
	ask := func(method, path string) {
		resp, err := rt.RoundTrip(httptest.NewRequest(method, path, nil))
		if err == nil {
			resp.Body.Close()
		}
	}
	ask("GET", "/v1/instances/db1d1234?x=/v1/tenants")
	ask("GET", "/proxy/v1/instances/beef0001")
	ask("POST", "/v1/instances/db1d1234/pause")
	status = 429
	ask("GET", "/v1/instances")
	status, fail = 0, errors.New("connection reset by 10.1.2.3")
	ask("BREW", "/v1/coffee/db1d1234")
	b.wants(t, `
# TYPE aurad_api_requests_total counter
aurad_api_requests_total{code="200",endpoint="/v1/instances/{id}",method="GET"} 2
aurad_api_requests_total{code="200",endpoint="/v1/instances/{id}/pause",method="POST"} 1
aurad_api_requests_total{code="429",endpoint="/v1/instances",method="GET"} 1
aurad_api_requests_total{code="error",endpoint="other",method="other"} 1
# TYPE aurad_api_throttled_total counter
aurad_api_throttled_total 1
`)
}

func TestEndpoint(t *testing.T) {
	for path, want := range map[string]string{
		"/oauth/token":                        "/oauth/token",
		"/v1/instances/sizing":                "/v1/instances/sizing",
		"/v1/instances/a/snapshots/b/restore": "/v1/instances/{id}/snapshots/{id}/restore",
		"/v1/tenants/3f0c6a52":                "/v1/tenants/{id}",
		"/v1/instances/":                      "other",
		"/v1/instances/a/b/c/d/e":             "other",
		"":                                    "other",
		"/v1/instances/db1d1234/explode":      "other",
		"/v1/customer-managed-keys/k":         "/v1/customer-managed-keys/{id}",
		"/v1/tenants/t/metrics-integration":   "other",
	} {
		if got := metrics.Endpoint(path); got != want {
			t.Errorf("Endpoint(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestNamesAreAsPrometheusWantsThem(t *testing.T) {
	b := everything(t)
	problems, err := testutil.GatherAndLint(b.reg)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// everything has at least one sample of every metric.
func everything(t *testing.T) *bench {
	b := newBench(t)
	b.fleet = full()
	at := epoch()
	b.m.Count(metrics.Event{At: at, Key: "a", Verb: "pause", Cause: "schedule", Outcome: metrics.Started, Due: at})
	b.m.Count(metrics.Event{At: at, Key: "a", Verb: "pause", Outcome: metrics.Finished, Took: time.Minute})
	rt := b.m.Transport(roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
	}))
	resp, err := rt.RoundTrip(httptest.NewRequest("GET", "/v1/instances", nil))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return b
}

func TestEveryDescribedMetricIsExportedAndNoOther(t *testing.T) {
	b := everything(t)
	families, err := b.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	exported := map[string]bool{}
	for _, f := range families {
		exported[f.GetName()] = true
	}
	for _, d := range metrics.Describe() {
		if !exported[d.Name] {
			t.Errorf("%s is described but not exported", d.Name)
		}
		delete(exported, d.Name)
	}
	for name := range exported {
		t.Errorf("%s is exported but not described", name)
	}
}

func TestReferenceIsCurrent(t *testing.T) {
	var want bytes.Buffer
	if err := metrics.WriteReference(&want); err != nil {
		t.Fatal(err)
	}
	const file = "../docs/metrics.md"
	if *update {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("docs/metrics.md is out of date: go generate ./metrics")
	}
}
