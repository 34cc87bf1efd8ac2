package aurasim

import (
	"crypto/subtle"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aurasim/limit"
)

const TokenPath = "/oauth/token"

type token struct {
	clientID string
	expires  time.Time
}

// issueToken is POST /oauth/token: HTTP Basic, a form or (undocumented) JSON body.
// 401 bad credential, 404 no body, 403 unusable body, 400 another grant.
func issueToken(c *call) reply {
	id, secret, ok := c.http.BasicAuth()
	if !ok || !c.s.knows(unescape(id), unescape(secret)) {
		return oauthError(http.StatusUnauthorized, "access_denied", "Unauthorized")
	}
	if len(c.body) == 0 {
		return oauthError(http.StatusNotFound, "invalid_request", "the request has no body")
	}
	grant, ok := grantType(c.http.Header.Get("Content-Type"), c.body)
	if !ok {
		return oauthError(http.StatusForbidden, "invalid_request", "the body is neither a form nor JSON")
	}
	if grant != "client_credentials" {
		return oauthError(http.StatusBadRequest, "unsupported_grant_type", "grant_type must be client_credentials")
	}
	m := c.s.meterOf(c.req.ClientID)
	left, wait := limit.Spend(m.Tokens, c.now, time.Hour, c.s.quirks.TokensPerHour)
	m.Tokens = left
	if wait > 0 {
		return *c.s.tooMany(c.now, wait)
	}
	return reply{status: http.StatusOK, value: c.s.newToken(c.req.ClientID)}
}

func oauthError(status int, code, text string) reply {
	return reply{status: status, problem: &problem{oauthForm, []fault{{Message: text, Reason: code}}}}
}

// unescape undoes the form encoding that RFC 6749 §2.3.1 asks for and curl does not do.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func (s *account) knows(id, secret string) bool {
	want, ok := s.clients[id]
	return ok && subtle.ConstantTimeCompare([]byte(want), []byte(secret)) == 1
}

func grantType(contentType string, body []byte) (grant string, ok bool) {
	kind, _, _ := mime.ParseMediaType(contentType)
	switch kind {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		return form.Get("grant_type"), err == nil
	case "application/json":
		var v struct {
			GrantType string `json:"grant_type"`
		}
		err := json.Unmarshal(body, &v)
		return v.GrantType, err == nil
	}
	return "", false
}

func (s *account) newToken(clientID string) object {
	now := s.cfg.TokenClock()
	for text, t := range s.tokens {
		if now.Sub(t.expires) > 24*time.Hour {
			delete(s.tokens, text) // an expired token is told from an unknown one for a day
		}
	}
	text := "sim." + s.newSecret(24)
	s.tokens[text] = token{clientID, now.Add(s.cfg.TokenLife)}
	return object{{"access_token", text}, {"expires_in", int(s.cfg.TokenLife.Seconds())}, {"token_type", "Bearer"}}
}

// RevokeTokens makes every token issued so far expired, as if an hour had passed.
func (s *Sim) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.TokenClock()
	for text, t := range s.tokens {
		t.expires = now
		s.tokens[text] = t
	}
}

// SetClient adds a client id or changes its secret; an empty secret removes it. Tokens live on.
func (s *Sim) SetClient(id, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if secret == "" {
		delete(s.clients, id)
		return
	}
	s.clients[id] = secret
}

// authorize checks the bearer token; nil when the call may go on.
func (c *call) authorize() *reply {
	text, ok := bearer(c.http)
	if !ok {
		return gateway(http.StatusUnauthorized, "Authorization field missing")
	}
	t, ok := c.s.tokens[text]
	if !ok {
		return gateway(http.StatusUnauthorized, "token rejected")
	}
	if !c.s.cfg.TokenClock().Before(t.expires) {
		if c.s.quirks.ExpiredTokenStatus == "401" {
			return gateway(http.StatusUnauthorized, "token expired")
		}
		return gateway(http.StatusForbidden, "token expired")
	}
	return nil
}

func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

// clientOf says who sends a request, whether or not the request will be let in; "" when unknown.
func (s *account) clientOf(r *http.Request) string {
	if id, _, ok := r.BasicAuth(); ok {
		if _, known := s.clients[unescape(id)]; known {
			return unescape(id)
		}
		return ""
	}
	text, _ := bearer(r)
	return s.tokens[text].clientID
}
