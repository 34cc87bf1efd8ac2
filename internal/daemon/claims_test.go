package daemon_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

const (
	acme    = "fleet: acme\ninstances: {a: {}}"
	unnamed = "fleet: \ninstances: {a: {}}"
)

// elsewhere starts a fleet in a state folder of its own, beside the same store and account.
func (w *world) elsewhere(fleet string) {
	w.t.Helper()
	w.stop()
	w.dir = tempDir(w.t)
	w.start(fleet)
}

// reload brings a fleet into force as run does.
func (w *world) reload(fleet string) {
	w.t.Helper()
	reloads := make(chan fleetfile.Reload, 1)
	reloads <- fleetfile.Reload{Fleet: w.parse(fleet), At: time.Now()}
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	if err := w.d.Run(ctx, reloads, nil); err != nil {
		w.t.Fatal(err)
	}
}

// entry is what the state says of a.
func (w *world) entry() reconcile.Entry {
	w.t.Helper()
	led, err := w.state.Ledger()
	if err != nil {
		w.t.Fatal(err)
	}
	return led["a"]
}

func (w *world) folder() string { return strings.TrimPrefix(w.store.Name(), "dotenv ") }

// owned is what the store says of a.
func (w *world) owned() secrets.Owned {
	w.t.Helper()
	c, err := w.store.Get(w.t.Context(), "a")
	if err != nil {
		w.t.Fatal(err)
	}
	return c.Owned()
}

// A key that another aurad claimed is not made: the plan says whose it is, since when, and what
// frees it, and that works.
func TestAClaimedKeyIsNotMade(t *testing.T) {
	theirs := secrets.Claim{Fleet: "beta", Key: "a", Nonce: "12345678", At: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	for name, end := range map[string]func(w *world){
		"released": func(w *world) {},
		"reload":   func(w *world) { w.reload(acme) },
		"asked":    func(w *world) { w.d.TryAgain() },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				if err := w.store.Claim(t.Context(), theirs); err != nil {
					t.Fatal(err)
				}
				w.start(acme)
				w.run(3 * time.Hour)
				found := blocked(w.plan())
				if w.posts() != 0 || len(found) != 1 {
					t.Fatalf("%d creates, and the plan is:\n%s", w.posts(), steps(w.plan()))
				}
				for _, word := range []string{"fleet beta", "2026-11-24 10:00:00", "12345678", "aurad credential release-claim a", "aurad credential recover"} {
					if !strings.Contains(found[0].Reason, word) {
						t.Errorf("the plan does not say %q: %s", word, found[0].Reason)
					}
				}
				if err := w.store.Release(t.Context(), theirs); err != nil {
					t.Fatal(err)
				}
				patience := 20 * time.Minute
				if end(w); name != "released" {
					patience = time.Minute
				}
				w.run(patience)
				if w.made() != 1 {
					t.Errorf("%s later: %d made\n%s", patience, w.made(), w.story())
				}
				w.run(10 * time.Minute)
				w.whole("a")
			})
		})
	}
}

// stealing is a store in which another aurad claims the key between the preflight and the claim.
type stealing struct {
	secrets.Store
	theirs secrets.Claim
}

func (s stealing) Claim(ctx context.Context, c secrets.Claim) error {
	return errors.Join(s.Store.Claim(ctx, s.theirs), s.Store.Claim(ctx, c))
}

func TestTheClaimIsWhatCounts(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.store = stealing{w.store, secrets.Claim{Fleet: "acme", Key: "a", Nonce: "12345678"}} // the same fleet, from another state
		w.start(acme)
		w.run(3 * time.Hour)
		if w.posts() != 0 {
			t.Errorf("%d creates were sent without a claim\n%s", w.posts(), w.story())
		}
	})
}

// A create that is refused, over and over, leaves one claim, which the one that is accepted replaces;
// a key that leaves the file leaves none.
func TestARefusedCreateKeepsNobodyOut(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.sim.Inject(aurasim.Fault{Method: "POST", PathPrefix: "/v1/instances", Kind: aurasim.Status, Code: 402, Times: 2})
		w.start(acme)
		w.run(4 * time.Hour)
		w.whole("a")
		if o := w.owned(); o.Fleet != "acme" || o.Origin != secrets.Created || o.InstanceID != w.live("a").ID {
			t.Errorf("the store says %+v", o)
		}
		w.sim.Inject(aurasim.Fault{Method: "POST", PathPrefix: "/v1/instances", Kind: aurasim.Status, Code: 402})
		w.edit("fleet: acme\ninstances: {a: {}, b: {}}")
		w.run(10 * time.Minute)
		if _, err := w.store.Claimed(t.Context(), "b"); err != nil {
			t.Errorf("b is not claimed: %v\n%s", err, w.story())
		}
		w.edit(acme)
		w.run(3 * time.Hour)
		if _, err := w.store.Claimed(t.Context(), "b"); !errors.Is(err, secrets.ErrMissing) {
			t.Errorf("b left the file and is claimed still: %v", err)
		}
	})
}

