package daemon_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
	"github.com/aurad/aurad/reconcile"
)

const (
	reportFleet   = "instances: {a: {}}"
	recreateFleet = "policy: {on_lost_credentials: recreate}\ninstances: {a: {}}"
)

func isCreate(r aurasim.Request) bool {
	return r.Method == http.MethodPost && r.Path == "/v1/instances"
}

func isList(r aurasim.Request) bool { return r.Method == http.MethodGet && r.Path == "/v1/instances" }

// onCreate is the fault that strikes the next create.
func onCreate(f aurasim.Fault) aurasim.Fault {
	f.Match = isCreate
	return f
}

// made counts the instances there ever were.
func (w *world) made() int { return len(w.sim.Instances()) }

// posts counts the creates that reached Aura.
func (w *world) posts() int {
	n := 0
	for _, r := range w.sim.Mutations() {
		if isCreate(r) {
			n++
		}
	}
	return n
}

// whole demands one live instance for key, under its real name, with its password stored.
func (w *world) whole(key string) aurasim.Instance {
	w.t.Helper()
	in := w.live(key)
	if n := w.alive(); n != 1 {
		w.t.Errorf("%d instances are alive, want 1\n%s", n, w.story())
	}
	if w.password(key) != in.Password {
		w.t.Errorf("the store does not have the password of %s\n%s", in.ID, w.story())
	}
	return in
}

// blocked returns the steps that need a person.
func blocked(p reconcile.Plan) []reconcile.Step {
	var found []reconcile.Step
	for _, s := range p.Steps {
		if s.Verb == reconcile.Blocked {
			found = append(found, s)
		}
	}
	return found
}

// Every way in which the answer to a create can go wrong, with both policies.
func TestCreateMeetsFaults(t *testing.T) {
	never, lost := 1, 2 // how many instances there ever were at the end, with recreate
	for name, c := range map[string]struct {
		fault aurasim.Fault
		made  int
	}{
		"cut before it was processed": {aurasim.Fault{Kind: aurasim.CutBefore}, never},
		"cut after it was processed":  {aurasim.Fault{Kind: aurasim.CutAfter}, lost},
		"500, not processed":          {aurasim.Fault{Kind: aurasim.Status, Code: 500}, never},
		"500, processed":              {aurasim.Fault{Kind: aurasim.Status, Code: 500, Processed: true}, lost},
		"502, not processed":          {aurasim.Fault{Kind: aurasim.Status, Code: 502, RetryAfter: "5"}, never},
		"503, processed":              {aurasim.Fault{Kind: aurasim.Status, Code: 503, Processed: true, RetryAfter: "1"}, lost},
		"504, processed":              {aurasim.Fault{Kind: aurasim.Status, Code: 504, Processed: true, Body: "<html>timeout"}, lost},
		"429":                         {aurasim.Fault{Kind: aurasim.Status, Code: 429, RetryAfter: "7"}, never},
		"429 without a time":          {aurasim.Fault{Kind: aurasim.Status, Code: 429}, never},
		"slow":                        {aurasim.Fault{Kind: aurasim.Slow, Delay: 50 * time.Second}, never},
		"200 with nothing":            {aurasim.Fault{Kind: aurasim.NonJSON, Code: 200, Body: "\r\n"}, lost},
		"302":                         {aurasim.Fault{Kind: aurasim.Status, Code: 302}, never},
		"418":                         {aurasim.Fault{Kind: aurasim.Status, Code: 418}, never},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.sim.Inject(onCreate(c.fault))
				w.start(recreateFleet)
				w.patient(2 * time.Hour)
				w.whole("a")
				if w.sim.PendingFaults() > 0 || w.made() != c.made {
					t.Errorf("%d instances were made, want %d\n%s", w.made(), c.made, w.story())
				}
			})
			if c.made == lost {
				inWorld(t, aurasim.Config{}, func(w *world) {
					w.sim.Inject(onCreate(c.fault))
					w.start(reportFleet)
					w.patient(2 * time.Hour)
					w.reportsLost()
				})
			}
		})
	}
}

