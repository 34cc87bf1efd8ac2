package app

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A silent API is said to be waited for, more rarely as time goes by; one that answers is not.
func TestASilentAPIIsSaid(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/slow" {
			time.Sleep(500 * time.Millisecond)
		}
	}))
	defer srv.Close()
	var log bytes.Buffer
	client := http.Client{Transport: silence{http.DefaultTransport, slog.New(slog.NewTextHandler(&log, nil)), 50 * time.Millisecond}}
	for _, path := range []string{"/v1/quick", "/v1/slow"} {
		resp, err := client.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	said := log.String()
	if n := strings.Count(said, "GET /v1/slow"); n < 1 || n > 4 || !strings.Contains(said, "waiting for Aura") {
		t.Errorf("said %d times:\n%s", n, said)
	}
}
