package daemon_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/reconcile"
)

// altered lets a person in the middle rewrite the answers to requests of one method and path.
func (w *world) altered(method, path string, alter func(string) string) {
	w.wire = func(next http.RoundTripper) http.RoundTripper {
		return tripper(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err != nil || r.Method != method || r.URL.Path != path || resp.StatusCode != http.StatusOK {
				return resp, err
			}
			raw, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			body := alter(string(raw))
			resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
			return resp, err
		})
	}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// stepOf is the first step of a key.
func stepOf(p reconcile.Plan, key string) reconcile.Step {
	for _, s := range p.Steps {
		if s.Key == key {
			return s
		}
	}
	return reconcile.Step{}
}

// An instance that can't be looked at keeps neither plan nor apply nor run from the others; its
// own step waits and says what the server said.
func TestOneBadInstanceStopsNoOther(t *testing.T) {
	status := func(code int) func(*world, string) {
		return func(w *world, id string) {
			w.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: code, Method: "GET", PathPrefix: "/v1/instances/" + id, Times: -1})
		}
	}
	says := func(body string) func(*world, string) {
		return func(w *world, id string) {
			w.sim.Inject(aurasim.Fault{Kind: aurasim.NonJSON, Body: body, Method: "GET", PathPrefix: "/v1/instances/" + id, Times: -1})
		}
	}
	for _, c := range []struct {
		name string
		bad  func(w *world, id string)
		says string
	}{
		{"500 for ever", status(500), "500"},
		{"503 for ever", status(503), "503"},
		{"403 of a gateway", status(403), "403"},
		{"404 of a gateway", status(404), "404"},
		{"418", status(418), "418"},
		{"HTML", says("<html>no</html>"), "not JSON"},
		{"no data", says(`{"data":null}`), "no \"data\""},
		{"no id", says(`{"data":{"status":"running"}}`), "no instance id"},
		{"another instance", says(`{"data":{"id":"ffffffff","status":"paused"}}`), "ffffffff"},
		{"cut", func(w *world, id string) {
			w.sim.Inject(aurasim.Fault{Kind: aurasim.CutBefore, Method: "GET", PathPrefix: "/v1/instances/" + id, Times: -1})
		}, "no answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start("instances: {a: {}, bad: {}, c: {}}")
				w.converge()
				bad := w.live("bad").ID
				c.bad(w, bad)
				const grown = "instances: {a: {memory: 4GB}, bad: {}, c: {memory: 4GB}, e: {}}"
				w.start(grown)
				p := w.plan()
				if s := stepOf(p, "bad"); s.Verb != reconcile.Wait || !strings.Contains(s.Reason, c.says) {
					t.Errorf("%s: %s", s.Verb, s.Reason)
				}
				if stepOf(p, "a").Verb != reconcile.Resize || stepOf(p, "c").Verb != reconcile.Resize || stepOf(p, "e").Verb != reconcile.Create {
					t.Errorf("the plan of the others:\n%s", steps(p))
				}
				p = w.apply()
				if s := stepOf(p, "bad"); len(p.Steps) != 1 || !strings.Contains(s.Reason, c.says) || p.Matches() {
					t.Errorf("left after apply:\n%s", steps(p))
				}
				w.start(strings.Replace(grown, "e: {}", "e: {memory: 4GB}", 1))
				w.run(time.Hour)
				for _, name := range []string{"a", "c", "e"} {
					if in := w.live(name); in.Memory != "4GB" {
						t.Errorf("%s has %s\n%s", name, in.Memory, w.story())
					}
				}
				if !w.d.Snapshot().Ready {
					t.Error("never ready for the sake of one")
				}
				w.sim.ClearFaults()
				w.converge()
				if w.alive() != 4 {
					t.Errorf("%d are alive\n%s", w.alive(), w.story())
				}
			})
		})
	}
}

