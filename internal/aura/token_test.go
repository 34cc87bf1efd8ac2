package aura

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurad/aurad/secrets"
)

var farFuture = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// memory is a TokenCache that can fail.
type memory struct {
	mu    sync.Mutex
	tok   Token
	saves int
	err   error
}

func (m *memory) Load() (Token, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tok, !m.tok.AccessToken.Empty()
}

func (m *memory) Save(tok Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.saves++
	if m.err == nil {
		m.tok = tok
	}
	return m.err
}

func cached(m *memory) func(*Config) { return func(c *Config) { c.Tokens = m } }

// oldToken is one that an earlier run left behind.
func oldToken(s *server) *memory {
	return &memory{tok: Token{AccessToken: secrets.NewSecret(canaryToken + "old"), Expiry: s.now.Add(30 * time.Minute), ClientID: "client-id"}}
}

// needsToken answers 202 to want and status to any other token.
func needsToken(status int, body string, want *string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer "+*want {
			says(202, `{"data":{"id":"`+anID+`"}}`)(w, r)
			return
		}
		says(status, body)(w, r)
	}
}

func TestTokenRequest(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	var got *http.Request
	var form string
	s.token = func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, form = r, string(body)
		giveToken(w, 1)
	}
	if err := s.client().Authorize(t.Context()); err != nil {
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

// TestTokenLife: one token serves until a minute before it expires, over restarts too.
func TestTokenLife(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	m := &memory{}
	use := func(wantFetched int) {
		t.Helper()
		c := s.client(cached(m)) // a new client each time: a restart
		for range 3 {
			if _, err := c.Tenants(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if s.tokens != wantFetched || m.saves != wantFetched {
			t.Fatalf("%d tokens fetched, %d saved, want %d", s.tokens, m.saves, wantFetched)
		}
	}
	use(1)
	s.advance(59*time.Minute - time.Second)
	use(1)
	s.advance(time.Second)
	use(2)
	if want := s.clock().Add(time.Hour); !m.tok.Expiry.Equal(want) || m.tok.ClientID != "client-id" {
		t.Errorf("saved %v of %q, want %v", m.tok.Expiry, m.tok.ClientID, want)
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
		if err := s.client(cached(m)).Authorize(t.Context()); err != nil || !m.tok.Expiry.Equal(s.now.Add(want)) {
			t.Errorf("%s: expires after %v, %v", form, m.tok.Expiry.Sub(s.now), err)
		}
	}
}

// TestForeignToken: a token that another client id left in the cache is not used.
func TestForeignToken(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	m := oldToken(s)
	m.tok.ClientID = "somebody-else"
	if _, err := s.client(cached(m)).Tenants(t.Context()); err != nil || s.tokens != 1 {
		t.Errorf("%d tokens fetched, %v", s.tokens, err)
	}
}

func TestUnsavedTokenIsNoFailure(t *testing.T) {
	s := newServer(t, says(200, `{"data":[]}`))
	m := &memory{err: errors.New("disk full of " + canaryToken + "1")}
	if _, err := s.client(cached(m)).Tenants(t.Context()); err != nil {
		t.Error(err)
	}
	if log := s.log.String(); !strings.Contains(log, "disk full") {
		t.Errorf("log: %s", log)
	}
	noCanary(t, "log", s.log.String())
}

// TestRefusedTokenIsReplacedOnce: 401 and 403 alike, in any body form, for reads and for a create.
func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	for _, status := range []int{401, 403} {
		for _, body := range []string{`{"error":"token rejected"}`, "", "not json", `{"errors":[{"message":"m","reason":"r"}]}`} {
			s := newServer(t, nil)
			good := tokenNumber(1)
			s.answer = needsToken(status, body, &good)
			c := s.client(cached(oldToken(s)))
			if _, err := c.Create(t.Context(), CreateRequest{Name: "orders"}); err != nil {
				t.Errorf("%d %q: %v", status, body, err)
			}
			got := s.seen()
			if len(got) != 2 || got[0] != got[1] || s.tokens != 1 {
				t.Errorf("%d %q: sent %q with %d new tokens", status, body, got, s.tokens)
			}
			if _, err := c.Instance(t.Context(), anID); err != nil || len(s.seen()) != 3 {
				t.Errorf("%d %q: the new token is not kept: %v", status, body, err)
			}
		}
	}
}

// TestSecondRefusalIsFinal, and so is one of a token that was fetched for this very call.
func TestSecondRefusalIsFinal(t *testing.T) {
	for _, status := range []int{401, 403} {
		s := newServer(t, says(status, `{"error":"no"}`))
		_, err := s.client(cached(oldToken(s))).Pause(t.Context(), anID)
		if KindOf(err) != Person || len(s.seen()) != 2 || s.tokens != 1 || Uncertain(err) {
			t.Errorf("%d with an old token: %v after %q, %d tokens", status, err, s.seen(), s.tokens)
		}
		s = newServer(t, says(status, `{"error":"no"}`))
		_, err = s.client().Pause(t.Context(), anID)
		if KindOf(err) != Person || len(s.seen()) != 1 || s.tokens != 1 {
			t.Errorf("%d with a fresh token: %v after %q, %d tokens", status, err, s.seen(), s.tokens)
		}
	}
}

// TestMissingRightsSpendFewTokens: only 15 tokens an hour are to be had, and a role that lacks a
// right answers every poll with 403.
func TestMissingRightsSpendFewTokens(t *testing.T) {
	for body, most := range map[string]int{`{"errors":[{"message":"m","reason":"unauthorized"}]}`: 1, `{"error":"forbidden"}`: 7} {
		s := newServer(t, says(403, body))
		c := s.client(cached(oldToken(s)))
		for range 60 {
			if _, err := c.Pause(t.Context(), anID); KindOf(err) != Person {
				t.Fatal(err)
			}
			s.advance(time.Minute)
		}
		if s.tokens > most {
			t.Errorf("%s: %d tokens in an hour", body, s.tokens)
		}
	}
}

// TestCutRefusalIsNotRepeated: a write goes out again only after a whole refusal.
func TestCutRefusalIsNotRepeated(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99")
		w.WriteHeader(401)
		io.WriteString(w, `{"error"`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	_, err := s.client(cached(oldToken(s))).Create(t.Context(), CreateRequest{})
	if len(s.seen()) != 1 || s.tokens != 0 || !Uncertain(err) {
		t.Errorf("sent %q, %d tokens: %v", s.seen(), s.tokens, err)
	}
}

// TestTokenEndpointRefuses: what its errors mean, that they stand for the call that needed the
// token, and how often it is asked.
func TestTokenEndpointRefuses(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		kind   Kind
		asked  int
	}{
		{"revoked", 401, `{"error":"invalid_client","error_description":"revoked"}`, Person, 1},
		{"unusable", 403, `{"error":"unauthorized"}`, Person, 1},
		{"malformed", 400, `{"error":"invalid_request"}`, Person, 1},
		{"not there", 404, ``, Person, 1},
		{"moved", 308, ``, Person, 1},
		{"a page", 200, `<html>`, Person, 1},
		{"an error in a 200", 200, `{"error":"invalid_client"}`, Person, 1},
		{"no token in it", 200, `{"token_type":"bearer"}`, Person, 1},
		{"over the limit", 429, `{"error":"slow down"}`, Later, 4},
		{"broken", 500, `oops`, Later, 4},
		{"unavailable", 503, ``, Later, 4},
	}
	for _, tt := range tests {
		s := newServer(t, says(202, ""))
		s.token = says(tt.status, strings.ReplaceAll(tt.body, "revoked", canaryClientSecret))
		_, err := s.client().Create(t.Context(), CreateRequest{})
		if KindOf(err) != tt.kind || s.tokens != tt.asked || Uncertain(err) || len(s.seen()) != 0 {
			t.Errorf("%s: asked %d times: %v (%v)", tt.name, s.tokens, err, KindOf(err))
		}
		if e := asError(err); e.Status != tt.status || !strings.HasPrefix(e.Error(), "create instance: get an access token: ") {
			t.Errorf("%s: %d %v", tt.name, e.Status, e)
		}
		noCanary(t, tt.name, fmt.Sprintf("%+v %s", err, chain(err))+s.log.String())
	}
}

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
		if _, err := c.Tenants(t.Context()); KindOf(err) != Person {
			t.Fatal(err)
		}
		s.advance(time.Minute)
	}
	if s.tokens != 15 {
		t.Errorf("asked %d times in an hour, want 15", s.tokens)
	}
	s.token = nil
	s.advance(refusedFor)
	if _, err := c.Tenants(t.Context()); err != nil {
		t.Errorf("a credential that works again: %v", err)
	}
}

