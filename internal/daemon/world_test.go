package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/dotenv"
	"github.com/aurad/aurad/spec"
)

// world is a simulator, a state folder and a credential store that outlive daemons, in virtual
// time. Everything in it is real but the clock and the network.
type world struct {
	t      *testing.T
	sim    *aurasim.Sim
	began  time.Time // in true time, as the simulator counts it
	dir    string
	store  secrets.Store
	events []journal.Event

	// How the daemons of this world differ from a plain one; zero values change nothing.
	limit   int                                       // requests a minute that calm allows; inWorld sets 25
	head    string                                    // instead of header
	clock   clock.Clock                               // instead of the bubble's
	crash   func(point string)                        // told of every boundary of a create
	wire    func(http.RoundTripper) http.RoundTripper // between the budget and the simulator
	log     *slog.Logger
	workers int

	state *state.State
	spool *spool // of state
	d     *daemon.Daemon
	fleet string // in force, as the file has it
}

const header = `schema: aurad/v1
fleet: acme
tenant_id: ` + aurasim.DemoTenantID + `
budget: {requests_per_minute: 25}
credentials: {store: dotenv}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
`

// inWorld runs f in a bubble of virtual time that begins at midnight UTC.
func inWorld(t *testing.T, cfg aurasim.Config, f func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store, err := dotenv.Open(filepath.Join(tempDir(t), "credentials"))
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, sim: aurasim.New(cfg), began: time.Now(), dir: tempDir(t), store: store, limit: 25, head: header, clock: clock.NewReal(),
			wire: func(rt http.RoundTripper) http.RoundTripper { return rt }, log: slog.New(slog.DiscardHandler)}
		f(w)
		if w.state != nil {
			w.stop()
		}
		w.calm()
	})
}

// calm holds in every world, whatever its story is: never more requests in a minute than the
// limit, and no request repeated in a hot loop.
func (w *world) calm() {
	w.t.Helper()
	if n := w.sim.MaxPerMinute(aurasim.DemoClientID); n > w.limit {
		w.t.Errorf("%d requests within a minute, the limit is %d", n, w.limit)
	}
	type moment struct {
		what string
		at   time.Time
	}
	same := map[moment]int{}
	for _, r := range w.sim.Requests() {
		m := moment{r.Method + " " + r.Path + " " + r.Body, r.At.Truncate(time.Second)}
		if r.Path == "/v1/tenants" {
			continue // only strangers ask for these
		}
		if same[m]++; same[m] == 5 {
			w.t.Errorf("a hot loop: %s at %s\n%s", m.what, m.at.Format("15:04:05"), w.story())
		}
	}
}

// tempDir is a folder in memory where there is one: a world syncs at every step, and a thousand
// worlds would measure the disk.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "aurad-world-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// start begins a daemon on the fleet, as after a reboot.
func (w *world) start(fleet string) {
	w.t.Helper()
	if w.state != nil {
		w.stop()
	}
	w.startOn(w.parse(fleet))
}

// startOn begins a daemon on a fleet that was read already.
func (w *world) startOn(f *spec.Fleet) {
	w.t.Helper()
	engines, err := folder.Engines(w.dir, "")
	if err != nil {
		w.t.Fatal(err)
	}
	w.spool = &spool{Engine: engines.Fleet}
	engines.Fleet = w.spool
	if w.state, err = state.Open(engines); err != nil {
		w.t.Fatal(err)
	}
	w.daemonOn(f)
}

// daemonOn makes a daemon on the open state.
func (w *world) daemonOn(f *spec.Fleet) {
	w.t.Helper()
	sent, err := w.state.Budget()
	if err != nil {
		w.t.Fatal(err)
	}
	budget := budget.New(f.Budget.RequestsPerMinute, budget.Config{Next: w.wire(w.sim.Transport()), Clock: w.clock, Log: w.log, Sent: sent, Keep: w.state.PutBudget})
	client, err := aura.New(aura.Config{BaseURL: "http://127.0.0.1:1", ClientID: aurasim.DemoClientID, ClientSecret: secrets.NewSecret(aurasim.DemoClientSecret),
		HTTP: &http.Client{Transport: budget}, Tokens: w.state.Tokens(), Clock: w.clock.Now, Log: w.log})
	if err != nil {
		w.t.Fatal(err)
	}
	w.d, err = daemon.New(daemon.Config{API: client, Budget: budget, Store: w.store, State: w.state, Clock: w.clock, Log: w.log, Fleet: f, Crash: w.crash, Workers: w.workers,
		Notify: func(e journal.Event) { w.events = append(w.events, e) }})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) stop() {
	if err := w.state.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.state = nil
}

