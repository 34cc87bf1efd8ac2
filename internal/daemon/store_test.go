package daemon_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// moody is a store that fails when it is told to; nil errors let everything through.
type moody struct {
	secrets.Store
	preflight error
	create    error
	written   bool // with create: the credential is written before the error
}

func (m *moody) Preflight(ctx context.Context, c secrets.Claim) error {
	if m.preflight != nil {
		return m.preflight
	}
	return m.Store.Preflight(ctx, c)
}

func (m *moody) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	if m.create == nil || m.written {
		if err := m.Store.Create(ctx, c, claim); err != nil || m.create == nil {
			return err
		}
	}
	return m.create
}

func (w *world) moody() *moody {
	m := &moody{Store: w.store}
	w.store = m
	return m
}

// While the store can't take a password nothing is created, but what is there is paused and
// resumed; when the store is back, so is the create, without a person.
func TestNothingIsCreatedWhileTheStoreIsDown(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		m := w.moody()
		w.start("instances: {old: {}}")
		w.converge()
		m.preflight = fmt.Errorf("vault is sealed: %w", secrets.ErrUnavailable)
		w.edit("instances: {old: {state: paused}, new: {}}")
		w.run(20 * time.Minute)
		if w.made() != 1 || w.live("old").Status != "paused" {
			t.Errorf("%d instances, old is %s; want 1, paused\n%s", w.made(), w.live("old").Status, w.story())
		}
		if p := steps(w.plan()); !strings.Contains(p, "vault is sealed") {
			t.Errorf("the plan does not say why nothing is created:\n%s", p)
		}
		w.edit("instances: {old: {}, new: {}}")
		w.run(20 * time.Minute)
		if w.made() != 1 || w.live("old").Status != "running" {
			t.Errorf("%d instances, old is %s; want 1, running\n%s", w.made(), w.live("old").Status, w.story())
		}
		m.preflight = nil
		w.run(30 * time.Minute)
		if w.password("new") != w.live("new").Password {
			t.Errorf("new was not made when the store was back\n%s", w.story())
		}
	})
}

// What the store refuses for good is reported and not tried all the time.
func TestAStoreThatRefusesIsReported(t *testing.T) {
	for _, why := range []error{secrets.ErrTaken, secrets.ErrRefused} {
		inWorld(t, aurasim.Config{}, func(w *world) {
			m := w.moody()
			m.preflight = why
			w.start(reportFleet)
			w.run(30 * time.Minute)
			if found := blocked(w.plan()); len(found) != 1 || !strings.Contains(found[0].Reason, why.Error()) || w.posts() != 0 {
				t.Errorf("%v: %d creates, and the plan is:\n%s", why, w.posts(), steps(w.plan()))
			}
			m.preflight = nil
			w.run(90 * time.Minute)
			w.whole("a")
		})
	}
}

// The store goes down between the create and the put: the password waits here, sealed, over
// restarts, and is delivered when the store is back. Nothing else is created meanwhile.
func TestASpooledPasswordOutlivesTheStore(t *testing.T) {
	for name, why := range map[string]error{"unavailable": secrets.ErrUnavailable, "refused": secrets.ErrRefused, "taken": secrets.ErrTaken} {
		for _, written := range []bool{false, true} { // true: cut between the put and its read-back
			t.Run(fmt.Sprintf("%s, written %v", name, written), func(t *testing.T) {
				inWorld(t, aurasim.Config{}, func(w *world) {
					m := w.moody()
					w.start("instances: {a: {}, old: {}}")
					m.create, m.written = nil, written
					w.edit("instances: {old: {}}")
					w.converge()
					m.create = why
					w.edit("instances: {a: {}, old: {state: paused}}")
					w.run(10 * time.Minute)
					if w.live("old").Status != "paused" {
						t.Errorf("old is %s, want paused: pauses go on", w.live("old").Status)
					}
					m.preflight = why
					w.start("instances: {a: {}, b: {}, old: {}}")
					w.run(10 * time.Minute)
					if w.live("old").Status != "running" || w.made() != 2 {
						t.Errorf("old is %s and there are %d instances, want running and 2\n%s", w.live("old").Status, w.made(), w.story())
					}
					if p := steps(w.plan()); !strings.Contains(p, why.Error()) {
						t.Errorf("the plan does not say what is wrong with the store:\n%s", p)
					}
					a := w.sim.Instances()[1]
					w.keepsSecret(a.Password)
					m.create, m.preflight = nil, nil
					w.run(90 * time.Minute)
					if a.ID != w.live("a").ID || w.password("a") != a.Password || w.made() != 3 {
						t.Errorf("the spooled password of %s was not delivered\n%s", a.ID, w.story())
					}
				})
			})
		}
	}
}

