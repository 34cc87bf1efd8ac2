package daemon_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// A wave is n instances that share one edge, at 02:00, on a limit of N requests a minute, with
// operations that take 60 to 180 s. Everything is measured by the simulator, in virtual time.
type wave struct{ n, limit int }

var waveRange = aurasim.Range{Min: 60 * time.Second, Max: 180 * time.Second}

// measure is what a wave cost.
type measure struct {
	late     time.Duration // of the transition that was latest beyond its share: see lateness
	requests int           // from the edge until the last one was confirmed
	took     time.Duration
	refused  int
}

// leastRequests is one pause and one look each.
func (w wave) leastRequests() int { return 2 * w.n }

// leastTime is the least in which 2n requests at N a minute can pause and confirm n instances,
// for one who knows only that a pause may take as long as waveRange.Max: the last pause leaves
// in minute (n-1)/N, and the last look in minute (2n-1)/N.
func (w wave) leastTime() time.Duration {
	lastPause := time.Duration((w.n-1)/w.limit) * time.Minute
	lastLook := time.Duration((2*w.n-1)/w.limit) * time.Minute
	return max(lastPause+waveRange.Max, lastLook)
}

func TestWaves(t *testing.T) {
	measureWaves(t, []wave{{1, 25}, {25, 25}, {100, 25}, {25, 125}, {100, 125}})
}

// TestLongWaves prints the table of docs/performance.md.
func TestLongWaves(t *testing.T) {
	long(t)
	measureWaves(t, []wave{{1, 25}, {25, 25}, {100, 25}, {500, 25}, {1, 125}, {25, 125}, {100, 125}, {500, 125}})
}

// long keeps a simulation of minutes out of the everyday tests: make bench and CI run it.
func long(t *testing.T) {
	t.Helper()
	if os.Getenv("AURAD_LONG") != "1" {
		t.Skip("long simulation: run it with AURAD_LONG=1, or make bench")
	}
}

// measureWaves holds the daemon to its promises on an edge.
func measureWaves(t *testing.T, waves []wave) {
	t.Helper()
	rows := []string{fmt.Sprintf("%5s %5s | %9s %9s %6s | %8s %8s %6s | %9s %9s %6s", "n", "N", "lateness", "requests", "x", "time", "least", "x", "naive req", "time", "429s")}
	for _, wv := range waves {
		var m, naive measure
		inWorld(t, wv.simulator(), func(w *world) { m = wv.run(w) })
		inWorld(t, wv.simulator(), func(w *world) { naive = wv.naive(w) })
		x := float64(m.requests) / float64(wv.leastRequests())
		y := float64(m.took) / float64(wv.leastTime())
		rows = append(rows, fmt.Sprintf("%5d %5d | %8.1fs %9d %6.2f | %7.0fs %7.0fs %6.2f | %9d %8.0fs %6d", wv.n, wv.limit,
			m.late.Seconds(), m.requests, x, m.took.Seconds(), wv.leastTime().Seconds(), y, naive.requests, naive.took.Seconds(), naive.refused))
		if m.late > 2*time.Second {
			t.Errorf("n=%d N=%d: a pause was accepted %s later than its share of the budget allows", wv.n, wv.limit, m.late)
		}
		if x > 1.15 || y > 1.1 || m.refused > 0 {
			t.Errorf("n=%d N=%d: %.2f times the least requests, %.2f times the least time, %d refused", wv.n, wv.limit, x, y, m.refused)
		}
	}
	t.Log("\n" + strings.Join(rows, "\n"))
}

func (wv wave) simulator() aurasim.Config {
	return aurasim.Config{RequestsPerMinute: wv.limit, Seed: 7,
		Durations: map[aurasim.Op]aurasim.Range{aurasim.OpPause: waveRange, aurasim.OpResume: waveRange}}
}

// run lets aurad settle a running fleet before the edge, then measures the edge. It knows how
// long its last twenty pauses took.
func (wv wave) run(w *world) measure {
	w.limit = wv.limit
	w.head = strings.Replace(header, "requests_per_minute: 25", fmt.Sprintf("requests_per_minute: %d", wv.limit), 1)
	w.add(wv.n)
	w.teach(reconcile.Pause, waveRange)
	w.start(wv.fleet())
	edge := time.Now().Add(2 * time.Hour)
	w.run(time.Until(edge.Add(-time.Second)))
	w.settled("running")
	before := w.sim.RequestCount()
	w.run(2 * time.Second)
	for time.Since(edge) < 2*time.Hour && !w.allConfirmed() {
		w.run(time.Second)
	}
	return wv.measure(w, edge, before)
}