// Two state folders that share a credentials folder: what the other fleet made is never taken over.
// Its own comes back to a fleet that has a name, as a step of the plan.
func TestOwnershipFromTheStore(t *testing.T) {
	for name, c := range map[string]struct {
		first, second string
		take          bool
	}{
		"the same fleet":          {acme, acme, true},
		"another fleet":           {acme, "fleet: beta\ninstances: {a: {}}", false},
		"no name":                 {unnamed, unnamed, false},
		"a name, then none":       {acme, unnamed, false},
		"another key of its name": {acme, "fleet: acme\ninstances: {b: {name: a}}", false},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start(c.first)
				w.converge()
				before := w.owned()
				w.elsewhere(c.second)
				w.run(time.Second)
				if found := blocked(w.plan()); !c.take && (len(found) != 1 || !strings.Contains(found[0].Reason, "adopt: true")) {
					t.Errorf("want it blocked, with a way out:\n%s", steps(w.plan()))
				} else if foreign := w.parse(c.second).Name != before.Fleet; !c.take && foreign != strings.Contains(found[0].Reason, "given it up") {
					t.Errorf("another fleet's %v, and the advice is: %s", foreign, found[0].Reason)
				}
				w.run(3 * time.Hour)
				if w.made() != 1 || w.owned() != before {
					t.Errorf("%d made, and the store says %+v, not %+v", w.made(), w.owned(), before)
				}
				if c.take != w.plan().Matches() {
					t.Errorf("taken over: %v\n%s", w.plan().Matches(), steps(w.plan()))
				}
				if taken := strings.Contains(w.story(), "is taken over; its password is in"); taken != c.take {
					t.Errorf("taken over: %v\n%s", taken, w.story())
				}
			})
		})
	}
}

// A file that somebody downloaded from the console is a credential, and no ownership. Adopted, it
// counts as stored, and from then on as this fleet's.
func TestADownloadFromTheConsoleIsNoOwnership(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		id := w.sim.Add(aurasim.Instance{Name: "a"})
		text := secrets.FormatEnv(secrets.Credential{Key: "a", InstanceID: id, InstanceName: "a", URI: "neo4j+s://x",
			Username: "neo4j", Password: secrets.NewSecret("theirs"), Database: "neo4j"})
		if err := os.WriteFile(filepath.Join(w.folder(), "a.env"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		w.start("fleet: acme\npolicy: {mode: sync}\ninstances: {a: {name: a, memory: 4GB}}")
		w.run(2 * time.Hour)
		if found := blocked(w.plan()); len(found) != 1 || found[0].Problem != reconcile.ProblemNameTaken || len(w.sim.Mutations()) != 0 {
			t.Fatalf("%d changes; want it blocked:\n%s", len(w.sim.Mutations()), steps(w.plan()))
		}
		w.edit("fleet: acme\ninstances: {a: {adopt: true}}")
		w.converge()
		if e := w.entry(); e.ID != id || e.Credential != reconcile.CredentialStored {
			t.Errorf("adopted as %s, its credential is %q", e.ID, e.Credential)
		}
		if o := w.owned(); o.Fleet != "acme" || o.Origin != secrets.Adopted {
			t.Errorf("the store says %+v", o)
		}
		time.Sleep(time.Minute)
		time.Sleep(time.Minute)
		w.elsewhere("fleet: acme\ninstances: {a: {}}")
		w.converge()
		if e := w.entry(); e.ID != id {
			t.Errorf("a lost state did not come back: %+v", e)
		}
	})
}

// The store keeps the name that people see, and learns a new one.
func TestARenameReachesTheStore(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(acme)
		w.converge()
		w.edit("fleet: acme\ninstances: {a: {name: Orders}}")
		w.converge()
		if c, err := w.store.Get(t.Context(), "a"); err != nil || c.InstanceName != "Orders" {
			t.Errorf("the store has the name %q, %v", c.InstanceName, err)
		}
	})
}

// The folder of the passwords is moved away, emptied or replaced under the daemon: that is said,
// pauses go on, nothing is made twice or lost, and all goes on when it is back.
func TestTheCredentialsFolderGoesAway(t *testing.T) {
	for name, take := range map[string]func(folder string) (back func() error, err error){
		"moved away": func(folder string) (func() error, error) {
			return func() error { return os.Rename(folder+".away", folder) }, os.Rename(folder, folder+".away")
		},
		"a file in its place": func(folder string) (func() error, error) {
			back := func() error { return errors.Join(os.Remove(folder), os.Rename(folder+".away", folder)) }
			return back, errors.Join(os.Rename(folder, folder+".away"), os.WriteFile(folder, nil, 0o600))
		},
		"open to others": func(folder string) (func() error, error) {
			return func() error { return os.Chmod(folder, 0o700) }, os.Chmod(folder, 0o777)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start(acme)
				w.converge()
				back, err := take(w.folder())
				if err != nil {
					t.Fatal(err)
				}
				w.edit("fleet: acme\ninstances: {a: {state: paused}, b: {}}")
				w.run(time.Hour)
				if w.made() != 1 || w.live("a").Status != "paused" {
					t.Errorf("%d made, a is %s; want 1, paused", w.made(), w.live("a").Status)
				}
				if p := steps(w.plan()); !strings.Contains(p, w.folder()) {
					t.Errorf("the plan does not say what is wrong:\n%s", p)
				}
				if err := back(); err != nil {
					t.Fatal(err)
				}
				w.run(20 * time.Minute)
				w.edit("fleet: acme\ninstances: {a: {}, b: {}}")
				w.converge()
				if w.made() != 2 || w.password("a") != w.live("a").Password || w.password("b") != w.live("b").Password {
					t.Errorf("%d made\n%s", w.made(), w.story())
				}
			})
		})
	}
}
