package aura

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/secrets"
)

// TestReadsAreRepeated: on what passes by itself, three times, with the waits it asks for.
func TestReadsAreRepeated(t *testing.T) {
	tests := []struct {
		name       string
		status     int
		retryAfter string
		sent       int
		slept      string
	}{
		{"rate limit", 429, "30", 3, "[30s 30s]"},
		{"rate limit, until a date", 429, "Mon, 02 Mar 2026 08:00:45 GMT", 3, "[45s 20s]"},
		{"rate limit without a word", 429, "", 3, "[10s 20s]"},
		{"server fault", 500, "", 3, "[1s 2s]"},
		{"bad gateway", 502, "", 3, "[1s 2s]"},
		{"unavailable", 503, "5", 3, "[5s 5s]"},
		{"timeout", 504, "0", 3, "[1s 2s]"},
		{"longest wait", 503, "120", 3, "[2m0s 2m0s]"},
		{"too long to wait here", 429, "121", 1, "[]"},
		{"wrong", 400, "", 1, "[]"},
		{"gone", 404, "", 1, "[]"},
		{"conflict", 409, "5", 1, "[]"},
	}
	for _, tt := range tests {
		s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", tt.retryAfter)
			says(tt.status, `{"error":"x"}`)(w, r)
		})
		_, err := s.client().Instances(t.Context(), "")
		if err == nil || len(s.seen()) != tt.sent || fmt.Sprint(s.slept) != tt.slept {
			t.Errorf("%s: sent %d times, slept %v: %v", tt.name, len(s.seen()), s.slept, err)
		}
		if tt.retryAfter == "121" && failure.Of(err).RetryAfter != 121*time.Second {
			t.Errorf("%s: RetryAfter %v", tt.name, failure.Of(err).RetryAfter)
		}
	}
}

// TestReadsRecover: from no answer, a cut reply and a 503 in a row.
func TestReadsRecover(t *testing.T) {
	n := 0
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch n++; n {
		case 1:
			panic(http.ErrAbortHandler)
		case 2:
			w.Header().Set("Content-Length", "99")
			io.WriteString(w, `{"data":[`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		default:
			says(200, `{"data":[{"id":"a"}]}`)(w, r)
		}
	})
	if got, err := s.client().Instances(t.Context(), ""); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

// TestWritesAreNotRepeated, whatever comes back.
func TestWritesAreNotRepeated(t *testing.T) {
	for _, status := range []int{0, 408, 429, 500, 502, 503, 504} {
		for name, run := range map[string]func(*Client) error{
			"create":   func(c *Client) error { _, err := c.Create(t.Context(), CreateRequest{}); return err },
			"patch":    func(c *Client) error { _, err := c.Patch(t.Context(), anID, PatchRequest{"name": "n"}); return err },
			"delete":   func(c *Client) error { _, err := c.Delete(t.Context(), anID); return err },
			"pause":    func(c *Client) error { _, err := c.Pause(t.Context(), anID); return err },
			"snapshot": func(c *Client) error { _, err := c.CreateSnapshot(t.Context(), anID); return err },
		} {
			s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				if status == 0 {
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Retry-After", "1")
				says(status, "")(w, r)
			})
			if err := run(s.client()); err == nil || len(s.seen()) != 1 || len(s.slept) != 0 {
				t.Errorf("%s, %d: sent %q: %v", name, status, s.seen(), err)
			}
		}
	}
}

// TestRedirectsAreNotFollowed: neither repeated at the new place, nor does the token go there.
func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("followed to %s with %q", r.URL, r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", elsewhere.URL+r.URL.Path)
			w.WriteHeader(status)
		})
		c := s.client()
		_, read := c.Tenants(t.Context())
		_, write := c.Create(t.Context(), CreateRequest{})
		for _, err := range []error{read, write} {
			if failure.KindOf(err) != failure.Person || !strings.Contains(err.Error(), "https") {
				t.Errorf("%d: %v", status, err)
			}
		}
		s.token = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) }
		if err := s.client().Authorize(t.Context(), time.Time{}); failure.KindOf(err) != failure.Person {
			t.Errorf("%d at the token endpoint: %v", status, err)
		}
	}
}

func TestReplySizeLimits(t *testing.T) {
	big := `{"data":[{"id":"a","name":"` + strings.Repeat("x", exchange.BodyLimit) + `"}]}`
	s := newServer(t, says(200, big))
	c := s.client()
	if _, err := c.Instances(t.Context(), ""); err != nil {
		t.Errorf("a list of a megabyte: %v", err)
	}
	if _, err := c.Instance(t.Context(), anID); !errors.Is(err, exchange.ErrTooLarge) || failure.KindOf(err) != failure.Person || len(s.seen()) != 2 {
		t.Errorf("an instance of a megabyte: %v", err)
	}
	s.answer = says(200, `{"data":[{"id":"a","name":"`+strings.Repeat("x", exchange.ListLimit)+`"}]}`)
	if _, err := c.Instances(t.Context(), ""); !errors.Is(err, exchange.ErrTooLarge) {
		t.Errorf("a list of eight: %v", err)
	}
}

