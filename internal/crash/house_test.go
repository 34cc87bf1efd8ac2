package crash

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
	"github.com/aurad/aurad/secrets/vault/login"
	"github.com/aurad/aurad/spec"
)

// house is a daemon in this process, on a real Vault behind a network that goes wrong.
type house struct {
	*world
	between *between
	log     *lockedBuffer
	reloads chan fleetfile.Reload
	onPost  func() // called when Aura has carried out a create, before it answers; may be nil
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newHouse starts a daemon on a fleet of one instance, old, and waits until that is stored.
func newHouse(t *testing.T, v *vaulttest.Server, auth login.Auth, path string) *house {
	t.Helper()
	h := &house{world: newWorld(t, "", v, "", path, ""), between: newBetween(t, v), log: &lockedBuffer{}, reloads: make(chan fleetfile.Reload)}
	store, err := vault.Open(vault.Config{Path: path, Address: h.between.server.URL, Auth: auth})
	if err != nil {
		t.Fatal(err)
	}
	state, err := folder.Open(h.file("state"), "")
	if err != nil {
		t.Fatal(err)
	}
	d := h.daemon(state, store)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx, h.reloads, nil) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, store.Close(), state.Close()); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("%s\n%s", h.log.String(), h.story())
		}
	})
	until(t, "the first instance", func() bool { return h.named("old") })
	return h
}

func (h *house) daemon(remembered *state.State, store secrets.Store) *daemon.Daemon {
	h.t.Helper()
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	fleet := h.parse("old: {}")
	budget := budget.New(fleet.Budget.RequestsPerMinute, budget.Config{Next: h, Clock: h.clock, Log: log, Keep: remembered.PutBudget})
	client, err := aura.New(aura.Config{BaseURL: "http://127.0.0.1:1", ClientID: aurasim.DemoClientID, ClientSecret: secrets.NewSecret(aurasim.DemoClientSecret),
		HTTP: &http.Client{Transport: budget}, Tokens: remembered.Tokens(), Clock: h.clock.Now, Log: log})
	if err != nil {
		h.t.Fatal(err)
	}
	d, err := daemon.New(daemon.Config{API: client, Budget: budget, Store: store, State: remembered, Clock: h.clock, Log: log, Fleet: fleet,
		Notify: func(e journal.Event) { log.Info(e.Text, "key", e.Key, "verb", e.Verb, "kind", e.Kind) }})
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// RoundTrip is the way to Aura.
func (h *house) RoundTrip(r *http.Request) (*http.Response, error) {
	create := r.Method == http.MethodPost && r.URL.Path == "/v1/instances"
	resp, err := h.sim.Transport().RoundTrip(r)
	if create && h.onPost != nil {
		h.onPost()
	}
	return resp, err
}

func (h *house) parse(instances string) *spec.Fleet {
	h.t.Helper()
	f, err := spec.Parse("fleet.yaml", fmt.Appendf(nil, fleetHead+"instances: {%s}\n", h.path, instances))
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// edit brings another file into force.
func (h *house) edit(instances string) {
	h.t.Helper()
	select {
	case h.reloads <- fleetfile.Reload{Fleet: h.parse(instances), At: h.clock.Now()}:
	case <-time.After(patience):
		h.t.Fatal("the daemon does not take a new file")
	}
}

// status is that of the living instance of this name; "" when there is none.
func (w *world) status(name string) string {
	for _, in := range w.sim.Instances() {
		if in.Name == name && !in.Deleted {
			return in.Status
		}
	}
	return ""
}

// creates counts the POSTs that would make an instance.
func (w *world) creates() (n int) {
	for _, r := range w.sim.Mutations() {
		if r.Method == http.MethodPost && r.Path == "/v1/instances" {
			n++
		}
	}
	return n
}

// transitionsGoOn pauses and resumes old, and demands that each arrives within a few seconds of
// real time, whatever the store does.
func (h *house) transitionsGoOn(others string) {
	h.t.Helper()
	for _, step := range []struct{ state, status string }{{"paused", "paused"}, {"running", "running"}} {
		began := time.Now()
		h.edit("old: {state: " + step.state + "}" + others)
		until(h.t, "old is "+step.status, func() bool { return h.status("old") == step.status })
		if took := time.Since(began); took > transitionWithin {
			h.t.Errorf("old was %s only after %s: the store held it up", step.status, took)
		}
	}
}

// transitionWithin leaves room for one call of the store that runs out of time, and a busy machine.
const transitionWithin = 15 * time.Second

// born demands that new is there in the end, alone, with its password in Vault. The state is
// held by the daemon: what is spooled is asked of the log of the end.
func (h *house) born() {
	h.t.Helper()
	until(h.t, "new to be born", func() bool { return h.named("new") && h.named("old") })
	h.t.Helper()
	for _, key := range []string{"old", "new"} {
		data, custom := h.vault.Stored("secret", h.path+"/"+key)
		var in aurasim.Instance
		for _, i := range h.sim.Instances() {
			if i.Name == key {
				in = i
			}
		}
		if data["NEO4J_PASSWORD"] != in.Password || data["AURA_INSTANCEID"] != in.ID || custom["aura_instance_id"] != in.ID {
			h.t.Errorf("Vault does not hold the password of %s", key)
		}
	}
	if n := len(h.sim.Instances()); n != 2 {
		h.t.Errorf("%d instances were made, want 2", n)
	}
	if n := h.creates(); n != 2 {
		h.t.Errorf("%d creates were sent, want 2", n)
	}
}
