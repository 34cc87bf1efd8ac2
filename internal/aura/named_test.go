package aura

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
)

// reader is a call that answers with data, how its errors begin, and the endpoint that it needs.
type reader struct {
	begins, endpoint string
	run              func(context.Context, *Client) error
}

func readers() []reader {
	return []reader{
		{"list tenants: ", "GET /v1/tenants", func(ctx context.Context, c *Client) error { _, err := c.Tenants(ctx); return err }},
		{"read tenant t-1: ", "GET /v1/tenants/{id}", func(ctx context.Context, c *Client) error { _, err := c.Tenant(ctx, "t-1"); return err }},
		{"list instances: ", "GET /v1/instances", func(ctx context.Context, c *Client) error { _, err := c.Instances(ctx, ""); return err }},
		{"read instance 0a1b2c3d: ", "GET /v1/instances/{id}", func(ctx context.Context, c *Client) error { _, err := c.Instance(ctx, anID); return err }},
		{"list snapshots of instance 0a1b2c3d: ", "GET /v1/instances/{id}/snapshots", func(ctx context.Context, c *Client) error { _, err := c.Snapshots(ctx, anID, time.Time{}); return err }},
		{"read a snapshot of instance 0a1b2c3d: ", "GET /v1/instances/{id}/snapshots/{sid}", func(ctx context.Context, c *Client) error { _, err := c.Snapshot(ctx, anID, "s-1"); return err }},
		{"take a snapshot of instance 0a1b2c3d: ", "POST /v1/instances/{id}/snapshots", func(ctx context.Context, c *Client) error { _, err := c.CreateSnapshot(ctx, anID); return err }},
		{"estimate a size: ", "POST /v1/instances/sizing", func(ctx context.Context, c *Client) error { _, err := c.Sizing(ctx, SizingRequest{}); return err }},
	}
}

// TestAMalformedReplyIsAnError that names the call, whatever is wrong with a 2xx: never an empty
// success, which would say that there are no tenants, snapshots or keys.
func TestAMalformedReplyIsAnError(t *testing.T) {
	for _, body := range []string{"", "{}", "null", "[]", `"x"`, `{"data":`, `{"data":null}`, `{"data":7}`, "<html>"} {
		for _, r := range readers() {
			s := newServer(t, says(200, body))
			err := r.run(t.Context(), s.client())
			e := failure.Of(err)
			if e == nil || !strings.HasPrefix(err.Error(), r.begins) || e.Kind != failure.Person || e.Status != 200 || e.RequestID != "req-1" {
				t.Errorf("%s%q: %v", r.begins, body, err)
			}
			if len(s.seen()) != 1 {
				t.Errorf("%s%q: asked %d times", r.begins, body, len(s.seen()))
			}
		}
	}
}

// TestARefusalNamesTheCall, and so does the lack of a token, which stands for the call.
func TestARefusalNamesTheCall(t *testing.T) {
	for _, r := range readers() {
		s := newServer(t, says(403, `{"errors":[{"message":"no","reason":"unauthorized"}]}`))
		if err := r.run(t.Context(), s.client()); err == nil || !strings.HasPrefix(err.Error(), r.begins+"Aura answered 403") {
			t.Errorf("%s: %v", r.begins, err)
		}
		s.token = says(401, `{"error":"invalid_client"}`)
		if err := r.run(t.Context(), s.client()); err == nil || !strings.HasPrefix(err.Error(), r.begins+"get an access token: ") {
			t.Errorf("%s, no token: %v", r.begins, err)
		}
	}
}

// TestARemovedEndpointIsNamed when the gateway announces it; without an announcement there is no warning.
func TestARemovedEndpointIsNamed(t *testing.T) {
	for _, r := range readers() {
		s := newServer(t, func(w http.ResponseWriter, q *http.Request) {
			w.Header().Set("X-Tyk-Api-Expires", "Mon, 01 Jun 2026 00:00:00 UTC")
			says(404, "")(w, q)
		})
		_ = r.run(t.Context(), s.client())
		if log := s.log.String(); !strings.Contains(log, `endpoint="`+r.endpoint+`"`) {
			t.Errorf("%s: the warning doesn't name %s:\n%s", r.begins, r.endpoint, log)
		}
		quiet := newServer(t, says(404, ""))
		if _ = r.run(t.Context(), quiet.client()); strings.Contains(quiet.log.String(), "level=WARN") {
			t.Errorf("%s: a warning of nothing:\n%s", r.begins, quiet.log.String())
		}
	}
}

