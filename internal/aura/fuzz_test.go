package aura

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/aurad/aurad/internal/aura/scrub"
	"github.com/aurad/aurad/internal/aura/wire"
	"github.com/aurad/aurad/secrets"
)

// FuzzReplies: no reply brings the client down, none passes for more than it is.
func FuzzReplies(f *testing.F) {
	for _, s := range []string{"", "null", "[]", "{}", createdBody, `{"data":[{"id":"a"}]}`, `{"data":{"id":"a","graph_nodes":"1e400","secondaries_count":-0}}`,
		`{"errors":[{"message":"m","reason":"r","field":"f"}]}`, `{"error":"x","error_description":"y"}`, `{"error":{"message":{}}}`, "<html>", "\xff\x1b[0m\u202e",
		strings.Repeat("[", 10001), `{"data":{"id":"a","password":"` + canaryClientSecret + `"}}`} {
		f.Add([]byte(s))
	}
	tamed := scrub.New("client-id", secrets.NewSecret(canaryClientSecret))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzSuccess(t, raw)
		said := wire.ParseComplaint(raw)
		for _, words := range []string{said.Message, said.Reason, said.Field} {
			checkClean(t, tamed.Clean(words, scrub.MaxMessage))
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
	c, err := wire.ParseCreated(raw)
	switch {
	case err == nil && (c.ID == "" || c.Password.Empty()):
		t.Errorf("a credential that is none: %q", raw)
	case err == wire.ErrCutReply && json.Valid(raw):
		t.Errorf("a whole reply is called cut: %q", raw)
	case err != nil && err != wire.ErrNoPassword && err != wire.ErrNoID && err != wire.ErrCutReply && err != wire.ErrUnreadableReply:
		t.Errorf("an error that may quote the reply: %v", err)
	}
	if tenant, err := wire.One(wireTenant.tenant)(raw); err != nil && tenant.InstanceConfigurations != nil {
		t.Errorf("half a tenant: %q", raw)
	}
	if snapshots, err := wire.List(wireSnapshot.snapshot)(raw); err != nil && len(snapshots) > 0 {
		t.Errorf("half a list of snapshots: %q", raw)
	}
}

func checkClean(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > scrub.MaxMessage || strings.Contains(s, canaryClientSecret) {
		t.Errorf("not clean: %q", s)
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			t.Errorf("%U in %q", r, s)
		}
	}
}