// When Aura answers nothing at all, looking ends after a few: a plan of 500 instances would take
// an hour to say so.
func TestASilentAPIEndsTheLooking(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}}")
		w.converge()
		w.start("instances: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}}")
		w.sim.Inject(aurasim.Fault{Kind: aurasim.CutBefore, Method: "GET", PathPrefix: "/v1/instances/", Times: -1})
		err := w.d.Observe(w.t.Context(), func(int, int) {})
		if err == nil || !strings.Contains(err.Error(), "look at c") {
			t.Errorf("%v", err)
		}
	})
}

// An instance that vanishes between the list and the look at it is no error of the plan.
func TestAnInstanceThatVanishesInTheMiddleOfALook(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}, b: {}}")
		w.converge()
		id := w.live("a").ID
		w.wire = func(next http.RoundTripper) http.RoundTripper {
			return tripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/v1/instances/"+id {
					_ = w.sim.Act(id, "vanish") // gone already, the second time
				}
				return next.RoundTrip(r)
			})
		}
		w.start("instances: {a: {}, b: {memory: 4GB}}")
		p := w.plan()
		if s := stepOf(p, "a"); s.Verb.Acts() || stepOf(p, "b").Verb != reconcile.Resize {
			t.Errorf("\n%s", steps(p))
		}
		w.apply()
		if w.live("b").Memory != "4GB" || w.alive() != 1 {
			t.Errorf("\n%s", w.story())
		}
	})
}

// What could not be remembered ends plan and apply with an error: going on without memory is what
// makes doubles.
func TestAFailedWriteOfTheStateIsNotHidden(t *testing.T) {
	for _, c := range []struct{ name, method, path string }{
		{"at the list", "GET", "/v1/instances"},
		{"at a look", "GET", "/v1/instances/"},
		{"at a change", "PATCH", "/v1/instances/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start("instances: {a: {}}")
				w.converge()
				w.stop()
				w.wire = func(next http.RoundTripper) http.RoundTripper {
					return tripper(func(r *http.Request) (*http.Response, error) {
						resp, err := next.RoundTrip(r)
						if r.Method == c.method && strings.HasPrefix(r.URL.Path, c.path) && (c.path != "/v1/instances" || r.URL.Path == c.path) {
							w.stop()
						}
						return resp, err
					})
				}
				w.start("instances: {a: {memory: 4GB}}")
				err := w.d.Observe(w.t.Context(), func(int, int) {})
				if c.method == "PATCH" {
					if err == nil {
						_, err = w.d.Apply(w.t.Context())
					}
				}
				if err == nil || !strings.Contains(err.Error(), "database not open") {
					t.Errorf("%v\n%s", err, w.story())
				}
			})
		})
	}
}

// A look that works once is not punished for those that failed before it.
func TestALooksFailuresAreForgivenByOneThatWorks(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("observe: {scan_interval: 1h, max_age: 10m}\ninstances: {a: {}}")
		w.converge()
		id := w.live("a").ID
		looks := func() (at []time.Time) {
			for _, r := range w.sim.Requests() {
				if r.Method == "GET" && r.Path == "/v1/instances/"+id {
					at = append(at, r.At)
				}
			}
			return at
		}
		fault := aurasim.Fault{Kind: aurasim.Status, Code: 418, Method: "GET", PathPrefix: "/v1/instances/" + id, Times: 8}
		w.sim.Inject(fault)
		w.run(2 * time.Hour)
		if w.sim.PendingFaults() > 0 {
			t.Fatal("it did not fail often enough")
		}
		before := len(looks())
		fault.Times = 1
		w.sim.Inject(fault)
		w.run(10 * time.Minute)
		again := looks()[before:]
		if len(again) < 2 {
			t.Fatalf("looked %d times", len(again))
		}
		if wait := again[1].Sub(again[0]); wait > 30*time.Second {
			t.Errorf("the first failure of a new row waits %s", wait)
		}
	})
}
