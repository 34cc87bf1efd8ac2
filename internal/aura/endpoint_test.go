package aura

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/token"
)

func TestTokenRequest(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	var got *http.Request
	var form string
	s.token = func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, form = r, string(body)
		giveToken(w, 1)
	}
	if err := s.client().Authorize(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	id, secret, ok := got.BasicAuth()
	if !ok || id != "client-id" || secret != url.QueryEscape(canaryClientSecret) {
		t.Errorf("basic auth: %q %q", id, secret)
	}
	if got.Method != "POST" || form != "grant_type=client_credentials" || got.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("%s %q %v", got.Method, form, got.Header)
	}
	if got.Header.Get("User-Agent") != "aurad/test" {
		t.Errorf("User-Agent %q", got.Header.Get("User-Agent"))
	}
}

func TestLifetimeForms(t *testing.T) {
	for form, want := range map[string]time.Duration{
		`"expires_in":3600`: time.Hour, `"expires_in":"120"`: 2 * time.Minute, `"expires_in":0`: time.Hour,
		`"x":1`: time.Hour, `"expires_in":-5`: time.Hour, `"expires_in":99999999999`: time.Hour,
	} {
		s := newServer(t, nil)
		s.token = says(200, `{"access_token":"t","token_type":"Bearer",`+form+`}`)
		m := &memory{}
		if err := s.client(cached(m)).Authorize(t.Context(), time.Time{}); err != nil || !m.tok.Expiry.Equal(s.now.Add(want)) {
			t.Errorf("%s: expires after %v, %v", form, m.tok.Expiry.Sub(s.now), err)
		}
	}
}

// TestTokenEndpointRefuses: what its errors mean, that they stand for the call that needed the
// token, and how often it is asked.
func TestTokenEndpointRefuses(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		kind   failure.Kind
		asked  int
	}{
		{"revoked", 401, `{"error":"invalid_client","error_description":"revoked"}`, failure.Person, 1},
		{"unusable", 403, `{"error":"unauthorized"}`, failure.Person, 1},
		{"malformed", 400, `{"error":"invalid_request"}`, failure.Person, 1},
		{"not there", 404, ``, failure.Person, 1},
		{"moved", 308, ``, failure.Person, 1},
		{"a page", 200, `<html>`, failure.Person, 1},
		{"an error in a 200", 200, `{"error":"invalid_client"}`, failure.Person, 1},
		{"no token in it", 200, `{"token_type":"bearer"}`, failure.Person, 1},
		{"over the limit", 429, `{"error":"slow down"}`, failure.Later, 4},
		{"broken", 500, `oops`, failure.Later, 4},
		{"unavailable", 503, ``, failure.Later, 4},
	}
	for _, tt := range tests {
		s := newServer(t, says(202, ""))
		s.token = says(tt.status, strings.ReplaceAll(tt.body, "revoked", canaryClientSecret))
		_, err := s.client().Create(t.Context(), CreateRequest{})
		if failure.KindOf(err) != tt.kind || s.tokens != tt.asked || uncertain(err) || len(s.seen()) != 0 {
			t.Errorf("%s: asked %d times: %v (%v)", tt.name, s.tokens, err, failure.KindOf(err))
		}
		if e := failure.Of(err); e.Status != tt.status || !strings.HasPrefix(e.Error(), "create instance: get an access token: ") {
			t.Errorf("%s: %d %v", tt.name, e.Status, e)
		}
		if s.tokens = 0; failure.KindOf(readOnce(s.client())) != tt.kind || s.tokens != tt.asked {
			t.Errorf("%s: a read asked %d times", tt.name, s.tokens)
		}
		NoCanary(t, tt.name, fmt.Sprintf("%+v %s", err, chain(err))+s.log.String())
	}
}

func readOnce(c *Client) error { _, err := c.Tenants(context.Background()); return err }

// chain prints every error below err as deep as reflection goes.
func chain(err error) string {
	var b strings.Builder
	for ; err != nil; err = errors.Unwrap(err) {
		fmt.Fprintf(&b, "%#v\n", err)
	}
	return b.String()
}

// TestTokenEndpointRecovers: 429 with Retry-After, 503, a cut reply, then a token.
func TestTokenEndpointRecovers(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	s.token = func(w http.ResponseWriter, r *http.Request) {
		switch s.tokens {
		case 1:
			w.Header().Set("Retry-After", "17")
			says(429, "")(w, r)
		case 2:
			says(503, "")(w, r)
		case 3:
			w.Header().Set("Content-Length", "99")
			io.WriteString(w, `{"access_token":"`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		default:
			giveToken(w, 1)
		}
	}
	if _, err := s.client().Tenants(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := "[17s 2s 4s]"; fmt.Sprint(s.slept) != want {
		t.Errorf("slept %v, want %s", s.slept, want)
	}
}

// TestRefusedCredentialIsNotHammered: the next question comes minutes later.
func TestRefusedCredentialIsNotHammered(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	s.token = says(401, `{"error":"invalid_client"}`)
	c := s.client()
	for range 60 {
		if _, err := c.Tenants(t.Context()); failure.KindOf(err) != failure.Person {
			t.Fatal(err)
		}
		s.advance(time.Minute)
	}
	if s.tokens != 15 {
		t.Errorf("asked %d times in an hour, want 15", s.tokens)
	}
	s.token = nil
	s.advance(token.RefusedFor)
	if _, err := c.Tenants(t.Context()); err != nil {
		t.Errorf("a credential that works again: %v", err)
	}
}

// TestBasicIsScrubbed guards the canary's own search: the header the library sends is the one
// that the scrubber knows.
func TestBasicIsScrubbed(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	s.token = func(w http.ResponseWriter, r *http.Request) {
		says(401, fmt.Sprintf(`{"error":%q}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Basic ")))(w, r)
	}
	_, err := s.client().Tenants(t.Context())
	if err == nil || strings.Contains(err.Error(), base64.StdEncoding.EncodeToString([]byte("client-id"))[:10]) {
		t.Error(err)
	}
}
