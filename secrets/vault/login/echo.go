package login

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aurad/aurad/secrets"
)

// unechoed takes out of every error reply what is secret in its request. Vault echoes nothing of
// that; a proxy, a plugin or a debug page may, and what a server says ends up in a log.
type unechoed struct{ next http.RoundTripper }

// mostEcho bounds how much of an error reply is read: nobody prints more of one than maxReply.
const mostEcho = 64 << 10

// RoundTrip implements http.RoundTripper.
func (u unechoed) RoundTrip(r *http.Request) (*http.Response, error) {
	known := []string{r.Header.Get("X-Vault-Token")}
	if r.Body != nil {
		sent, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(sent))
		known = append(known, secretValues(sent)...)
	}
	reply, err := u.next.RoundTrip(r)
	if err != nil || reply.StatusCode < http.StatusBadRequest {
		return reply, err
	}
	said, err := io.ReadAll(io.LimitReader(reply.Body, mostEcho))
	if reply.Body.Close(); err != nil {
		return nil, err
	}
	reply.Body = io.NopCloser(strings.NewReader(without(string(said), known)))
	reply.ContentLength = -1
	return reply, nil
}

// secretFields are the names under which Vault's client, or a credential, sends what is secret.
var secretFields = []string{"token", "secret_id", "role_id", "jwt", "password", secrets.EnvPassword}

// secretValues finds them in the body of a request, at any depth.
func secretValues(sent []byte) (found []string) {
	var walk func(name string, v any)
	walk = func(name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				walk(name, inner)
			}
		case []any:
			for _, inner := range v {
				walk(name, inner)
			}
		case string:
			if slices.Contains(secretFields, name) {
				found = append(found, v)
			}
		}
	}
	var whole any
	if json.Unmarshal(sent, &whole) == nil {
		walk("", whole)
	}
	return found
}

// without replaces each value, as it is and as JSON writes it within a string once and twice.
func without(text string, values []string) string {
	for _, v := range values {
		for range 3 {
			if v == "" {
				break
			}
			text = strings.ReplaceAll(text, v, secrets.Redacted)
			quoted, err := json.Marshal(v)
			if err != nil {
				break
			}
			v = string(quoted[1 : len(quoted)-1])
		}
	}
	return text
}
