package aura

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/secrets"
)

const (
	canaryClientSecret = "canary/client+secret=="
	canaryToken        = "canary-token-"
	canaryPassword     = "canary-password"
)

// server is an Aura that answers as a test tells it. Its clock moves only
// when the client sleeps or the test says so.
type server struct {
	*httptest.Server
	t *testing.T

	mu       sync.Mutex
	requests []string // "METHOD path body", tokens excluded
	tokens   int      // tokens handed out
	headers  []http.Header
	slept    []time.Duration
	now      time.Time
	log      bytes.Buffer

	token  http.HandlerFunc // nil: hands out canaryToken + "1", "2", ...
	answer http.HandlerFunc
}

func newServer(t *testing.T, answer http.HandlerFunc) *server {
	s := &server{t: t, answer: answer, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/oauth/token" {
		s.serveToken(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.requests = append(s.requests, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
	s.headers = append(s.headers, r.Header)
	s.mu.Unlock()
	w.Header().Set("X-Request-Id", "req-1")
	s.answer(w, r)
}

func (s *server) serveToken(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.tokens++
	n := s.tokens
	s.mu.Unlock()
	if s.token != nil {
		s.token(w, r)
		return
	}
	giveToken(w, n)
}

func giveToken(w http.ResponseWriter, n int) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"access_token": tokenNumber(n), "expires_in": 3600, "token_type": "bearer"})
}

func tokenNumber(n int) string { return canaryToken + string(rune('0'+n)) }

func (s *server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *server) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *server) sleep(_ context.Context, d time.Duration) error {
	s.advance(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slept = append(s.slept, d)
	return nil
}

func (s *server) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

func (s *server) client(change ...func(*Config)) *Client {
	s.t.Helper()
	cfg := Config{
		BaseURL: s.URL, ClientID: "client-id", ClientSecret: secrets.NewSecret(canaryClientSecret),
		Clock: s.clock, Sleep: s.sleep, UserAgent: "aurad/test",
		HTTP: &http.Client{Transport: &http.Transport{}},
		Log:  newLog(&s.log),
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(cfg.HTTP.CloseIdleConnections)
	return c
}

// says answers every request alike.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// uncertain reports whether err leaves open that the server carried the request out.
func uncertain(err error) bool {
	e := failure.Of(err)
	return e != nil && e.Uncertain
}
