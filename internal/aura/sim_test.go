package aura

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/wire"
	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/quirk"
	"github.com/aurad/aurad/secrets"
)

// TestLifeUnderEveryQuirk: one instance's whole life, from create to gone, under each quirk that
// Aura is known or said to have. An hour of Aura's time each, none of ours.
func TestLifeUnderEveryQuirk(t *testing.T) {
	for _, row := range quirk.Table() {
		values := row.Values
		if values == nil {
			values = []string{row.Sample}
		}
		for _, value := range values {
			t.Run(row.Name+"="+value, func(t *testing.T) {
				var q quirk.Quirks
				q.RequestsPerMinute, q.TokensPerHour = -1, 15
				if err := q.Set(row.Name, value); err != nil {
					t.Fatal(err)
				}
				synctest.Test(t, func(t *testing.T) { live(t, q) })
			})
		}
	}
}

// TestSimulatedTenant: what the tenant can buy comes through whole.
func TestSimulatedTenant(t *testing.T) {
	c := simulated(t, aurasim.New(aurasim.Config{}))
	tenant, err := c.Tenant(t.Context(), aurasim.DemoTenantID)
	if err != nil || tenant.ID != aurasim.DemoTenantID || len(tenant.InstanceConfigurations) == 0 {
		t.Fatalf("%v, %+v", err, tenant)
	}
	for _, in := range tenant.InstanceConfigurations {
		if in.Type == "" || in.Region == "" || in.Memory == "" || in.Storage == "" && in.Type != "free-db" {
			t.Errorf("half a configuration: %+v", in)
		}
	}
}

// life is one client with one instance.
type life struct {
	*Client
	t   *testing.T
	ctx context.Context
	id  string
}

func live(t *testing.T, q quirk.Quirks) {
	l := life{Client: simulated(t, aurasim.New(aurasim.Config{Quirks: q})), t: t, ctx: t.Context()}
	if q.MissingBilling == quirk.On {
		l.unpaid()
		return
	}
	l.born()
	l.grow()
	l.sleepAndWake()
	l.die(q)
}

func simulated(t *testing.T, h http.Handler) *Client {
	t.Helper()
	c, err := New(Config{ClientID: aurasim.DemoClientID, ClientSecret: secrets.NewSecret(aurasim.DemoClientSecret),
		HTTP: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			w := httptest.NewRecorder()
			if r.Body == nil {
				r = r.Clone(r.Context())
				r.Body = http.NoBody // as a server would see it
			}
			h.ServeHTTP(w, r)
			return w.Result(), nil
		})}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (l *life) create() (Reply, error) {
	return l.Create(l.ctx, CreateRequest{Name: "orders", TenantID: aurasim.DemoTenantID, CloudProvider: "gcp", Region: "europe-west1",
		Type: "professional-db", Version: "5", Memory: "2GB"})
}

func (l *life) unpaid() {
	if _, err := l.create(); failure.KindOf(err) != failure.Person || uncertain(err) {
		l.t.Errorf("without billing details: %v", err)
	}
}

// born creates an instance and reads it as soon as Aura knows it.
func (l *life) born() {
	l.t.Helper()
	reply, err := l.create()
	if err != nil {
		l.t.Fatal(err)
	}
	created, err := wire.ParseCreated([]byte(reply.Body.Reveal()))
	if err != nil || created.Password.Empty() || created.Name != "orders" {
		l.t.Fatalf("created %+v, %v", created, err)
	}
	l.id = created.ID
	l.until("running", func(in Instance) bool { return in.Status == Running && in.Memory == "2GB" })
	list, err := l.Instances(l.ctx, aurasim.DemoTenantID)
	if err != nil || len(list) != 1 || list[0].ID != l.id {
		l.t.Fatalf("list: %+v, %v", list, err)
	}
}

func (l *life) grow() {
	l.t.Helper()
	l.try("rename", func() error { _, err := l.Patch(l.ctx, l.id, PatchRequest{"name": "renamed"}); return err })
	l.until("renamed", func(in Instance) bool { return in.Name == "renamed" && in.Status == Running })
	l.try("resize", func() error {
		_, err := l.Patch(l.ctx, l.id, PatchRequest{"memory": "4GB", "storage": "8GB"})
		return err
	})
	l.until("resized", func(in Instance) bool { return in.Memory == "4GB" && in.Status == Running })
}

func (l *life) sleepAndWake() {
	l.t.Helper()
	l.try("pause", func() error { _, err := l.Pause(l.ctx, l.id); return err })
	l.until("paused", func(in Instance) bool { return in.Status == Paused })
	if _, err := l.Pause(l.ctx, l.id); failure.KindOf(err) != failure.Conflict || uncertain(err) {
		l.t.Errorf("a second pause: %v", err)
	}
	l.try("resume", func() error { _, err := l.Resume(l.ctx, l.id); return err })
	l.until("running again", func(in Instance) bool { return in.Status == Running && in.ConnectionURL != "" })
}

// die deletes and looks until it is gone. Where Aura's words are lost on the way, its 404 is
// reported and not believed.
func (l *life) die(q quirk.Quirks) {
	l.t.Helper()
	want := failure.Gone
	if q.ErrorBody != "" && q.ErrorBody != "documented" {
		want = failure.Person
	}
	l.try("delete", func() error { _, err := l.Delete(l.ctx, l.id); return err })
	var err error
	for range 100 {
		if _, err = l.Instance(l.ctx, l.id); err != nil {
			break
		}
		time.Sleep(30 * time.Second)
	}
	if failure.KindOf(err) != want {
		l.t.Errorf("after the delete: %v (%v)", err, failure.KindOf(err))
	}
	if _, err := l.Delete(l.ctx, l.id); failure.KindOf(err) != want {
		l.t.Errorf("a second delete: %v (%v)", err, failure.KindOf(err))
	}
}

// try repeats on Conflict, as Aura may say busy for a while after it has said running, and on a
// refusal by the rate limit.
func (l *life) try(what string, f func() error) {
	l.t.Helper()
	for range 20 {
		err := f()
		if err == nil {
			return
		}
		if e := failure.Of(err); e.Kind != failure.Conflict && e.Status != http.StatusTooManyRequests {
			l.t.Fatalf("%s: %v", what, err)
		}
		time.Sleep(10 * time.Second)
	}
	l.t.Fatalf("%s: busy for ever", what)
}

// Until looks until ok, sparing the first minute's 404 after a create.
func (l *life) until(what string, ok func(Instance) bool) {
	l.t.Helper()
	var last string
	for range 120 {
		in, err := l.Instance(l.ctx, l.id)
		if err == nil && ok(in) {
			return
		}
		if e := failure.Of(err); e != nil && e.Status != http.StatusNotFound {
			l.t.Fatalf("%s: %v", what, err)
		}
		last = fmt.Sprintf("%+v, %v", in, err)
		time.Sleep(10 * time.Second)
	}
	l.t.Fatalf("never %s: %s", what, last)
}
