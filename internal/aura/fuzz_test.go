package aura

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aurad/aurad/secrets"
)

func FuzzParseRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "30", "-1", "18446744073709551616", "Mon, 02 Mar 2026 08:00:45 GMT", "1e9", "٣"} {
		f.Add(s)
	}
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, header string) {
		d, ok := ParseRetryAfter(header, now)
		if d < 0 || !ok && d != 0 {
			t.Errorf("%q: %v, %v", header, d, ok)
		}
	})
}

// FuzzReplies: no reply brings the client down, none passes for more than it is.
func FuzzReplies(f *testing.F) {
	for _, s := range []string{"", "null", "[]", "{}", createdBody, `{"data":[{"id":"a"}]}`, `{"data":{"id":"a","graph_nodes":"1e400","secondaries_count":-0}}`,
		`{"errors":[{"message":"m","reason":"r","field":"f"}]}`, `{"error":"x","error_description":"y"}`, `{"error":{"message":{}}}`, "<html>", "\xff\x1b[0m\u202e",
		strings.Repeat("[", 10001), `{"data":{"id":"a","password":"` + canaryClientSecret + `"}}`} {
		f.Add([]byte(s))
	}
	scrub := newScrubber("client-id", secrets.NewSecret(canaryClientSecret))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzSuccess(t, raw)
		said := parseComplaint(raw)
		for _, words := range []string{said.message, said.reason, said.field} {
			checkClean(t, scrub.clean(words, maxMessage))
		}
	})
}

func fuzzSuccess(t *testing.T, raw []byte) {
	if in, err := parseInstance(raw); err == nil && in.ID == "" {
		t.Errorf("an instance without an id: %q", raw)
	}
	summaries, err := parseSummaries(raw)
	for _, s := range summaries {
		if err != nil || (s.ID == "") != (s.Fault != "") {
			t.Errorf("a list with a gap: %q, %v", raw, err)
		}
	}
	c, err := ParseCreated(raw)
	switch {
	case err == nil && (c.ID == "" || c.Password.Empty()):
		t.Errorf("a credential that is none: %q", raw)
	case err == ErrCutReply && json.Valid(raw):
		t.Errorf("a whole reply is called cut: %q", raw)
	case err != nil && err != ErrNoPassword && err != ErrNoID && err != ErrCutReply && err != ErrUnreadableReply:
		t.Errorf("an error that may quote the reply: %v", err)
	}
	if tenant, err := one(wireTenant.tenant)(raw); err != nil && tenant.InstanceConfigurations != nil {
		t.Errorf("half a tenant: %q", raw)
	}
	if snapshots, err := list(wireSnapshot.snapshot)(raw); err != nil && len(snapshots) > 0 {
		t.Errorf("half a list of snapshots: %q", raw)
	}
}

func checkClean(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxMessage || strings.Contains(s, canaryClientSecret) {
		t.Errorf("not clean: %q", s)
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			t.Errorf("%U in %q", r, s)
		}
	}
}