// patient runs the daemon, with a restart in the middle, and then looks at everything anew.
func (w *world) patient(d time.Duration) reconcile.Plan {
	w.t.Helper()
	w.run(d / 2)
	w.start(strings.TrimPrefix(w.fleet, w.head))
	w.run(d / 2)
	return w.plan()
}

// reportsLost demands that the one instance of the world is left alone and reported by id and mark.
func (w *world) reportsLost() {
	w.t.Helper()
	if w.made() != 1 || w.posts() != 1 {
		w.t.Fatalf("%d instances from %d creates, want 1 from 1\n%s", w.made(), w.posts(), w.story())
	}
	in := w.sim.Instances()[0]
	_, nonce, marked := strings.Cut(in.Name, "~")
	p := w.plan()
	found := blocked(p)
	if len(found) != 1 || !marked || found[0].Cause != reconcile.CauseLost || found[0].InstanceID != in.ID ||
		!strings.Contains(found[0].Reason, in.ID) || !strings.Contains(found[0].Reason, nonce) || !strings.Contains(found[0].Reason, "credentials_lost") {
		w.t.Errorf("the lost password of %s (%s) is not reported with id and mark:\n%s", in.ID, in.Name, steps(p))
	}
	if w.password("a") != "" {
		w.t.Errorf("the store has a password nobody was told")
	}
}

// The reply is cut at every byte: until the password is whole it is lost and the instance made
// anew; from then on it is stored and there is no second instance.
func TestCreateReplyCutAtEveryByte(t *testing.T) {
	body := createReply(t)
	_, after, _ := strings.Cut(body, `"password":"`)
	whole := len(body) - len(after) + strings.IndexByte(after, '"') + 1
	for cut := range len(body) + 1 {
		inWorld(t, smallCatalog(), func(w *world) {
			w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutBody, Byte: cut}))
			w.start(recreateFleet)
			w.converge()
			w.whole("a")
			want := 2
			if cut >= whole {
				want = 1
			}
			if w.made() != want {
				t.Errorf("cut at byte %d of %d, the password ends at %d: %d instances were made, want %d\n%s", cut, len(body), whole, w.made(), want, w.story())
			}
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("cut at %d places", len(body)+1)
}

// createReply is the body of a reply to a create.
func createReply(t *testing.T) string {
	var body []byte
	inWorld(t, smallCatalog(), func(w *world) {
		w.wire = func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				resp, err := next.RoundTrip(r)
				if err == nil && r.Method == http.MethodPost && r.URL.Path == "/v1/instances" {
					body, _ = io.ReadAll(resp.Body)
					resp.Body = io.NopCloser(bytes.NewReader(body))
				}
				return resp, err
			})
		}
		w.start(recreateFleet)
		w.converge()
	})
	if !strings.Contains(string(body), `"password":"`) {
		t.Fatalf("no password in the reply to a create: %s", body)
	}
	return string(body)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// smallCatalog is a tenant that sells one thing, so that a thousand worlds are made soon.
func smallCatalog() aurasim.Config {
	row := catalog.Configuration{Type: catalog.ProfessionalDB, CloudProvider: "gcp", Region: "europe-west1", Version: "5", Memory: "2GB", Storage: "4GB"}
	return aurasim.Config{Tenants: []catalog.Tenant{{ID: aurasim.DemoTenantID, Name: "small", Configurations: []catalog.Configuration{row}}}}
}

