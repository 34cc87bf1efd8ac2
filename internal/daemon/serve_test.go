package daemon_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
)

// What the endpoints say before, during and after the daemon has looked; none of it is a secret.
func TestEndpoints(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}}")
		reloads, asks := 0, make(chan daemon.Ask)
		h := w.d.Handler(asks, func() { reloads++ })
		ask := func(method, target string) *httptest.ResponseRecorder {
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, httptest.NewRequest(method, target, nil))
			return rec
		}
		if got := ask("GET", "/-/ready").Code; got != http.StatusServiceUnavailable {
			t.Errorf("ready before anything was looked at: %d", got)
		}
		ctx, cancel := context.WithTimeout(w.t.Context(), time.Hour)
		defer cancel()
		done := make(chan error)
		go func() { done <- w.d.Run(ctx, nil, asks) }()
		time.Sleep(20 * time.Minute)
		for target, code := range map[string]int{
			"GET /-/ready": 200, "GET /-/healthy": 200, "POST /-/reload": 200, "GET /-/reload": 405,
			"POST /api/v1/plan": 405, "DELETE /api/v1/status": 405, "GET /nothing": 404,
			"GET /api/v1/plan?at=yesterday": 400, "GET /api/v1/plan?at=2000-01-02T00:00:00Z": 200,
			"PUT /api/v1/holds/a": 404, // only over the socket
		} {
			method, path, _ := strings.Cut(target, " ")
			if got := ask(method, path); got.Code != code {
				t.Errorf("%s: %d %s, want %d", target, got.Code, got.Body, code)
			}
		}
		if reloads != 1 {
			t.Errorf("%d reloads were asked for, want 1", reloads)
		}
		var plan reconcile.Plan
		if err := json.Unmarshal(ask("GET", "/api/v1/plan").Body.Bytes(), &plan); err != nil || !plan.Matches() || plan.Schema != reconcile.PlanSchema {
			t.Errorf("the plan is %+v, %v", plan, err)
		}
		var snap daemon.Snapshot
		body := ask("GET", "/api/v1/status").Body.String()
		if err := json.Unmarshal([]byte(body), &snap); err != nil || len(snap.Instances) != 1 || snap.Instances[0].Live != "running" || !snap.Ready {
			t.Errorf("the status is %+v, %v", snap, err)
		}
		if strings.Contains(body, w.live("a").Password) {
			t.Errorf("the status holds a password")
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		gone, stop := context.WithCancel(w.t.Context())
		stop()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/api/v1/plan", nil).WithContext(gone)) // nobody runs any more: it must not hang
	})
}