// TestASnapshotThatWasTakenHasAnID: a 202 without one may be a snapshot, and nobody asks twice.
func TestASnapshotThatWasTakenHasAnID(t *testing.T) {
	s := newServer(t, says(202, `{"data":{"snapshot_id":""}}`))
	id, err := s.client().CreateSnapshot(t.Context(), anID)
	if id != "" || !uncertain(err) || failure.KindOf(err) != failure.Person || !strings.Contains(err.Error(), anID) {
		t.Errorf("%q, %v", id, err)
	}
}

// TestAnIDThatIsNoneIsNamed with the call that would have sent it.
func TestAnIDThatIsNoneIsNamed(t *testing.T) {
	s := newServer(t, says(200, `{"data":{"id":"a","snapshot_id":"b"}}`))
	c := s.client()
	calls := map[string]func() error{
		"read tenant .. :":                     func() error { _, err := c.Tenant(t.Context(), ".."); return err },
		"take a snapshot of instance":          func() error { _, err := c.CreateSnapshot(t.Context(), "a?b"); return err },
		"list snapshots of instance":           func() error { _, err := c.Snapshots(t.Context(), "..", time.Time{}); return err },
		"read a snapshot of instance":          func() error { _, err := c.Snapshot(t.Context(), "..", "s"); return err },
		"read a snapshot of instance 0a1b2c3d": func() error { _, err := c.Snapshot(t.Context(), anID, "../x"); return err },
	}
	for begins, run := range calls {
		err := run()
		if failure.KindOf(err) != failure.Never || !strings.HasPrefix(fmt.Sprint(err), strings.TrimSuffix(begins, " :")) || !strings.Contains(err.Error(), "correct the request") {
			t.Errorf("%s: %v", begins, err)
		}
	}
	if sent := s.seen(); len(sent) != 0 {
		t.Errorf("sent %q", sent)
	}
}

// TestIDsOfEveryKnownFormAreSent, the first and the last letter of each range included.
func TestIDsOfEveryKnownFormAreSent(t *testing.T) {
	for _, id := range []string{"09azAZ", "3f9a01bc", "2026-03-02T08:15:30Z", "a.b_c+d~e"} {
		s := newServer(t, says(200, `{"data":{"id":"`+id+`"}}`))
		if _, err := s.client().Instance(t.Context(), id); err != nil || len(s.seen()) != 1 {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// TestAuthorizedUntil: a minute before the token's end, and the zero time when there is none.
func TestAuthorizedUntil(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	c := s.client()
	if got := c.AuthorizedUntil(); !got.IsZero() {
		t.Errorf("%v before the first token", got)
	}
	if err := c.Authorize(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got, want := c.AuthorizedUntil(), s.clock().Add(59*time.Minute); !got.Equal(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestCookiesAreNotKept: a jar of the caller's would carry one instance's session to the next.
func TestCookiesAreNotKept(t *testing.T) {
	jar := &countingJar{}
	s := newServer(t, says(200, `{"data":[]}`))
	c := s.client(func(cfg *Config) { cfg.HTTP.Jar = jar })
	if _, err := c.Tenants(t.Context()); err != nil || jar.used != 0 {
		t.Errorf("the jar was used %d times, %v", jar.used, err)
	}
}

type countingJar struct {
	http.CookieJar
	used int
}

func (j *countingJar) Cookies(*url.URL) []*http.Cookie     { j.used++; return nil }
func (j *countingJar) SetCookies(*url.URL, []*http.Cookie) { j.used++ }

// TestACancelledCallIsNotRepeated: who gave up does not want a second request, nor the wait.
func TestACancelledCallIsNotRepeated(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		says(503, "")(w, r)
	})
	if _, err := s.client().Tenants(ctx); err == nil || len(s.seen()) != 1 || len(s.slept) != 0 {
		t.Errorf("sent %d times, slept %v: %v", len(s.seen()), s.slept, err)
	}
}

// TestTokensOfShortLife: two seconds are two seconds; a month is believed, more is not.
func TestTokensOfShortLife(t *testing.T) {
	for seconds, want := range map[string]time.Duration{"1": time.Second, "2": 2 * time.Second, "2592000": 30 * 24 * time.Hour, "2592001": time.Hour} {
		s := newServer(t, nil)
		s.token = says(200, `{"access_token":"t","token_type":"Bearer","expires_in":`+seconds+`}`)
		m := &memory{}
		if err := s.client(cached(m)).Authorize(t.Context(), time.Time{}); err != nil || !m.tok.Expiry.Equal(s.now.Add(want)) {
			t.Errorf("%s: expires after %v, %v", seconds, m.tok.Expiry.Sub(s.now), err)
		}
	}
}