// TestConcurrentCallersShareOneToken, at the start, after a refusal, and when the one who
// fetches it is cancelled. In a bubble, so that all callers do meet in the middle of the fetch.
func TestConcurrentCallersShareOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := tokenNumber(1)
		fetched, refused := 0, 0
		c := inBubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/oauth/token" {
				time.Sleep(time.Second)
				fetched++
				if r.Context().Err() == nil {
					giveToken(w, fetched)
				}
				return
			}
			if r.Header.Get("Authorization") != "Bearer "+good {
				refused++
				says(403, `{"error":"expired"}`)(w, r)
				return
			}
			says(200, `{"data":[]}`)(w, r)
		})
		everyone(t, c, t.Context())
		if fetched != 1 || refused != 0 {
			t.Errorf("%d tokens fetched, %d refusals", fetched, refused)
		}
		good = tokenNumber(2)
		everyone(t, c, t.Context())
		if fetched != 2 {
			t.Errorf("%d tokens fetched after the refusal", fetched)
		}
	})
}

func TestCancelledFetchIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetched := 0
		c := inBubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/oauth/token" {
				time.Sleep(time.Second)
				fetched++
				giveToken(w, 1)
				return
			}
			says(200, `{"data":[]}`)(w, r)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.Tenants(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the cancelled caller: %v", err)
			}
		})
		synctest.Wait()
		everyone(t, c, t.Context())
		wg.Wait()
		if fetched != 2 {
			t.Errorf("%d tokens fetched", fetched)
		}
	})
}

func everyone(t *testing.T, c *Client, ctx context.Context) {
	t.Helper()
	var wg sync.WaitGroup
	for range 25 {
		wg.Go(func() {
			if _, err := c.Tenants(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// inBubble is a client whose transport calls h; one request after the other where h keeps state
// is synctest's doing only between sleeps, so h is guarded.
func inBubble(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	turn := make(chan struct{}, 1)
	c, err := New(Config{ClientID: "client-id", ClientSecret: secrets.NewSecret(canaryClientSecret),
		HTTP: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			turn <- struct{}{}
			defer func() { <-turn }()
			w := httptest.NewRecorder()
			h(w, r)
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			return w.Result(), nil
		})}})
	if err != nil {
		t.Fatal(err)
	}
	return c
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
