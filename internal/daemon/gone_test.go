package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
)

// gone is a world in which somebody deleted the instance of `a`, and aurad knows it.
func (w *world) gone(fleet string) (id string) {
	w.t.Helper()
	w.start(fleet)
	w.converge()
	id = w.live("a").ID
	if err := w.sim.Act(id, "vanish"); err != nil {
		w.t.Fatal(err)
	}
	w.run(15 * time.Minute)
	if s := w.blockedStep("a"); s.Problem != reconcile.ProblemGone || !strings.Contains(s.Reason, id) {
		w.t.Fatalf("%s: %s\n%s", s.Problem, s.Reason, w.story())
	}
	return id
}

// Whatever is missing for a while is gone only when whole lists and a look agree; no request
// changes anything meanwhile.
func TestGoneTakesMoreThanOneWord(t *testing.T) {
	empty := func(string) string { return `{"data":[]}` }
	for _, c := range []struct {
		name  string
		list  func(string) string
		fault *aurasim.Fault // of looks
	}{
		{"empty lists", empty, nil},
		{"empty lists, and looks without an answer", empty, &aurasim.Fault{Kind: aurasim.Status, Code: 500}},
		{"looks answered with a gateway's 404", func(b string) string { return b }, &aurasim.Fault{Kind: aurasim.Status, Code: 404}},
		{"looks denied in Aura's words", func(b string) string { return b }, &aurasim.Fault{Kind: aurasim.Status, Code: 404, Body: `{"errors":[{"message":"DB not found","reason":"db-not-found"}]}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				broken := false
				w.altered("GET", "/v1/instances", func(body string) string {
					if broken {
						return c.list(body)
					}
					return body
				})
				const fleet = "policy: {on_gone: recreate}\ninstances: {a: {}, b: {}}"
				w.start(fleet)
				w.converge()
				before := len(w.sim.Mutations())
				broken = true
				if c.fault != nil {
					f := *c.fault
					f.Method, f.PathPrefix, f.Times = "GET", "/v1/instances/", -1
					w.sim.Inject(f)
				}
				for range 3 {
					w.run(30 * time.Minute)
					w.start(fleet)
				}
				if s := w.blockedStep("a"); s.Verb != "" || len(w.sim.Mutations()) > before {
					t.Errorf("%s: %s\n%s", s.Problem, s.Reason, w.story())
				}
				broken = false
				w.sim.ClearFaults()
				w.run(10 * time.Minute)
				w.converge()
				if len(w.sim.Mutations()) > before || w.alive() != 2 {
					t.Errorf("%d are alive\n%s", w.alive(), w.story())
				}
			})
		})
	}
}

// The lists of another tenant show nothing of ours, and prove nothing.
func TestAnotherTenantsListsProveNothing(t *testing.T) {
	const other = "9b2d1c3e-6a5f-4c0b-9f57-6b1f6a0c9e22"
	inWorld(t, aurasim.Config{Tenants: []catalog.Tenant{{ID: aurasim.DemoTenantID, Name: "Demo"}, {ID: other, Name: "Other"}}}, func(w *world) {
		w.start("instances: {a: {}, b: {}}")
		w.converge()
		w.sim.Add(aurasim.Instance{Name: "theirs", TenantID: other})
		mine := w.head
		w.head = strings.Replace(w.head, aurasim.DemoTenantID, other, 1)
		w.start("instances: {a: {}, b: {}}")
		w.run(time.Hour)
		if s := w.blockedStep("a"); s.Problem != reconcile.ProblemTenant {
			t.Errorf("%s: %s\n%s", s.Problem, s.Reason, w.story())
		}
		w.head = mine
		w.start("instances: {a: {}, b: {}}")
		w.run(time.Hour)
		w.converge()
	})
}

// Gone is known for good: after a restart it costs no look, and plan says so at its first list.
func TestGoneOutlivesARestart(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		id := w.gone("instances: {a: {}, b: {}}")
		before := len(w.sim.Requests())
		w.start("instances: {a: {}, b: {}}")
		if s := stepOf(w.plan(), "a"); s.Problem != reconcile.ProblemGone {
			t.Errorf("%s: %s", s.Problem, s.Reason)
		}
		for _, r := range w.sim.Requests()[before:] {
			if strings.HasSuffix(r.Path, id) {
				t.Errorf("looked at %s", r.Path)
			}
		}
	})
}

// policy.on_gone: recreate makes one new instance, once, and says why.
func TestOnGoneRecreate(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		const fleet = "policy: {on_gone: recreate}\ninstances: {a: {}, b: {}}"
		w.start(fleet)
		w.converge()
		id := w.live("a").ID
		if err := w.sim.Act(id, "vanish"); err != nil {
			t.Fatal(err)
		}
		w.run(30 * time.Minute)
		w.converge()
		if in := w.live("a"); in.ID == id || w.alive() != 2 || len(w.sim.Instances()) != 3 {
			t.Errorf("%s, %d alive\n%s", in.ID, w.alive(), w.story())
		}
		if got := w.live("a").Password; w.password("a") != got {
			t.Errorf("the store has not the new password\n%s", w.story())
		}
	})
}

// Each way out of `gone`, carried out to the letter.
func TestWaysOutOfGone(t *testing.T) {
	const fleet, without = "instances: {a: {}, b: {}}", "instances: {b: {}}"
	for _, c := range []struct {
		name string
		out  func(w *world)
		then string // the file in the end
	}{
		{"aurad forget, beside a daemon", func(w *world) {
			if _, err := w.d.Forget("a", "somebody", daemon.Forgetting{}); err != nil {
				w.t.Fatal(err)
			}
		}, fleet},
		{"aurad forget, without one", func(w *world) {
			if _, err := daemon.Forget(w.state, "a", daemon.Forgetting{}); err != nil {
				w.t.Fatal(err)
			}
			w.start(fleet)
		}, fleet},
		{"on_gone: recreate", func(w *world) { w.edit("policy: {on_gone: recreate}\n" + fleet) }, "policy: {on_gone: recreate}\n" + fleet},
		{"the block taken out", func(w *world) { w.edit(without) }, without},
		{"the block taken out, applied, and put back", func(w *world) {
			w.start(without)
			w.plan()
			w.converge()
			w.start(fleet)
		}, fleet},
		{"id: of one restored under another id", func(w *world) {
			w.sim.Add(aurasim.Instance{ID: "0a1b2c3d", Name: "a restored"})
			w.edit("instances: {a: {id: 0a1b2c3d}, b: {}}")
		}, "instances: {a: {id: 0a1b2c3d}, b: {}}"},
		{"adopt: true of one of the same name", func(w *world) {
			w.sim.Add(aurasim.Instance{ID: "0a1b2c3d", Name: "a"})
			w.edit("instances: {a: {adopt: true}, b: {}}")
		}, "instances: {a: {adopt: true}, b: {}}"},
	} {
		for _, how := range []string{"run", "apply"} {
			t.Run(c.name+"/"+how, func(t *testing.T) {
				inWorld(t, aurasim.Config{}, func(w *world) {
					w.gone(fleet)
					c.out(w)
					if how == "run" {
						w.run(20 * time.Minute)
					} else {
						w.start(c.then)
						w.plan()
					}
					w.converge()
					if want := strings.Count(c.then, "{}") + strings.Count(c.then, "0a1b") + strings.Count(c.then, "adopt"); w.alive() != want {
						t.Errorf("%d are alive, want %d\n%s", w.alive(), want, w.story())
					}
				})
			})
		}
	}
}

// What is live, or whose password waits here, is not forgotten by a slip.
func TestForgetRefuses(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}}")
		w.converge()
		id := w.live("a").ID
		if _, err := w.d.Forget("a", "somebody", daemon.Forgetting{}); err == nil || !strings.Contains(err.Error(), "--leave-live") || !strings.Contains(err.Error(), id) {
			t.Errorf("%v", err)
		}
		if _, err := w.d.Forget("b", "somebody", daemon.Forgetting{}); err == nil || !strings.Contains(err.Error(), "aurad credential list") {
			t.Errorf("%v", err)
		}
		if was, err := w.d.Forget("a", "somebody", daemon.Forgetting{Preview: true, LeaveLive: true}); err != nil || was.InstanceID != id {
			t.Errorf("%+v, %v", was, err)
		}
		if p := w.plan(); !p.Matches() {
			t.Errorf("a preview forgot something:\n%s", steps(p))
		}
		if _, err := w.d.Forget("a", "somebody", daemon.Forgetting{LeaveLive: true}); err != nil {
			t.Error(err)
		}
		if w.run(time.Hour); w.alive() != 1 || w.live("a").ID != id {
			t.Errorf("%d are alive\n%s", w.alive(), w.story())
		}
	})
}