// TestTimeout: a server that stops in the middle is left, with an error that does not look like
// the caller's own cancellation; hours in a rate limiter are not the server's fault.
func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(5 * time.Hour) // the limiter
			if r.URL.Path == "/oauth/token" {
				w := httptest.NewRecorder()
				giveToken(w, 1)
				return w.Result(), nil
			}
			return &http.Response{StatusCode: 202, Header: http.Header{}, Body: stalled{r.Context()}, Request: r}, nil
		})
		c, err := New(Config{ClientID: "i", ClientSecret: secrets.NewSecret("s"), HTTP: &http.Client{Transport: transport}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = c.Create(context.WithoutCancel(t.Context()), CreateRequest{})
		if !errors.Is(err, exchange.ErrTimeout) || errors.Is(err, context.Canceled) || !uncertain(err) {
			t.Error(err)
		}
		if took := time.Since(start); took != 10*time.Hour+exchange.CreateTimeout {
			t.Errorf("the create took %v", took)
		}
		start = time.Now()
		if _, err := c.Patch(t.Context(), anID, PatchRequest{"name": "n"}); err != nil || time.Since(start) != 10*time.Hour+DefaultTimeout {
			t.Errorf("the change took %v: %v", time.Since(start), err)
		}
	})
}

// stalled is a body that never comes.
type stalled struct{ ctx context.Context }

func (s stalled) Read([]byte) (int, error) { <-s.ctx.Done(); return 0, s.ctx.Err() }
func (s stalled) Close() error             { return nil }

// TestLog: one line a request, with what finds it at Aura's, and no header or body.
func TestLog(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Tyk-Api-Expires", "Mon, 01 Jun 2026 00:00:00 UTC")
		says(202, createdBody)(w, r)
	})
	c := s.client()
	for range 2 {
		if _, err := c.Create(t.Context(), CreateRequest{Name: "private-name"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"a", "b"} {
		if _, err := c.Pause(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	log := s.log.String()
	NoCanary(t, "log", log)
	if strings.Contains(log, "private-name") || !strings.Contains(log, "method=POST path=/instances status=202 duration=0s request_id=req-1") {
		t.Error(log)
	}
	for endpoint, want := range map[string]int{`endpoint="POST /v1/instances"`: 1, `endpoint="POST /v1/instances/{id}/pause"`: 1, "level=WARN": 2} {
		if got := strings.Count(log, endpoint); got != want {
			t.Errorf("%s: %d times in\n%s", endpoint, got, log)
		}
	}
}

func TestConfig(t *testing.T) {
	secret := secrets.NewSecret("s")
	for _, cfg := range []Config{
		{ClientSecret: secret},
		{ClientID: "i"},
		{ClientID: "i", ClientSecret: secret, BaseURL: "api.neo4j.io"},
		{ClientID: "i", ClientSecret: secret, BaseURL: "ftp://api.neo4j.io"},
		{ClientID: "i", ClientSecret: secret, BaseURL: "https://"},
		{ClientID: "i", ClientSecret: secret, BaseURL: "https://u:canary-password@h"},
		{ClientID: "i", ClientSecret: secret, BaseURL: "https://h\x7f:canary-password"},
		{ClientID: "i", ClientSecret: secret, AuthURL: "https://h/?secret=canary-password"},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%+v passed", cfg)
		} else {
			NoCanary(t, "error", err.Error())
		}
	}
	for base, want := range map[string]string{"": DefaultBaseURL, "https://h/": "https://h", "https://h/v1": "https://h", "https://h/v1/": "https://h", "https://h/aura": "https://h/aura"} {
		c, err := New(Config{ClientID: "i", ClientSecret: secret, BaseURL: base})
		if err != nil || c.sender.Base.String() != want {
			t.Errorf("%q: %v, %v", base, c, err)
		}
	}
}

func TestPlainHTTPIsWarnedOf(t *testing.T) {
	for base, want := range map[string]bool{"http://api.neo4j.io": true, "https://api.neo4j.io": false, "http://127.0.0.1:1": false, "http://localhost:1": false, "http://[::1]:1": false} {
		var log bytes.Buffer
		if _, err := New(Config{BaseURL: base, ClientID: "i", ClientSecret: secrets.NewSecret("s"), Log: newLog(&log)}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(log.String(), "plain http"); got != want {
			t.Errorf("%s: %q", base, log.String())
		}
	}
}