// A token that expires just before the create, and a right that is missing for good.
func TestCreateMeetsRefusedTokens(t *testing.T) {
	for _, code := range []string{"401", "403"} {
		inWorld(t, aurasim.Config{Quirks: quirk.Quirks{ExpiredTokenStatus: code}}, func(w *world) {
			revoked := false
			w.wire = func(next http.RoundTripper) http.RoundTripper {
				return roundTrip(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodPost && r.URL.Path == "/v1/instances" && !revoked {
						revoked = true
						w.sim.RevokeTokens()
					}
					return next.RoundTrip(r)
				})
			}
			w.start(reportFleet)
			w.converge()
			w.whole("a")
			if w.made() != 1 || w.posts() != 2 {
				t.Errorf("%s: %d instances from %d creates, want 1 from 2", code, w.made(), w.posts())
			}
		})
	}
	for _, code := range []int{401, 403} {
		inWorld(t, aurasim.Config{TokensPerHour: 15}, func(w *world) {
			f := onCreate(aurasim.Fault{Kind: aurasim.Status, Code: code, Times: -1})
			w.sim.Inject(f)
			w.start(reportFleet)
			w.run(170 * time.Minute) // tries come hourly
			found := blocked(w.plan())
			if len(found) != 1 || found[0].Cause != reconcile.CauseFailed || !strings.Contains(found[0].Reason, fmt.Sprint(code)) {
				t.Errorf("%d for ever is not reported:\n%s", code, steps(w.plan()))
			}
			if w.made() != 0 || w.posts() > 10 {
				t.Errorf("%d instances from %d creates", w.made(), w.posts())
			}
			w.sim.ClearFaults()
			w.run(time.Hour + time.Minute)
			w.run(10 * time.Minute)
			w.whole("a")
		})
	}
}

// The reply is lost and for minutes the list does not show the new instance either.
func TestStaleListsHideALostInstance(t *testing.T) {
	for _, age := range []time.Duration{20 * time.Second, 2 * time.Minute, 9 * time.Minute} {
		inWorld(t, aurasim.Config{}, func(w *world) {
			w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutAfter}))
			w.sim.Inject(aurasim.Fault{Match: isList, Kind: aurasim.StaleRead, Age: age, Times: -1})
			w.start(reportFleet)
			w.patient(time.Hour)
			w.reportsLost()
		})
		inWorld(t, aurasim.Config{}, func(w *world) {
			w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutAfter}))
			w.sim.Inject(aurasim.Fault{Match: isList, Kind: aurasim.StaleRead, Age: age, Times: -1})
			w.start(recreateFleet)
			w.patient(2 * time.Hour)
			w.whole("a")
			if w.made() != 2 {
				t.Errorf("%s: %d instances were made, want 2\n%s", age, w.made(), w.story())
			}
		})
	}
}

// The create was carried out and refused all the same, and for minutes the list does not show it.
func TestStaleListsHideARefusedInstance(t *testing.T) {
	for _, code := range []int{401, 408, 409, 429, 500} {
		inWorld(t, aurasim.Config{}, func(w *world) {
			w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.Status, Code: code, Processed: true}))
			w.sim.Inject(aurasim.Fault{Match: isList, Kind: aurasim.StaleRead, Age: 9 * time.Minute, Times: -1})
			w.start(reportFleet)
			w.patient(3 * time.Hour)
			w.reportsLost()
		})
	}
}

// The list hides the new instance for longer than the grace period: a second create can't be
// avoided then, but the late one is reported, or deleted where the policy says so.
func TestLateInstanceIsReported(t *testing.T) {
	hide := aurasim.Fault{Match: isList, Kind: aurasim.StaleRead, Age: 15 * time.Minute, Times: -1}
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutAfter}))
		w.sim.Inject(hide)
		w.start(reportFleet)
		w.patient(2 * time.Hour)
		in := w.live("a")
		if w.password("a") != in.Password {
			t.Errorf("the password of %s is not stored", in.ID)
		}
		late := w.sim.Instances()[0]
		found := blocked(w.plan())
		if len(found) != 1 || found[0].InstanceID != late.ID || !strings.Contains(found[0].Reason, late.Name[strings.LastIndexByte(late.Name, '~')+1:]) {
			t.Errorf("the late instance %s %q is not reported:\n%s", late.ID, late.Name, steps(w.plan()))
		}
	})
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutAfter}))
		w.sim.Inject(hide)
		w.start(recreateFleet)
		w.patient(2 * time.Hour)
		w.whole("a")
	})
}
