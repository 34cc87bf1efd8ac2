package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/process"
)

// monday is a working day, in the middle of office hours.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// world is a simulated account on a port of this machine, and a user of the command line.
type world struct {
	t      *testing.T
	sim    *aurasim.Sim
	server *httptest.Server
	clock  clock.Clock
	dir    string
	env    map[string]string
	tty    bool
	stdin  string

	mu     sync.Mutex
	tokens []string // all that the simulator ever gave out
	said   bytes.Buffer
}

// worldSpeed is how fast the simulated account and the program live.
const worldSpeed = 600

func newWorld(t *testing.T, cfg aurasim.Config) *world {
	t.Helper()
	return newWorldAt(t, cfg, worldSpeed)
}

func newWorldAt(t *testing.T, cfg aurasim.Config, speed float64) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), clock: clock.NewFast(monday, speed)}
	cfg.Clock = w.clock.Now
	if cfg.RequestsPerMinute == 0 {
		cfg.RequestsPerMinute = -1
	}
	w.sim = aurasim.New(cfg)
	w.server = httptest.NewServer(w.tapping(w.sim))
	t.Cleanup(w.server.Close)
	w.env = map[string]string{
		"AURA_BASE_URL": w.server.URL, "AURA_CLIENT_ID": aurasim.DemoClientID,
		"AURA_CLIENT_SECRET": aurasim.DemoClientSecret, "AURA_TENANT_ID": aurasim.DemoTenantID,
		"HOME": filepath.Join(w.dir, "home"),
	}
	t.Cleanup(w.checkSecrets)
	return w
}

// tapping keeps every access token, to look for them in what the program says.
func (w *world) tapping(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/oauth/token" {
			h.ServeHTTP(rw, r)
			return
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		var reply struct {
			AccessToken string `json:"access_token"`
		}
		if json.Unmarshal(rec.Body.Bytes(), &reply) == nil && reply.AccessToken != "" {
			w.mu.Lock()
			w.tokens = append(w.tokens, reply.AccessToken)
			w.mu.Unlock()
		}
		for name, values := range rec.Header() {
			rw.Header()[name] = values
		}
		rw.WriteHeader(rec.Code)
		_, _ = rw.Write(rec.Body.Bytes())
	})
}

// fleet writes fleet.yaml: a head that suits the world, then the text.
func (w *world) fleet(text string) {
	w.t.Helper()
	const head = "schema: aurad/v1\nfleet: acme\nbudget: {requests_per_minute: 100000}\n" +
		"defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}\n"
	w.write("fleet.yaml", head+text)
}

func (w *world) write(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// result is how one command ended.
type result struct {
	code     int
	out, err string
}

// run runs one command in-process, on the world's file and state.
func (w *world) run(args ...string) result {
	w.t.Helper()
	return w.runUntil(context.Background(), args...)
}

func (w *world) runUntil(ctx context.Context, args ...string) result {
	w.t.Helper()
	var out, errs syncBuffer
	code := Run(ctx, w.process(&out, &errs), append(args, "-f", w.path("fleet.yaml"), "--state-dir", w.path("state")))
	r := result{code, out.String(), errs.String()}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said.WriteString(r.out + r.err)
	return r
}

func (w *world) process(out, errs io.Writer) *command.Process {
	return &command.Process{
		Stdin: strings.NewReader(w.stdin), Stdout: out, Stderr: errs,
		Lookup:   func(name string) (string, bool) { v, ok := w.env[name]; return v, ok },
		Clock:    w.clock,
		Workers:  1,
		Build:    process.BuildOf(""),
		Terminal: func(any) bool { return w.tty },
		Hangups:  func() (<-chan os.Signal, func()) { return nil, func() {} },
	}
}

// must runs a command that has to exit with code.
func (w *world) must(code int, args ...string) result {
	w.t.Helper()
	r := w.run(args...)
	if r.code != code {
		w.t.Fatalf("aurad %s: exit %d, want %d\n%s%s", strings.Join(args, " "), r.code, code, r.out, r.err)
	}
	return r
}

// live is what the simulator has under a name.
func (w *world) live(name string) aurasim.Instance {
	w.t.Helper()
	for _, in := range w.sim.Instances() {
		if in.Name == name && !in.Deleted {
			return in
		}
	}
	w.t.Fatalf("there is no live instance %q", name)
	return aurasim.Instance{}
}

// checkSecrets holds everything that was said against the truth about every secret.
func (w *world) checkSecrets() {
	w.mu.Lock()
	defer w.mu.Unlock()
	secrets := append([]string{aurasim.DemoClientSecret}, w.tokens...)
	for _, in := range w.sim.Instances() {
		secrets = append(secrets, in.Password)
	}
	for _, s := range secrets {
		if strings.Contains(w.said.String(), s) {
			w.t.Errorf("a secret was said aloud: %.4s…", s)
		}
	}
}

// syncBuffer is a buffer that a running command can be watched through.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// contains fails the test for every part that is not in text.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}

var escapeCodes = regexp.MustCompile("\x1b")

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	dec := json.NewDecoder(strings.NewReader(text))
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return v
}
