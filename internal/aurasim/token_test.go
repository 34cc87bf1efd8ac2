package aurasim

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim/quirk"
)

func TestTokenEndpoint(t *testing.T) {
	const form, js = "application/x-www-form-urlencoded", "application/json"
	for _, row := range []struct {
		contentType, body, id, secret string
		want                          int
	}{
		{form, "grant_type=client_credentials", DemoClientID, DemoClientSecret, 200},
		{form + "; charset=utf-8", "grant_type=client_credentials", DemoClientID, DemoClientSecret, 200},
		{js, `{"grant_type":"client_credentials"}`, DemoClientID, DemoClientSecret, 200},
		{form, "grant_type=password", DemoClientID, DemoClientSecret, 400},
		{form, "x=y", DemoClientID, DemoClientSecret, 400},
		{form, "grant_type=client_credentials", DemoClientID, "wrong", 401},
		{form, "grant_type=client_credentials", "who", DemoClientSecret, 401},
		{js, "grant_type=client_credentials", DemoClientID, DemoClientSecret, 403},
		{"text/plain", "grant_type=client_credentials", DemoClientID, DemoClientSecret, 403},
		{form, "", DemoClientID, DemoClientSecret, 404},
	} {
		w := newWorld(t, Config{})
		a := w.tokenRequest(row.contentType, row.body, row.id, row.secret)
		if a.status != row.want {
			t.Errorf("%+v: %d %s", row, a.status, a.body)
		}
		if row.want != 200 && (a.get("error") == missing{} || a.get("error_description") == missing{}) {
			t.Errorf("%+v: not an OAuth error: %s", row, a.body)
		}
	}
}

func TestTokenReply(t *testing.T) {
	a := newQuirkWorld(t, quirk.Quirks{}).tokenRequest("application/json", `{"grant_type":"client_credentials"}`, DemoClientID, DemoClientSecret)
	a.is(3600.0, "expires_in").is("Bearer", "token_type")
}

// Some clients put their secret into the body; the log must not keep it.
func TestTokenBodiesAreNotLogged(t *testing.T) {
	w := newWorld(t, Config{})
	w.tokenRequest("application/json", `{"grant_type":"client_credentials","client_secret":"x"}`, DemoClientID, DemoClientSecret)
	w.want(202, "POST", "/v1/instances", demoCreate)
	for _, r := range w.sim.Requests() {
		if (r.Body == "") != r.Token() {
			t.Errorf("%s %s logged with body %q", r.Method, r.Path, r.Body)
		}
	}
}

func TestTokenLife(t *testing.T) {
	w := newWorld(t, Config{TokenLife: 10 * time.Minute})
	w.clock.Advance(10*time.Minute - 1)
	w.want(200, "GET", "/v1/tenants", "")
	w.clock.Advance(1)
	w.want(403, "GET", "/v1/tenants", "")
	w.login()
	w.want(200, "GET", "/v1/tenants", "")
	w.sim.RevokeTokens()
	w.want(403, "GET", "/v1/tenants", "")
}

func TestMissingAndGarbageTokens(t *testing.T) {
	w := newWorld(t, Config{})
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer garbage", "Basic " + w.token} {
		r, _ := http.NewRequest("POST", "https://x/v1/instances", strings.NewReader(demoCreate))
		r.Header.Set("Authorization", header)
		r.Header.Set("Content-Type", "application/json")
		a := w.send(r)
		if a.status != 401 || a.header.Get("X-Request-Id") != "" {
			t.Errorf("Authorization %q: %d %v", header, a.status, a.header)
		}
	}
	if n := len(w.sim.Instances()); n != 0 {
		t.Errorf("%d instances made without a token", n)
	}
}

func TestClientsComeAndGo(t *testing.T) {
	w := newWorld(t, Config{})
	login := func(id, secret string) string {
		return fmt.Sprint(w.tokenRequest("application/json", `{"grant_type":"client_credentials"}`, id, secret).status)
	}
	w.sim.SetClient("second", "s/e:c%r t")
	w.sim.SetClient(DemoClientID, "")
	if got := login("second", "s/e:c%r t") + login(DemoClientID, DemoClientSecret); got != "200401" {
		t.Error(got)
	}
}

// A simulator that lives fast tells the truth about its tokens to clients that do not: expires_in
// counts on the clock that they cache by.
func TestTokensAgeByTheClockOfClients(t *testing.T) {
	wall := &clock{now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	w := newWorld(t, Config{TokenLife: time.Hour, TokenClock: wall.Now})
	w.clock.Advance(59 * time.Hour)
	wall.Advance(59 * time.Minute)
	w.want(200, "GET", "/v1/tenants", "")
	wall.Advance(time.Minute)
	w.want(403, "GET", "/v1/tenants", "")
	w.login()
	w.sim.RevokeTokens()
	w.want(403, "GET", "/v1/tenants", "")
}
