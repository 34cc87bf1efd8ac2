package daemon_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/dotenv"
	"github.com/aurad/aurad/spec"
)

const greenTenant = "11111111-2222-3333-4444-555555555555"

// duo is two accounts of one fleet file in virtual time: blue with 25 requests a minute, green
// with 6, on one simulator that knows them apart by client id and tenant.
type duo struct {
	t     *testing.T
	sim   *aurasim.Sim
	group *group.Group
	fleet *spec.Fleet
	wrap  func(account string, owners *book.Owners, s secrets.Store) secrets.Store

	mu     sync.Mutex
	events []journal.Event
}

const duoHead = `schema: aurad/v1
fleet: acme
accounts:
  blue: {tenant_id: ` + aurasim.DemoTenantID + `, budget: {requests_per_minute: 25}}
  green: {tenant_id: ` + greenTenant + `, budget: {requests_per_minute: 6}}
credentials: {store: dotenv}
defaults: {account: blue, cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
`

func inDuo(t *testing.T, fleet string, f func(*duo)) {
	t.Helper()
	inDuoWith(t, fleet, func(_ string, _ *book.Owners, s secrets.Store) secrets.Store { return s }, f)
}

// inDuoWith has stores that wrap may do something to.
func inDuoWith(t *testing.T, fleet string, wrap func(string, *book.Owners, secrets.Store) secrets.Store, f func(*duo)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &duo{t: t, wrap: wrap, sim: aurasim.New(aurasim.Config{RequestsPerMinute: -1, Clients: map[string]string{"blue": "b", "green": "g"},
			Tenants: []catalog.Tenant{{ID: aurasim.DemoTenantID, Name: "Blue"}, {ID: greenTenant, Name: "Green"}}})}
		w.fleet = w.parse(fleet)
		owners, credentials := book.NewOwners(), filepath.Join(tempDir(t), "credentials")
		w.group = group.New(w.fleet, w.account("blue", owners, credentials), w.account("green", owners, credentials))
		f(w)
		for client, limit := range map[string]int{"blue": 25, "green": 6} {
			if n := w.sim.MaxPerMinute(client); n > limit || n == 0 {
				t.Errorf("%s: %d requests within a minute, the limit is %d", client, n, limit)
			}
		}
	})
}