// keepsSecret demands that no file of the state folder holds the text, and that no event does.
func (w *world) keepsSecret(text string) {
	w.t.Helper()
	if strings.Contains(w.story(), text) {
		w.t.Errorf("an event holds the secret")
	}
	files, err := os.ReadDir(w.dir)
	if err != nil || len(files) == 0 {
		w.t.Fatalf("read the state folder: %d files, %v", len(files), err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(w.dir, f.Name()))
		if err != nil {
			w.t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			w.t.Errorf("%s holds the secret in the open", f.Name())
		}
	}
}

// A credential of somebody else at the same place is never overwritten: not before the create,
// and not after it either.
func TestAForeignCredentialStays(t *testing.T) {
	foreign := secrets.Credential{Key: "a", InstanceID: "12345678", InstanceName: "a", URI: "neo4j+s://x", Username: "neo4j", Password: secrets.NewSecret("theirs"), Database: "neo4j"}
	inWorld(t, aurasim.Config{}, func(w *world) {
		if err := w.store.Put(w.t.Context(), foreign); err != nil {
			t.Fatal(err)
		}
		w.start(reportFleet)
		w.run(2 * time.Hour)
		if w.made() != 0 || w.password("a") != "theirs" {
			t.Errorf("%d instances were made; the foreign credential is %q", w.made(), w.password("a"))
		}
	})
	inWorld(t, aurasim.Config{}, func(w *world) {
		store := w.store
		w.crash = func(point string) {
			if point == "reply spooled" { // somebody takes the claim away and writes
				claim, err := store.Claimed(w.t.Context(), "a")
				if err := errors.Join(err, store.Release(w.t.Context(), claim), store.Put(w.t.Context(), foreign)); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.start(reportFleet)
		w.run(time.Hour)
		if w.made() != 1 || w.password("a") != "theirs" {
			t.Errorf("%d instances were made; the foreign credential is %q", w.made(), w.password("a"))
		}
		p := w.plan()
		if s := p.Steps[0]; s.Verb != reconcile.Create || s.Cause != reconcile.CauseUnfinished || !strings.Contains(s.Reason, secrets.ErrTaken.Error()) {
			t.Errorf("the plan does not say that the place is taken:\n%s", steps(p))
		}
		if err := store.Destroy(w.t.Context(), "a", foreign.InstanceID); err != nil {
			t.Fatal(err)
		}
		w.start(reportFleet)
		w.run(time.Hour)
		w.whole("a")
	})
}

// Apply ends although the store won't take a password: it is safe, and the plan says where.
func TestApplyEndsWithoutTheStore(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		m := w.moody()
		m.create = secrets.ErrUnavailable
		w.start("instances: {a: {}}")
		if p := w.apply(); p.Matches() || !strings.Contains(steps(p), "its password is safe here") {
			t.Errorf("the plan at the end:\n%s", steps(p))
		}
		if said := strings.Count(w.story(), "is not in"); said != 1 {
			t.Errorf("said %d times, want once:\n%s", said, w.story())
		}
		m.create = nil
		w.converge()
		if w.password("a") != w.live("a").Password {
			t.Error("the password was not delivered")
		}
	})
}
