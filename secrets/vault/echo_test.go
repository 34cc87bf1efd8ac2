package vault_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
	"github.com/aurad/aurad/secrets/vault/login"
)

// A server that repeats in its errors all that it was sent, also just before the place where a
// long error is cut, teaches nobody a secret.
func TestEchoesOfSecretsAreTakenOut(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	role, id := s.AppRole("aurad", time.Hour, time.Hour, "aurad")
	token := s.Token(time.Hour, 0, "aurad")
	c := credential("echoed")
	c.Password = secrets.NewSecret(`pass"word<é>&1`)
	secret := []string{id, token, c.Password.Reveal(), `pass\"word`, `pass\\\"word`, "word<", `word\u003c`}
	asRole := login.Auth{AppRole: &login.AppRole{RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(id)}}}
	for name, attempt := range map[string]struct {
		auth login.Auth
		path string
	}{"login": {asRole, "/login"}, "lookup": {withToken(token), "lookup-self"}, "put": {withToken(token), "/data/"}} {
		echoes := 0
		for _, padding := range []int{0, 200, 280, 290} {
			p.set(func(_ int, r *http.Request) fault {
				if !strings.Contains(r.URL.Path, attempt.path) {
					return fault{}
				}
				var sent string
				return fault{
					echo: func(r *http.Request, b []byte) { sent = r.Header.Get("X-Vault-Token") + " " + string(b) },
					instead: func(w http.ResponseWriter) {
						echoes++
						w.WriteHeader(http.StatusInternalServerError)
						_ = json.NewEncoder(w).Encode(map[string]any{"errors": []string{strings.Repeat("x", padding) + sent}})
					},
				}
			})
			err := open(t, vault.Config{Address: p.URL, Auth: attempt.auth}).Create(ctx, c, secrets.Claim{})
			check(t, err, secrets.ErrUnavailable)
			for _, value := range secret {
				if strings.Contains(err.Error(), value) || strings.Contains(err.Error(), value[:len(value)/2+1]) {
					t.Errorf("%s: the error tells %q: %v", name, value, err)
				}
			}
		}
		if echoes == 0 {
			t.Errorf("%s: nothing was echoed", name)
		}
	}
}
