package aura

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/scrub"
)

// TestErrorBodies: every body form that clients have met, as one sentence.
func TestErrorBodies(t *testing.T) {
	tests := []struct {
		name         string
		status       int
		body, reason string
		sentence     string
	}{
		{"application", 404, `{"errors":[{"message":"DB not found: 0a1b2c3d","reason":"db-not-found"}]}`, "db-not-found",
			`pause instance 0a1b2c3d: Aura answered 404 Not Found, db-not-found: DB not found: 0a1b2c3d (X-Request-Id req-1); nothing is left to do`},
		{"with a field", 415, `{"errors":[{"message":"not offered","reason":"bad-value","field":"memory"}]}`, "bad-value",
			`pause instance 0a1b2c3d: Aura answered 415 Unsupported Media Type, bad-value, field memory: not offered (X-Request-Id req-1); the content type was refused: report this as a bug of aurad`},
		{"two errors", 409, `{"errors":[{"message":"busy","reason":"ongoing-database-operation"},{"message":"and more"}]}`, "ongoing-database-operation",
			`pause instance 0a1b2c3d: Aura answered 409 Conflict, ongoing-database-operation: busy; and more (X-Request-Id req-1); another operation is running: wait and look again`},
		{"empty reason", 409, `{"errors":[{"message":"busy","reason":""}]}`, "",
			`pause instance 0a1b2c3d: Aura answered 409 Conflict: busy (X-Request-Id req-1); wait and look at the instance again`},
		{"gateway", 429, `{"error":"Rate limit exceeded"}`, "",
			`pause instance 0a1b2c3d: Aura answered 429 Too Many Requests: Rate limit exceeded (X-Request-Id req-1); try again in 7s`},
		{"oauth", 400, `{"error":"invalid_request","error_description":"no grant"}`, "invalid_request",
			`pause instance 0a1b2c3d: Aura answered 400 Bad Request, invalid_request: no grant (X-Request-Id req-1); wait and look at the instance again`},
		{"flat", 402, `{"message":"pay","reason":"missing-billing-details"}`, "missing-billing-details",
			`pause instance 0a1b2c3d: Aura answered 402 Payment Required, missing-billing-details: pay (X-Request-Id req-1); add a payment method in the Aura console`},
		{"capitalised", 402, `{"Message":"pay","Reason":"r"}`, "r",
			`pause instance 0a1b2c3d: Aura answered 402 Payment Required, r: pay (X-Request-Id req-1); Aura wants a payment for this: see billing in the Aura console`},
		{"errors empty, message on top", 420, `{"errors":[],"message":"free"}`, "",
			`pause instance 0a1b2c3d: Aura answered 420: free (X-Request-Id req-1); a free instance cannot be overwritten: choose another target`},
		{"error as an object", 405, `{"error":{"message":"quota","reason":"q"}}`, "q",
			`pause instance 0a1b2c3d: Aura answered 405 Method Not Allowed, q: quota (X-Request-Id req-1); the quota is used up or the tenant may not have this type: see the Aura console`},
		{"text", 503, "upstream\nis gone", "",
			`pause instance 0a1b2c3d: Aura answered 503 Service Unavailable: upstream is gone (X-Request-Id req-1); it may have been carried out: look at the instances before trying again`},
		{"html", 404, `<html><title>nginx</title>`, "",
			`pause instance 0a1b2c3d: Aura answered 404 Not Found: a page of HTML, not JSON (X-Request-Id req-1); this is not Aura's own "not found": check the base URL`},
		{"nothing", 410, ``, "",
			`pause instance 0a1b2c3d: Aura answered 410 Gone (X-Request-Id req-1); a person must look at this`},
		{"odd JSON", 409, `[1,2]`, "",
			`pause instance 0a1b2c3d: Aura answered 409 Conflict: [1,2] (X-Request-Id req-1); wait and look at the instance again`},
		{"numbers for text", 422, `{"errors":[{"message":12,"reason":null}]}`, "",
			`pause instance 0a1b2c3d: Aura answered 422 Unprocessable Entity: 12 (X-Request-Id req-1); wait and look at the instance again`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				if tt.status == 429 {
					w.Header().Set("Retry-After", "7")
				}
				says(tt.status, tt.body)(w, r)
			})
			_, err := s.client().Pause(t.Context(), anID)
			e := failure.Of(err)
			if e == nil || e.Status != tt.status || e.Reason != tt.reason || e.RequestID != "req-1" {
				t.Fatalf("got %#v", err)
			}
			if e.Error() != tt.sentence {
				t.Errorf("got  %s\nwant %s", e, tt.sentence)
			}
		})
	}
}

// TestKinds is the truth table of what a refusal means to the caller.

