package prometheus_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/fleettest"
)

const (
	header = `schema: aurad/v1
tenant_id: ` + aurasim.DemoTenantID + `
credentials: {store: dotenv}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
`
	calm = "instances: {one: {}, two: {}}\n"
)

// scene is a running daemon that a real Prometheus scrapes.
type scene struct {
	*fleettest.World
	prom server
	gone atomic.Bool // the daemon does not answer
	t    *testing.T
}

// stage starts both. The simulator may be set up before the daemon asks it.
func stage(t *testing.T) *scene {
	t.Helper()
	tool(t, "prometheus")
	s := &scene{t: t}
	slow := aurasim.Range{Min: 20 * time.Second, Max: 40 * time.Second}
	s.World = fleettest.Start(t, fleettest.Options{Header: header, Fleet: calm, Clock: fleettest.NewClock(time.Now(), faster), Live: []aurasim.Instance{{Name: "taken"}},
		Sim:    aurasim.Config{Durations: map[aurasim.Op]aurasim.Range{aurasim.OpCreate: slow, aurasim.OpPause: slow, aurasim.OpDelete: slow}},
		Faults: []aurasim.Fault{down("/")}})
	target, err := url.Parse(s.URL)
	check(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = log.New(io.Discard, "", 0) // scrapes that end with the test
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.gone.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	s.prom = prometheus(t, strings.TrimPrefix(front.URL, "http://"))
	return s
}

func down(prefix string) aurasim.Fault {
	return aurasim.Fault{Kind: aurasim.Status, Code: 503, PathPrefix: prefix, Times: -1}
}

// reload brings a fleet file into force, or fails to.
func (s *scene) reload(fleet string, fault error) {
	s.t.Helper()
	re := fleetfile.Reload{Err: fault, At: s.Clock.Now()}
	if fault == nil {
		re.Fleet = s.Parse(header, fleet)
	}
	s.Reloads <- re
}

// fire waits until all these alerts have fired since a moment ago, and clears until none does.
func (s *scene) fire(names ...string) {
	s.t.Helper()
	began := time.Now()
	missing := func() []string {
		have := s.prom.alerts(time.Since(began) + time.Second)
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(have, n) })
	}
	for end := began.Add(time.Minute); len(missing()) > 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("these never fired: %v\nfiring: %v\nevents:\n%s", missing(), s.prom.alerts(0), s.story())
		}
	}
	s.t.Logf("%v fired within %s", names, time.Since(began).Round(time.Second))
}

func (s *scene) clear() {
	s.t.Helper()
	began := time.Now()
	for end := began.Add(time.Minute); len(s.prom.alerts(0)) > 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("these never cleared: %v\nevents:\n%s", s.prom.query(`ALERTS{alertstate="firing"}`), s.story())
		}
	}
	s.t.Logf("all cleared within %s", time.Since(began).Round(time.Second))
}

func (s *scene) story() string {
	var b strings.Builder
	for _, e := range s.Journal.Recent(60) {
		fmt.Fprintf(&b, "%s %s %s %s: %s\n", e.At.Format("15:04:05"), e.Kind, e.Key, e.Verb, e.Text)
	}
	return b.String()
}

// Every alert fires on a running daemon in trouble, and clears when the trouble is over.
func TestEveryAlertFiresAndClears(t *testing.T) {
	s := stage(t)
	seen := map[string]bool{}
	act := func(names ...string) {
		t.Helper()
		s.fire(names...)
		for _, n := range names {
			seen[n] = true
		}
	}

	// Aura is down when aurad starts.
	act("AuradNotReady", "AuradAPIErrors")
	s.Sim.ClearFaults()
	s.clear()

	// Everything goes wrong at once. `late` should be paused soon, and Aura refuses all pauses.
	s.Store.Full.Store(true)
	s.Store.Expires(time.Now().Add(10 * time.Minute))
	s.Sim.Inject(aurasim.Fault{Kind: aurasim.CutAfter, Method: "POST", Match: func(r aurasim.Request) bool { return strings.Contains(string(r.Body), `"lost`) }})
	s.Sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 500, Method: "POST", Times: -1, Match: func(r aurasim.Request) bool { return strings.HasSuffix(r.Path, "/pause") }})
	s.Sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 500, Method: "GET", Times: -1, PathPrefix: "/v1/instances/" + s.Live("one").ID})
	edge := s.Clock.Now().UTC().Add(10 * time.Minute).Format("15:04")
	from := s.Clock.Now().UTC().Add(-2 * time.Hour).Format("15:04")
	s.reload(fmt.Sprintf(`policy: {create_grace: 2m}
schedules: {short: {running: ["daily %s-%s"]}}
instances: {one: {}, two: {schedule: short}, taken: {}, lost: {}, spooled: {}}
`, from, edge), nil)
	s.Until(time.Minute, "the new instance to lose its password", func() bool { return strings.Contains(s.story(), "may have been carried out") })
	s.reload("", errors.New("fleet.yaml:3:1: no"))
	s.Sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 429, Method: "GET", PathPrefix: "/v1/instances", RetryAfter: "5", Times: 12,
		Match: func(r aurasim.Request) bool { return r.Path == "/v1/instances" }})
	act("AuradCredentialLost", "AuradCredentialNotStored", "AuradVaultTokenExpiring", "AuradConfigReloadFailed", "AuradBlocked",
		"AuradStepsFailing", "AuradAPIThrottled", "AuradInstanceNotAsDesired", "AuradLooksStale")

	// All is mended; the pause that was due long ago goes out.
	s.Sim.ClearFaults()
	s.Store.Full.Store(false)
	s.Store.Expires(time.Now().Add(24 * time.Hour))
	settled := fmt.Sprintf("policy: {on_lost_credentials: recreate, mode: sync}\nschedules: {short: {running: [\"daily %s-%s\"]}}\ninstances: {one: {}, two: {schedule: short}, lost: {}, spooled: {}}\n", from, edge)
	s.reload(settled, nil)
	act("AuradTransitionsLate")
	s.clear()

	// A fleet that wants more than its budget.
	s.reload("budget: {requests_per_minute: 1}\nobserve: {scan_interval: 1m, max_age: 10m}\n"+settled, nil)
	act("AuradBudgetExhausted")
	s.reload(settled, nil)
	s.clear()

	s.gone.Store(true)
	act("AuradDown")
	s.gone.Store(false)
	s.clear()
	until(t, time.Minute, "aurad to be scraped again", func() bool { return len(s.prom.query("aurad_build_info")) > 0 })

	s.showsSomething()
	for _, name := range alertNames(t) {
		if !seen[name] {
			t.Errorf("nothing here makes %s fire", name)
		}
	}
}
