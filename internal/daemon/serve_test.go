package daemon_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
)

// What the endpoints say before, during and after the daemon has looked; none of it is a secret.
func TestEndpoints(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("instances: {a: {}}")
		reloads := 0
		group := group.New(w.d.Fleet, w.d)
		h := control.Server{Group: group, Reload: func() { reloads++ }}.Public()
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
		go func() { done <- group.Run(ctx, nil, nil) }()
		time.Sleep(20 * time.Minute)
		for target, code := range map[string]int{
			"GET /-/ready": 200, "GET /-/healthy": 200, "POST /-/reload": 200, "GET /-/reload": 405,
			"POST /api/v1/plan": 405, "DELETE /api/v1/status": 405, "GET /nothing": 404,
			"GET /api/v1/plan?at=yesterday": 400, "GET /api/v1/plan?at=2000-01-02T00:00:00Z": 200,
			"GET /api/v1/plan?at=2026-11-28T08:00:00+01:00": 200, "GET /api/v1/plan?at=%zz": 400,
			"GET /api/v1/plan?at=9999-12-31T23:59:59Z": 400, "GET /api/v1/plan?at=0000-01-01T00:00:00Z": 400,
			"GET /api/v1/plan?at=0000-01-01T00:00:00%2b23:59": 400, "GET /api/v1/plan?at=9900-12-31T23:59:59Z": 200,
			"GET /api/v1/plan?at=1970-01-01T00:00:00Z": 200, "GET /api/v1/status?at=2026-11-28T08:00:00Z": 400,
			"PUT /api/v1/holds/a": 404, // only over the socket
		} {
			method, path, _ := strings.Cut(target, " ")
			if got := ask(method, path); got.Code != code || got.Body.Len() == 0 && method == "GET" {
				t.Errorf("%s: %d %s, want %d and words", target, got.Code, got.Body, code)
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

// A server with timeouts lets the stream of events live on, and bounds how many there are.
func TestTheStreamOutlivesTheServersLimits(t *testing.T) {
	t.Parallel()
	j := journal.New(10)
	srv := httptest.NewUnstartedServer(j)
	srv.Config.ReadTimeout, srv.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	srv.Start()
	defer srv.Close()
	defer j.Close()
	open := func() *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, nil)
		must(t, err)
		req.Header.Set("Accept", "text/event-stream")
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}
	first := open()
	time.Sleep(400 * time.Millisecond)
	j.Add(journal.Event{Key: "a", Kind: journal.Noted, Text: "still\u202e here"})
	lines := bufio.NewScanner(first.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data: ") {
			break
		}
	}
	if !strings.Contains(lines.Text(), `still\\u202e here`) {
		t.Errorf("the stream ended, or says what a reader can't see: %q, %v", lines.Text(), lines.Err())
	}
	for range 63 {
		if resp := open(); resp.StatusCode != http.StatusOK {
			t.Fatalf("a stream got %s", resp.Status)
		}
	}
	if resp := open(); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the 65th stream got %s", resp.Status)
	}
}