func (w *world) parse(fleet string) *spec.Fleet {
	w.t.Helper()
	w.fleet = w.head + fleet
	if name, rest, ok := strings.Cut(fleet, "\n"); ok && strings.HasPrefix(name, "fleet: ") { // another name, or with "fleet:" none
		w.fleet = strings.Replace(w.head, "fleet: acme\n", strings.TrimPrefix(name+"\n", "fleet: \n"), 1) + rest
	}
	f, err := spec.Parse("fleet.yaml", []byte(w.fleet))
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// removal is the line that states the deletion of a key's instance, which has this name.
func (w *world) removal(key, name string) string {
	return fmt.Sprintf("removed: [{key: %s, id: %s}]\n", key, w.live(name).ID)
}

// edit brings a new fleet.yaml into force.
func (w *world) edit(fleet string) {
	w.t.Helper()
	if err := w.d.SetFleet(w.parse(fleet)); err != nil {
		w.t.Fatal(err)
	}
}

// plan looks at everything and returns the plan.
func (w *world) plan() reconcile.Plan {
	w.t.Helper()
	if err := w.d.Observe(w.t.Context(), func(int, int) {}); err != nil {
		w.t.Fatal(err)
	}
	return w.d.Plan(time.Now())
}

// apply reconciles until nothing is left to do, within an hour of virtual time.
func (w *world) apply() reconcile.Plan {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Hour)
	defer cancel()
	plan, err := w.d.Apply(ctx)
	if err != nil {
		w.t.Fatalf("apply: %v\n%s", err, w.story())
	}
	return plan
}

// run lets the daemon run for a while.
func (w *world) run(d time.Duration) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), d)
	defer cancel()
	if err := w.d.Run(ctx, nil, nil); err != nil {
		w.t.Fatal(err)
	}
}

// converge applies and demands that nothing is left, not even when looked at anew.
func (w *world) converge() {
	w.t.Helper()
	if p := w.apply(); !p.Matches() {
		w.t.Fatalf("the fleet does not match:\n%s\nevents:\n%s", steps(p), w.story())
	}
	if p := w.plan(); !p.Matches() {
		w.t.Fatalf("the fleet does not match when looked at anew:\n%s\nevents:\n%s", steps(p), w.story())
	}
}

// live returns the ground truth of the instance with this name.
func (w *world) live(name string) aurasim.Instance {
	w.t.Helper()
	for _, in := range w.sim.Instances() {
		if in.Name == name && !in.Deleted {
			return in
		}
	}
	w.t.Fatalf("no live instance is named %q\n%s", name, w.story())
	return aurasim.Instance{}
}

// alive counts the instances that would be billed.
func (w *world) alive() int {
	n := 0
	for _, in := range w.sim.Instances() {
		if !in.Deleted {
			n++
		}
	}
	return n
}

func (w *world) story() string {
	var b strings.Builder
	for _, e := range w.events {
		fmt.Fprintf(&b, "%s %-8s %-12s %s: %s\n", e.At.Format("15:04:05"), e.Kind, e.Key, e.Verb, e.Text)
	}
	return b.String()
}

func steps(p reconcile.Plan) string {
	var b strings.Builder
	for _, s := range p.Steps {
		fmt.Fprintf(&b, "%d %s %s %s (%s) %s %v\n", s.Phase, s.Key, s.InstanceID, s.Verb, s.Cause, s.Reason, s.Changes)
	}
	return b.String()
}

// password is what the store has for key.
func (w *world) password(key string) string {
	w.t.Helper()
	c, err := w.store.Get(w.t.Context(), key)
	if errors.Is(err, secrets.ErrMissing) {
		return ""
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return c.Password.Reveal()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
