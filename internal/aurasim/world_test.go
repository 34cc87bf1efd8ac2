package aurasim

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// world is a simulator with a clock that stands still until it is told to move.
type world struct {
	t     *testing.T
	sim   *Sim
	clock *clock
	token string
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixed makes every operation take exactly one minute.
func fixed() map[Op]Range {
	all := DefaultDurations()
	for op := range all {
		all[op] = Range{time.Minute, time.Minute}
	}
	return all
}

func newWorld(t *testing.T, cfg Config) *world {
	t.Helper()
	c := &clock{now: time.Date(2026, 3, 2, 8, 15, 30, 0, time.UTC)}
	cfg.Clock = c.Now
	if cfg.Durations == nil {
		cfg.Durations = fixed()
	}
	if cfg.RequestsPerMinute == 0 && cfg.Quirks.RequestsPerMinute == 0 {
		cfg.RequestsPerMinute = -1
	}
	if cfg.TokenLife == 0 {
		cfg.TokenLife = 10 * 365 * 24 * time.Hour
	}
	w := &world{t: t, sim: New(cfg), clock: c}
	w.login()
	return w
}

func (w *world) login() {
	w.t.Helper()
	a := w.tokenRequest("application/x-www-form-urlencoded", "grant_type=client_credentials", DemoClientID, DemoClientSecret)
	if a.status != 200 {
		w.t.Fatalf("token: %d %s", a.status, a.body)
	}
	w.token = a.get("access_token").(string)
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
	err    error
}

func (w *world) tokenRequest(contentType, body, id, secret string) answer {
	r, err := http.NewRequest("POST", "https://api.neo4j.io/oauth/token", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	r.SetBasicAuth(id, secret)
	return w.send(r)
}

// do sends a request as an authenticated client does, with a JSON content type.
func (w *world) do(method, path, body string) answer {
	w.t.Helper()
	r, err := http.NewRequest(method, "https://api.neo4j.io"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	return w.send(r)
}

func (w *world) send(r *http.Request) answer {
	resp, err := w.sim.Transport().RoundTrip(r)
	if err != nil {
		return answer{t: w.t, err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{w.t, resp.StatusCode, resp.Header, string(body), err}
}

// want does a request and holds it to a status.
func (w *world) want(status int, method, path, body string) answer {
	w.t.Helper()
	a := w.do(method, path, body)
	if a.status != status || a.err != nil {
		w.t.Fatalf("%s %s %s: %d %s %v, want %d", method, path, body, a.status, a.body, a.err, status)
	}
	return a
}

// get follows keys into the JSON body: strings into objects, ints into arrays. Absent is missing.
func (a answer) get(keys ...any) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("body %q: %v", a.body, err)
	}
	for _, key := range keys {
		switch key := key.(type) {
		case string:
			m, _ := v.(map[string]any)
			value, ok := m[key]
			if !ok {
				return missing{}
			}
			v = value
		case int:
			list, _ := v.([]any)
			if key >= len(list) {
				return missing{}
			}
			v = list[key]
		}
	}
	return v
}

// missing is the value of a key that is not there, as opposed to null.
type missing struct{}

func (a answer) is(want any, keys ...any) answer {
	a.t.Helper()
	if got := a.get(keys...); got != want {
		a.t.Errorf("%v is %#v, want %#v, in %s", keys, got, want, a.body)
	}
	return a
}

const demoCreate = `{"name":"orders-ci","type":"professional-db","tenant_id":"` + DemoTenantID + `",
	"cloud_provider":"aws","region":"us-east-1","memory":"2GB","version":"5"}`

// create makes an instance of the demo body with some fields replaced, and waits for it.
func (w *world) create(replace ...string) string {
	w.t.Helper()
	id := w.want(202, "POST", "/v1/instances", strings.NewReplacer(replace...).Replace(demoCreate)).get("data", "id").(string)
	w.clock.Advance(10 * time.Minute)
	return id
}

// sleeper notes how long was to be slept, and does not.
func sleeper(total *time.Duration) func(context.Context, time.Duration) error {
	return func(_ context.Context, d time.Duration) error {
		*total += d
		return nil
	}
}