// TestUncertain: only a write that the server may have carried out is uncertain.
func TestUncertain(t *testing.T) {
	for status, want := range map[int]bool{500: true, 502: true, 503: true, 504: true, 400: false, 401: false, 403: false, 404: false, 405: false, 409: false, 415: false, 429: false, 308: false} {
		s := newServer(t, says(status, `{"error":"x"}`))
		c := s.client()
		if _, err := c.Patch(t.Context(), anID, PatchRequest{"name": "n"}); uncertain(err) != want || err == nil {
			t.Errorf("change, %d: %v", status, err)
		}
		if _, err := c.Instance(t.Context(), anID); uncertain(err) || err == nil {
			t.Errorf("read, %d: %v", status, err)
		}
		if _, err := c.Sizing(t.Context(), SizingRequest{}); uncertain(err) || err == nil {
			t.Errorf("sizing, %d: %v", status, err)
		}
	}
}

// TestARefusedCreateIsUncertain: it is sent once, and whatever answers it but a success may stand in
// front of one that was carried out. Only Aura's own documented error is its word that it was not.
func TestARefusedCreateIsUncertain(t *testing.T) {
	documented := []int{400, 402, 404, 405, 409, 415, 422}
	for status := 300; status < 600; status++ {
		for body, own := range map[string]bool{
			`{"errors":[{"message":"m","reason":"r","field":"f"}]}`: slices.Contains(documented, status),
			`{"errors":[{"message":"m"}]}`:                          false,
			`{"errors":[]}`:                                         false,
			`{"error":"m","error_description":"r"}`:                 false,
			`{"message":"m","reason":"r"}`:                          false,
			"<html>":                                                false,
			"":                                                      false,
		} {
			s := newServer(t, says(status, body))
			_, err := s.client().Create(t.Context(), CreateRequest{Name: "n"})
			if e := failure.Of(err); e == nil || e.Uncertain == own || !e.Sent || e.Status != status || len(s.seen()) != 1 {
				t.Errorf("%d %s: sent %d times, %#v", status, body, len(s.seen()), err)
			}
		}
	}
}

// TestServerWordsAreTamed: what comes from outside is bounded, of one line, and gives no secret
// back, in whatever part of the answer it hides.
func TestServerWordsAreTamed(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("client-id:" + url.QueryEscape(canaryClientSecret)))
	echo := "\x1b[31m" + canaryClientSecret + " " + url.QueryEscape(canaryClientSecret) + " Basic " + basic + " " + basic +
		" Bearer " + tokenNumber(1) + " " + tokenNumber(1) + " bearer somebody-elses-token \u202e\r\nlevel=ERROR"
	for name, body := range map[string]string{
		"application": fmt.Sprintf(`{"errors":[{"message":%q,"reason":%q,"field":%q}]}`, echo, echo, echo),
		"gateway":     fmt.Sprintf(`{"error":%q}`, strings.Repeat("é", 250)+echo+strings.Repeat("x", 9999)),
		"cut secret":  strings.Repeat("x", scrub.MaxMessage-10) + canaryClientSecret,
		"text":        echo,
		"not UTF-8":   "\xff\xfe" + echo,
	} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", "id "+tokenNumber(1)+strings.Repeat("z", 500))
			w.WriteHeader(409)
			io.WriteString(w, strings.ReplaceAll(body, `\x1b`, `\u001b`))
		})
		_, err := s.client().Pause(t.Context(), anID)
		e := failure.Of(err)
		if e == nil {
			t.Fatalf("%s: %v", name, err)
		}
		checkTamed(t, name, e)
		NoCanary(t, name+" error", fmt.Sprintf("%v %+v %#v", err, err, err))
		NoCanary(t, name+" log", s.log.String())
	}
}

func checkTamed(t *testing.T, name string, e *failure.Error) {
	t.Helper()
	for part, limit := range map[string]int{e.Message: scrub.MaxMessage, e.Reason: scrub.MaxName, e.Field: scrub.MaxName, e.RequestID: scrub.MaxName} {
		if n := utf8.RuneCountInString(part); n > limit {
			t.Errorf("%s: %d characters", name, n)
		}
	}
	if strings.ContainsAny(e.Error(), "\x1b\r\n\u202e") || strings.Contains(e.Error(), "somebody-elses") {
		t.Errorf("%s: %q", name, e)
	}
}

func NoCanary(t *testing.T, where, text string) {
	t.Helper()
	half := canaryClientSecret[:10]
	for _, secret := range []string{half, url.QueryEscape(half), canaryToken, canaryPassword,
		base64.StdEncoding.EncodeToString([]byte("client-id:" + half))[:18]} {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds %q: %s", where, secret, text)
		}
	}
}
