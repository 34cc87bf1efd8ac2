package service

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aurad/aurad/internal/journal"
)

// Every address has one owner: the page, telemetry, or the daemon.
func TestWhoServesWhat(t *testing.T) {
	named := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("By", name) })
	}
	tel := &Telemetry{registry: prometheus.NewRegistry(), journal: journal.New(1), shown: named("page")}
	h := tel.Around(named("daemon"))
	for request, want := range map[string]string{
		"GET /": "page", "GET /page.css": "page", "GET /api/v1/status": "daemon", "GET /-/ready": "daemon", "POST /-/reload": "daemon",
		"PUT /api/v1/holds/a": "daemon", "GET /metrics": "", "GET /api/v1/events": "",
	} {
		method, path, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		if got := w.Header().Get("By"); got != want || w.Code != 200 {
			t.Errorf("%s is served by %q with %d, want %q", request, got, w.Code, want)
		}
	}
}