func (w *duo) parse(fleet string) *spec.Fleet {
	w.t.Helper()
	f, err := spec.Parse("fleet.yaml", []byte(duoHead+fleet))
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func (w *duo) account(name string, owners *book.Owners, credentials string) *daemon.Daemon {
	w.t.Helper()
	must := func(err error) {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	part, log := w.fleet.For(name), slog.New(slog.DiscardHandler)
	state, err := folder.Open(filepath.Join(tempDir(w.t), name), "")
	must(err)
	w.t.Cleanup(func() { must(state.Close()) })
	store, err := dotenv.Open(credentials)
	must(err)
	budget := budget.New(part.Budget.RequestsPerMinute, budget.Config{Next: w.sim.Transport(), Clock: clock.NewReal(), Log: log, Keep: state.PutBudget})
	client, err := aura.New(aura.Config{BaseURL: "http://127.0.0.1:1", ClientID: name, ClientSecret: secrets.NewSecret(name[:1]),
		HTTP: &http.Client{Transport: budget}, Tokens: state.Tokens(), Clock: time.Now, Log: log})
	must(err)
	d, err := daemon.New(daemon.Config{API: client, Budget: budget, Store: w.wrap(name, owners, store), State: state, Clock: clock.NewReal(), Log: log, Fleet: part, Owners: owners,
		Notify: func(e journal.Event) { w.mu.Lock(); defer w.mu.Unlock(); w.events = append(w.events, e) }})
	must(err)
	return d
}

// during runs the group while f lasts.
func (w *duo) during(f func(reloads chan<- fleetfile.Reload, control http.Handler)) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	reloads, ended := make(chan fleetfile.Reload), make(chan error, 1)
	go func() { ended <- w.group.Run(ctx, reloads, nil) }()
	f(reloads, control.Server{Group: w.group, Reload: func() {}, Parse: spec.Parse}.Private())
	stop()
	if err := <-ended; err != nil {
		w.t.Fatal(err)
	}
}

func (w *duo) run(d time.Duration) {
	w.t.Helper()
	w.during(func(chan<- fleetfile.Reload, http.Handler) { time.Sleep(d) })
}

// edited lets the group run on a new file for a while.
func (w *duo) edited(fleet string, d time.Duration) {
	w.t.Helper()
	w.during(func(reloads chan<- fleetfile.Reload, _ http.Handler) {
		reloads <- fleetfile.Reload{Fleet: w.parse(fleet), At: time.Now()}
		time.Sleep(d)
	})
}

// truth is what is live, as "name status", by tenant.
func (w *duo) truth(tenant string) string {
	var all []string
	for _, in := range w.sim.Instances() {
		if !in.Deleted && in.TenantID == tenant {
			all = append(all, in.Name+" "+in.Status)
		}
	}
	return strings.Join(all, ", ")
}

func fleetOfTwo(blue, green int) string {
	var b strings.Builder
	b.WriteString("schedules: {office: {running: [\"daily 07:00-19:00\"]}}\ninstances:\n")
	for i := range blue {
		fmt.Fprintf(&b, "  blue-%02d: {schedule: office}\n", i)
	}
	for i := range green {
		fmt.Fprintf(&b, "  green-%02d: {account: green, schedule: office}\n", i)
	}
	return b.String()
}

// Both accounts keep their schedules at the same edge, each on its own budget: what blue sends
// costs green nothing.
func TestTwoAccountsKeepTheirSchedules(t *testing.T) {
	inDuo(t, fleetOfTwo(20, 6), func(w *duo) {
		w.run(18*time.Hour + 30*time.Minute)
		edge := time.Now().Truncate(24 * time.Hour).Add(19 * time.Hour)
		w.run(12 * time.Hour)
		paused := map[string]int{}
		for _, r := range w.sim.Mutations() {
			if !strings.HasSuffix(r.Path, "/pause") || r.At.Before(edge) || !r.Accepted() {
				continue
			}
			paused[r.ClientID]++
			if late := r.At.Sub(edge); late > 2*time.Second {
				t.Errorf("%s paused %s late", r.ClientID, late)
			}
		}
		if paused["blue"] != 20 || paused["green"] != 6 {
			t.Errorf("pauses at the edge: %v", paused)
		}
		w.run(30 * time.Minute)
		for tenant, n := range map[string]int{aurasim.DemoTenantID: 20, greenTenant: 6} {
			if truth := w.truth(tenant); strings.Count(truth, " running") != n {
				t.Errorf("after 07:00: %s", truth)
			}
		}
	})
}

// A key that moves to the other account is blocked on both sides, nothing is made, paused or
// deleted for it, whatever the policy; once its instance is gone the key is free.
func TestAKeyThatMovedIsBlocked(t *testing.T) {
	const before = "policy: {mode: sync, delete_after: 0s, max_deletes: 5}\ninstances: {stay: {}, go: {}, other: {account: green}}\n"
	moved := strings.Replace(before, "go: {}", "go: {account: green}", 1)
	inDuo(t, before, func(w *duo) {
		w.run(30 * time.Minute)
		wants := map[string]string{aurasim.DemoTenantID: "go running, stay running", greenTenant: "other running"}
		for tenant, want := range wants {
			if got := w.truth(tenant); got != want {
				t.Fatalf("in %s: %s, want %s", tenant, got, want)
			}
		}
		mutations := len(w.sim.Mutations())
		w.edited(moved, 2*time.Hour)
		if more := w.sim.Mutations()[mutations:]; len(more) > 0 {
			t.Fatalf("after the move: %+v", more)
		}
		snap := w.group.Snapshot()
		if p := snap.Plan; p.Matches() || p.Summary.Blocked != 2 || p.Summary.Instances != 3 {
			t.Errorf("%+v\n%s", p.Summary, steps(p))
		}
		var reasons string
		for _, s := range snap.Plan.Steps {
			reasons += s.Key + ": " + s.Reason + "\n"
		}
		for _, part := range []string{"go: the file gives it to another account", "go: account blue has an instance for this key"} {
			if !strings.Contains(reasons, part) {
				t.Errorf("%q is not in\n%s", part, reasons)
			}
		}
		w.edited(before, time.Hour)
		if p := w.group.Snapshot().Plan; !p.Matches() || len(w.sim.Mutations()) != mutations {
			t.Errorf("put back:\n%s", steps(p))
		}
		w.edited(moved, time.Minute)
		for _, in := range w.sim.Instances() {
			if in.Name == "go" {
				if err := w.sim.Act(in.ID, "delete"); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.run(3 * time.Hour)
		p := w.group.Snapshot().Plan
		// Which account hears first that it is gone is chance: the new one finds the old credential in its
		// way, or has taken the instance over by that credential before, and reports it gone.
		inTheWay, gone := strings.Contains(steps(p), "credentials/go.env"), strings.Contains(steps(p), "aurad forget go")
		if p.Summary.Blocked+p.Summary.Waiting != 1 || !inTheWay && !gone {
			t.Errorf("with the instance gone only its old credential may be in the way:\n%s", steps(p))
		}
		if len(w.sim.Mutations()) != mutations {
			t.Errorf("something was made or changed meanwhile: %+v", w.sim.Mutations()[mutations:])
		}
	})
}

// The time that a key spent in another account, or outside of the file before that, does not count
// for its deletion.
func TestAMovedKeyIsNotDeletedEarly(t *testing.T) {
	const policy = "policy: {mode: sync, delete_after: 72h, max_deletes: 5}\ninstances: "
	const stay = "stay: {}, other: {account: green}"
	for _, first := range []string{"{" + stay + ", go: {}}\n", "{" + stay + "}\n"} {
		inDuo(t, policy+"{"+stay+", go: {}}\n", func(w *duo) {
			w.run(30 * time.Minute)
			w.edited(policy+first, time.Hour)
			w.edited(policy+"{"+stay+", go: {account: green}}\n", 100*time.Hour)
			w.edited(policy+"{"+stay+"}\n", 70*time.Hour)
			if got := w.truth(aurasim.DemoTenantID); got != "go paused, stay running" {
				t.Errorf("70 hours after it left the file: %s", got)
			}
			w.run(4 * time.Hour)
			if got := w.truth(aurasim.DemoTenantID); got != "stay running" {
				t.Errorf("74 hours after it left the file: %s", got)
			}
		})
	}
}

// thief gives a key to the other account while its create is being prepared.
type thief struct {
	secrets.Store
	steal func(key string)
}

func (s thief) Preflight(ctx context.Context, c secrets.Claim) error {
	s.steal(c.Key)
	return s.Store.Preflight(ctx, c)
}

// A key that the other account takes between the plan and the create is not made twice.
func TestAKeyIsTakenBeforeItIsMade(t *testing.T) {
	inDuoWith(t, "instances: {a: {}, b: {account: green}}\n", func(account string, owners *book.Owners, s secrets.Store) secrets.Store {
		return thief{s, func(key string) {
			if key == "b" {
				owners.Tell("red", reconcile.Ledger{key: {ID: "taken"}})
			}
		}}
	}, func(w *duo) {
		w.run(time.Minute)
		if got := w.truth(aurasim.DemoTenantID) + "; " + w.truth(greenTenant); !strings.HasSuffix(got, "; ") || !strings.HasPrefix(got, "a ") {
			t.Errorf("live: %s", got)
		}
	})
}

// Removals count over all accounts: a file that lost one instance of each has lost two.
func TestRemovalsOfTwoAccountsStopThePlan(t *testing.T) {
	const policy = "policy: {mode: sync, delete_after: 0s, max_deletes: 1}\ninstances: "
	inDuo(t, policy+"{a: {}, b: {}, c: {account: green}, d: {account: green}}\n", func(w *duo) {
		w.run(30 * time.Minute)
		mutations := len(w.sim.Mutations())
		w.edited(policy+"{a: {}, c: {account: green}}\n", time.Hour)
		if more := w.sim.Mutations()[mutations:]; len(more) > 0 {
			t.Fatalf("two are gone from the file, one from each account: %+v", more)
		}
		if p := w.group.Snapshot().Plan; p.Summary.Blocked == 0 || !strings.Contains(steps(p), "2 instances left the file and max_deletes is 1") {
			t.Errorf("%s", steps(p))
		}
		w.edited(policy+"{a: {}, c: {account: green}, d: {account: green}}\n", 30*time.Minute)
		if got := w.truth(aurasim.DemoTenantID); got != "a running, b paused" {
			t.Errorf("half an hour after one left the file: %s", got)
		}
		w.run(time.Hour)
		if got := w.truth(aurasim.DemoTenantID) + "; " + w.truth(greenTenant); got != "a running; c running, d running" {
			t.Errorf("one is gone from the file: %s", got)
		}
	})
}

// To the outside a group is one daemon: its budgets add up, its plan is one, and what is asked
// of a key reaches the account of that key.
func TestAGroupIsOneToTheOutside(t *testing.T) {
	inDuo(t, fleetOfTwo(2, 2), func(w *duo) {
		w.run(8 * time.Hour)
		w.during(func(_ chan<- fleetfile.Reload, control http.Handler) {
			do := func(method, path, body string) *httptest.ResponseRecorder {
				rec := httptest.NewRecorder()
				control.ServeHTTP(rec, httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body)))
				return rec
			}
			until := time.Now().Add(3 * time.Hour).Format(time.RFC3339)
			for _, key := range []string{"blue-00", "green-01"} {
				if rec := do("PUT", "/api/v1/holds/"+key, `{"state":"paused","until":"`+until+`"}`); rec.Code != http.StatusNoContent {
					t.Errorf("hold %s: %d %s", key, rec.Code, rec.Body)
				}
			}
			if rec := do("PUT", "/api/v1/holds/nobody", `{"state":"paused","until":"`+until+`"}`); rec.Code != http.StatusConflict {
				t.Errorf("hold nobody: %d", rec.Code)
			}
			time.Sleep(10 * time.Minute)
			var snap daemon.Snapshot
			if err := json.Unmarshal(do("GET", "/api/v1/status", "").Body.Bytes(), &snap); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, in := range snap.Instances {
				got += in.Key + " " + in.Account + " " + in.Live + "; "
			}
			if want := "blue-00 blue paused; blue-01 blue running; green-00 green running; green-01 green paused; "; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if b := snap.Budget; !snap.Ready || b.Limit != 31 || len(snap.Accounts) != 2 || snap.Accounts[0].Budget.Limit != 25 ||
				snap.Accounts[1].Name != "green" || snap.Accounts[1].Budget.Limit != 6 || len(snap.Holds) != 2 {
				t.Errorf("%+v %+v holds %v", b, snap.Accounts, snap.Holds)
			}
			if code := do("GET", "/-/ready", "").Code; code != http.StatusOK {
				t.Errorf("ready: %d", code)
			}
			var p reconcile.Plan
			evening := time.Now().Truncate(24 * time.Hour).Add(20 * time.Hour).Format(time.RFC3339)
			if err := json.Unmarshal(do("GET", "/api/v1/plan?at="+evening, "").Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if p.Summary.Verbs[reconcile.Pause] != 2 || p.Summary.Instances != 4 {
				t.Errorf("at 20:00: %s", steps(p))
			}
			if code := do("DELETE", "/api/v1/holds/green-01", "").Code; code != http.StatusNoContent {
				t.Errorf("release: %d", code)
			}
			time.Sleep(10 * time.Minute)
			if got := w.truth(greenTenant); strings.Contains(got, "paused") {
				t.Errorf("released: %s", got)
			}
		})
	})
}

// The loops are alive only while all of them are.
func TestOneHungLoopIsSeen(t *testing.T) {
	inDuo(t, "instances: {a: {}, b: {account: green}}\n", func(w *duo) {
		turns := 0
		w.group.Watch(func() { turns++ })
		w.run(time.Hour)
		if turns < 100 {
			t.Errorf("both loops turned, told %d times in an hour", turns)
		}
		turns = 0
		ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Minute)
		defer cancel()
		asks := make(chan daemon.Ask)
		go func() { asks <- func(*daemon.Daemon) { time.Sleep(40 * time.Minute) } }() // runs on the last loop, which is green's
		if err := w.group.Run(ctx, nil, asks); err != nil {
			t.Fatal(err)
		}
		if turns > 40 {
			t.Errorf("green hung, and it was told %d times", turns)
		}
	})
}
