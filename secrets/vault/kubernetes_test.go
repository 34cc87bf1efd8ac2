package vault_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
	"github.com/aurad/aurad/secrets/vault/login"
)

// jwt makes a service account's token as Kubernetes does, but for the signature: it is the
// TokenReview that decides.
func jwt(t *testing.T, account string) string {
	t.Helper()
	part := func(v any) string {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	claims := map[string]any{
		"iss": "https://kubernetes.default.svc", "sub": "system:serviceaccount:databases:" + account,
		"aud": []string{"vault"}, "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(),
		"kubernetes.io": map[string]any{
			"namespace": "databases", "serviceaccount": map[string]any{"name": account, "uid": "u-" + account},
		},
	}
	return part(map[string]any{"alg": "RS256", "typ": "JWT"}) + "." + part(claims) + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 256))
}

// reviewer is the one endpoint of Kubernetes that Vault asks: it knows the service account aurad.
func reviewer(t *testing.T) *httptest.Server {
	t.Helper()
	k := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review struct {
			Spec struct {
				Token string `json:"token"`
			} `json:"spec"`
		}
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil || r.URL.Path != "/apis/authentication.k8s.io/v1/tokenreviews" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview",
			"status": map[string]any{
				"authenticated": review.Spec.Token != "", "audiences": []string{"vault"},
				"user": map[string]any{"username": "system:serviceaccount:databases:aurad", "uid": "u-aurad", "groups": []string{"system:serviceaccounts"}},
			},
		})
	}))
	t.Cleanup(k.Close)
	return k
}

func TestKubernetes(t *testing.T) {
	s := server(t, vaulttest.Options{})
	k := reviewer(t)
	s.Enable("kubernetes")
	s.Write("auth/kubernetes/config", map[string]any{
		"kubernetes_host":      k.URL,
		"kubernetes_ca_cert":   string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate().Raw})),
		"token_reviewer_jwt":   jwt(t, "reviewer"),
		"disable_local_ca_jwt": true,
	})
	s.Write("auth/kubernetes/role/aurad", map[string]any{
		"bound_service_account_names": "aurad", "bound_service_account_namespaces": "databases", "audience": "vault",
		"token_policies": "aurad", "token_ttl": "1m",
	})
	path := file(t, jwt(t, "aurad"))
	kubernetes := func(role string) *vault.Store {
		return open(t, vault.Config{Address: s.Addr, Auth: login.Auth{Kubernetes: &login.Kubernetes{Role: role, JWT: login.Source{File: path}}}})
	}
	v := kubernetes("aurad")
	check(t, v.Preflight(ctx, claim("orders")), nil)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	truth(t, s, credential("orders"))
	if left := time.Until(v.TokenExpiry()); left <= 0 || left > time.Minute {
		t.Errorf("the token is said to end in %v", left)
	}
	check(t, kubernetes("stranger").Preflight(ctx, claim("billing")), secrets.ErrRefused)
	if err := os.WriteFile(path, []byte(jwt(t, "other")), 0o600); err != nil {
		t.Fatal(err)
	}
	check(t, kubernetes("aurad").Preflight(ctx, claim("billing")), secrets.ErrRefused)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	err := kubernetes("aurad").Preflight(ctx, claim("billing"))
	check(t, err, secrets.ErrRefused)
	says(t, err, "service account")
}
