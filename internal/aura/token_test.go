package aura

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/token"
	"github.com/aurad/aurad/secrets"
)

var farFuture = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// memory is a token.Cache that can fail.
type memory struct {
	mu    sync.Mutex
	tok   token.Token
	saves int
	err   error
}

func (m *memory) Load() (token.Token, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tok, !m.tok.AccessToken.Empty()
}

func (m *memory) Save(tok token.Token) error {
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
	return &memory{tok: token.Token{AccessToken: secrets.NewSecret(canaryToken + "old"), Expiry: s.now.Add(30 * time.Minute), ClientID: "client-id"}}
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
	NoCanary(t, "log", s.log.String())
}

// TestRefusedTokenIsReplacedOnce: 401 and 403 alike, in any body form, for reads and for a change.
func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	for _, status := range []int{401, 403} {
		for _, body := range []string{`{"error":"token rejected"}`, "", "not json", `{"errors":[{"message":"m","reason":"r"}]}`} {
			s := newServer(t, nil)
			good := tokenNumber(1)
			s.answer = needsToken(status, body, &good)
			c := s.client(cached(oldToken(s)))
			if _, err := c.Patch(t.Context(), anID, PatchRequest{"name": "orders"}); err != nil {
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

// TestARefusedCreateIsNotSentAgain: nobody knows whether what refused the token stands in front of
// a create that was carried out. The next try has a new token; if that one is refused as well, the
// refusal is taken for what it is, and tokens are not spent on it.
func TestARefusedCreateIsNotSentAgain(t *testing.T) {
	for _, status := range []int{401, 403} {
		s := newServer(t, says(status, `{"error":"token rejected"}`))
		c := s.client(cached(oldToken(s)))
		for n, want := range []failure.Kind{failure.Later, failure.Person, failure.Person} {
			_, err := c.Create(t.Context(), CreateRequest{Name: "orders"})
			if failure.KindOf(err) != want || !uncertain(err) || len(s.seen()) != n+1 {
				t.Errorf("%d, try %d: sent %d times, %v", status, n+1, len(s.seen()), err)
			}
			s.advance(11 * time.Minute)
		}
		if s.tokens != 1 {
			t.Errorf("%d: %d tokens were fetched, want one in place of the one refused", status, s.tokens)
		}
		s.advance(time.Hour)
		if _, err := c.Create(t.Context(), CreateRequest{Name: "orders"}); failure.KindOf(err) != failure.Person {
			t.Errorf("%d: a fresh token was refused, and that is %v", status, err)
		}
	}
}

// TestLateRefusalKeepsTheNewToken: a call that was refused with the old token after another had
// it replaced takes the new one.
func TestLateRefusalKeepsTheNewToken(t *testing.T) {
	s := newServer(t, nil)
	m := oldToken(s)
	c, old := s.client(cached(m)), m.tok
	if err := c.Authorize(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if tok, err := c.tokens.Replace(t.Context(), old); err != nil || tok.AccessToken.Reveal() != tokenNumber(1) {
			t.Error(tok.AccessToken.Reveal(), err)
		}
	}
}

// TestLoadedTokenIsScrubbed too, not only one that this run fetched.
func TestLoadedTokenIsScrubbed(t *testing.T) {
	s := newServer(t, says(409, `{"error":"you sent `+canaryToken+`old"}`))
	_, err := s.client(cached(oldToken(s))).Pause(t.Context(), anID)
	if failure.KindOf(err) != failure.Conflict {
		t.Error(err)
	}
	NoCanary(t, "error", err.Error())
}

// TestSecondRefusalIsFinal, and so is one of a token that was fetched for this very call.
func TestSecondRefusalIsFinal(t *testing.T) {
	for _, status := range []int{401, 403} {
		s := newServer(t, says(status, `{"error":"no"}`))
		_, err := s.client(cached(oldToken(s))).Pause(t.Context(), anID)
		if failure.KindOf(err) != failure.Person || len(s.seen()) != 2 || s.tokens != 1 || uncertain(err) {
			t.Errorf("%d with an old token: %v after %q, %d tokens", status, err, s.seen(), s.tokens)
		}
		s = newServer(t, says(status, `{"error":"no"}`))
		_, err = s.client().Pause(t.Context(), anID)
		if failure.KindOf(err) != failure.Person || len(s.seen()) != 1 || s.tokens != 1 {
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
			if _, err := c.Pause(t.Context(), anID); failure.KindOf(err) != failure.Person {
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
	if len(s.seen()) != 1 || s.tokens != 0 || !uncertain(err) {
		t.Errorf("sent %q, %d tokens: %v", s.seen(), s.tokens, err)
	}
}

// TestConcurrentCallersShareOneToken, at the start, after a refusal, and when the one who
// fetches it is cancelled. In a bubble, so that all callers do meet in the middle of the fetch.
// TestFailedFetchIsSharedToo: 25 callers must not spend 25 times the hour's 15 tokens.
// inBubble is a client whose transport calls h; one request after the other where h keeps state
// is synctest's doing only between sleeps, so h is guarded.