// teach gives the state folder the memory of twenty operations of a professional 2 GB instance.
func (w *world) teach(v reconcile.Verb, took aurasim.Range) {
	w.t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var all []time.Duration
	for range 20 {
		all = append(all, took.Min+time.Duration(rng.Int64N(int64(took.Max-took.Min))))
	}
	st, err := folder.Open(w.dir, "")
	if err != nil {
		w.t.Fatal(err)
	}
	if err := st.PutTimings(reconcile.ClassOf(v, "professional-db", "2GB"), all); err != nil {
		w.t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		w.t.Fatal(err)
	}
}

func (wv wave) fleet() string {
	var b strings.Builder
	b.WriteString("schedules: {office: {running: [\"daily 00:00-02:00\"], ready_by: off}}\ninstances:\n")
	for i := range wv.n {
		name := fmt.Sprintf("i%03d", i)
		fmt.Fprintf(&b, "  %s: {schedule: office, adopt: true}\n", name)
	}
	return b.String()
}

// measure reads the simulator's log.
func (wv wave) measure(w *world, edge time.Time, before int) measure {
	var m measure
	var pauses []time.Time
	for _, r := range w.sim.Requests()[before:] {
		if !strings.HasPrefix(r.Path, "/v1/instances/") {
			continue // the list and the token are not of the wave
		}
		m.requests++
		m.took = r.At.Sub(edge)
		if r.Status == 429 {
			m.refused++
		}
		if strings.HasSuffix(r.Path, "/pause") && r.Accepted() {
			pauses = append(pauses, r.At)
		}
	}
	slices.SortFunc(pauses, time.Time.Compare)
	for k, at := range pauses {
		share := time.Duration(k/wv.limit) * time.Minute
		m.late = max(m.late, at.Sub(edge)-share)
	}
	if len(pauses) != wv.n {
		w.t.Errorf("n=%d N=%d: %d pauses were accepted", wv.n, wv.limit, len(pauses))
	}
	return m
}

// naive is what most scripts do: pause each when it is due, ask for each every ten seconds,
// first come first served, and when refused, wait as long as they are told.
func (wv wave) naive(w *world) measure {
	client := newClient(w)
	w.limit = math.MaxInt // it runs into refusals: that is its nature
	edge := time.Now()
	var queue []job
	for _, id := range w.add(wv.n) {
		queue = append(queue, job{id: id, at: edge})
	}
	before := w.sim.RequestCount()
	for len(queue) > 0 {
		slices.SortStableFunc(queue, func(a, b job) int { return cmp.Or(a.at.Compare(b.at)) })
		j := queue[0]
		queue = queue[1:]
		time.Sleep(time.Until(j.at))
		if next, again := j.ask(client); again {
			queue = append(queue, next)
		}
	}
	return wv.measure(w, edge, before)
}

// job is one instance in the hands of the naive controller.
type job struct {
	id     string
	at     time.Time // when it is to be asked for next
	paused bool      // the pause was accepted
}

func (j job) ask(c *aura.Client) (job, bool) {
	ctx := context.Background()
	if !j.paused {
		_, err := c.Pause(ctx, j.id)
		j.paused, j.at = err == nil, j.next(err)
		return j, true
	}
	in, err := c.Instance(ctx, j.id)
	j.at = j.next(err)
	return j, err != nil || in.Status != aura.Paused
}

func (j job) next(err error) time.Time {
	var e *failure.Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		return time.Now().Add(e.RetryAfter)
	}
	return time.Now().Add(10 * time.Second)
}

func newClient(w *world) *aura.Client {
	c, err := aura.New(aura.Config{BaseURL: "http://127.0.0.1:1", ClientID: aurasim.DemoClientID, ClientSecret: secrets.NewSecret(aurasim.DemoClientSecret),
		HTTP: &http.Client{Transport: w.sim.Transport()}})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// add seeds n running instances, named as the fleet names them.
func (w *world) add(n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, w.sim.Add(aurasim.Instance{Name: fmt.Sprintf("i%03d", i), TenantID: aurasim.DemoTenantID, Status: "running",
			Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Memory: "2GB", Storage: "4GB"}))
	}
	return ids
}

// settled demands that all live instances have this status.
func (w *world) settled(status string) {
	w.t.Helper()
	for _, in := range w.sim.Instances() {
		if !in.Deleted && in.Status != status {
			w.t.Fatalf("%s is %s, not %s", in.Name, in.Status, status)
		}
	}
}

// allConfirmed reports whether the daemon itself knows every instance to be as desired.
func (w *world) allConfirmed() bool {
	for _, in := range w.d.Snapshot().Instances {
		if in.Live != string(in.Desired) || in.Doing != "" {
			return false
		}
	}
	return true
}
