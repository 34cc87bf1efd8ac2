package vault_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
	"github.com/aurad/aurad/secrets/vault/login"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// until waits for a fact that a real clock brings about.
func until(t *testing.T, what string, fact func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !fact(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// A periodic token of five seconds, without the default policy, is alive after eight.
func TestTokenIsRenewed(t *testing.T) {
	s := server(t, vaulttest.Options{})
	token := s.PeriodicTokenWithoutDefault(5*time.Second, "aurad")
	v := open(t, vault.Config{Address: s.Addr, Auth: withToken(token)})
	if !v.TokenExpiry().IsZero() {
		t.Error("it knows an expiry before it has a token")
	}
	check(t, v.Preflight(ctx, claim("orders")), nil)
	first := v.TokenExpiry()
	if left := time.Until(first); left <= 0 || left > 5*time.Second {
		t.Errorf("the token is said to end in %v", left)
	}
	time.Sleep(8 * time.Second)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	if left := v.TokenExpiry().Sub(first); left < 3*time.Second {
		t.Errorf("the expiry moved by %v only", left)
	}
}

func TestTokenThatNeverEnds(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v := open(t, vault.Config{Address: s.Addr, Auth: withToken(s.RootToken)})
	check(t, v.Preflight(ctx, claim("orders")), nil)
	if !v.TokenExpiry().IsZero() {
		t.Errorf("the root token is said to end at %v", v.TokenExpiry())
	}
}

// A token that can't be renewed ends; a new one in its file is taken up.
func TestTokenFileIsReadAgain(t *testing.T) {
	s := server(t, vaulttest.Options{})
	path := file(t, s.Token(time.Hour, 0, "aurad")+"\n")
	v := open(t, vault.Config{Address: s.Addr, Auth: login.Auth{Token: &login.Source{File: path}}})
	check(t, v.Preflight(ctx, claim("orders")), nil)
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s.Revoke(strings.TrimSpace(string(old)))
	err = v.Preflight(ctx, claim("orders"))
	check(t, err, secrets.ErrRefused)
	says(t, err, "give aurad a new one")
	if err := os.WriteFile(path, []byte(s.Token(time.Hour, 0, "aurad")), 0o600); err != nil {
		t.Fatal(err)
	}
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	check(t, v.Preflight(ctx, claim("billing")), nil) // the token in memory still lives
}

func TestAppRole(t *testing.T) {
	s := server(t, vaulttest.Options{})
	role, id := s.AppRole("aurad", time.Minute, time.Hour, "aurad")
	for name, a := range map[string]*login.AppRole{
		"values": {RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(id)}},
		"files":  {RoleID: login.Source{File: file(t, role+"\n")}, SecretID: login.Source{File: file(t, id+"\n")}},
	} {
		v := open(t, vault.Config{Address: s.Addr, Auth: login.Auth{AppRole: a}})
		check(t, v.Create(ctx, credential(name), secrets.Claim{}), nil)
		if left := time.Until(v.TokenExpiry()); left <= 0 || left > time.Minute {
			t.Errorf("the token is said to end in %v", left)
		}
	}
	wrong := &login.AppRole{RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(password)}}
	v := open(t, vault.Config{Address: s.Addr, Auth: login.Auth{AppRole: wrong}})
	err := v.Preflight(ctx, claim("orders"))
	check(t, err, secrets.ErrRefused)
	says(t, err, "secret id")
	missing := &login.AppRole{RoleID: login.Source{File: "/nonexistent/role"}, SecretID: login.Source{File: "/nonexistent/id"}}
	v = open(t, vault.Config{Address: s.Addr, Auth: login.Auth{AppRole: missing}})
	err = v.Preflight(ctx, claim("orders"))
	check(t, err, secrets.ErrRefused)
	says(t, err, "/nonexistent/role")
}

// The token of an AppRole is revoked between two calls, and at every request of a Create: the
// store logs in again and the call goes on.
func TestTokenRevokedMidway(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	role, id := s.AppRole("aurad", time.Minute, time.Hour, "aurad")
	auth := login.Auth{AppRole: &login.AppRole{RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(id)}}}
	for n := 1; n <= 6; n++ {
		key := "orders-" + string(rune('a'+n))
		v := open(t, vault.Config{Address: p.URL, Auth: auth})
		check(t, v.Preflight(ctx, claim(key)), nil)
		seen, revoked := 0, 0
		p.set(func(_ int, r *http.Request) fault {
			token := r.Header.Get("X-Vault-Token")
			if seen++; seen == n && token != "" {
				revoked++
				s.Revoke(token)
			}
			return fault{}
		})
		check(t, v.Create(ctx, credential(key), secrets.Claim{}), nil)
		truth(t, s, credential(key))
		if logins := p.requests("approle/login"); n <= 3 && len(logins) != revoked {
			t.Errorf("%d: %d revoked, %d logins", n, revoked, len(logins))
		}
		v.Close()
	}
}

// A right that is missing is no reason to log in again, which would fill Vault with tokens.
func TestForbiddenIsNotALoginStorm(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	role, id := s.AppRole("aurad", time.Minute, time.Hour, "default")
	v := open(t, vault.Config{Address: p.URL, Auth: login.Auth{AppRole: &login.AppRole{
		RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(id)},
	}}})
	for range 5 {
		_, err := v.Get(ctx, "orders")
		check(t, err, secrets.ErrRefused)
	}
	if logins := p.requests("approle/login"); len(logins) != 1 {
		t.Errorf("%d logins", len(logins))
	}
}

func TestOneLoginForAllAtOnce(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	role, id := s.AppRole("aurad", time.Minute, time.Hour, "aurad")
	v := open(t, vault.Config{Address: p.URL, Auth: login.Auth{AppRole: &login.AppRole{
		RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(id)},
	}}})
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() { check(t, v.Create(ctx, credential("orders-"+string(rune('a'+i))), secrets.Claim{}), nil) })
	}
	wg.Wait()
	if logins := p.requests("approle/login"); len(logins) != 1 {
		t.Errorf("%d logins", len(logins))
	}
}

// A token of one second, three at most: renewed, and replaced by a new login, with nobody asking.
func TestLoginAgainWhenTheTokenEnds(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	role, _ := s.AppRole("aurad", time.Second, 3*time.Second, "aurad")
	wrapped := file(t, s.WrappedSecretID("aurad", time.Minute))
	v := open(t, vault.Config{Address: p.URL, Auth: login.Auth{AppRole: &login.AppRole{
		RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{File: wrapped}, Wrapped: true,
	}}})
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	until(t, "a second login", func() bool { return len(p.requests("approle/login")) >= 2 })
	if err := os.Remove(wrapped); err != nil { // spent: nothing needs it any more
		t.Fatal(err)
	}
	until(t, "two more", func() bool { return len(p.requests("approle/login")) >= 4 })
	if unwraps := p.requests("sys/wrapping/unwrap"); len(unwraps) != 1 {
		t.Errorf("unwrapped %d times", len(unwraps))
	}
	check(t, v.Rename(ctx, "orders", "still alive"), nil)
	if logins, renewals := len(p.requests("approle/login")), len(p.requests("renew-self")); renewals < logins-1 {
		t.Errorf("%d renewals, %d logins: the token is not renewed", renewals, logins)
	}
}

func TestWrappedSecretIDThatIsSpent(t *testing.T) {
	s := server(t, vaulttest.Options{})
	role, _ := s.AppRole("aurad", time.Minute, time.Hour, "aurad")
	path := file(t, s.WrappedSecretID("aurad", time.Minute))
	spent, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Client("").Logical().Unwrap(string(spent)); err != nil {
		t.Fatal(err)
	}
	v := open(t, vault.Config{Address: s.Addr, Auth: login.Auth{AppRole: &login.AppRole{
		RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{File: path}, Wrapped: true,
	}}})
	err = v.Preflight(ctx, claim("orders"))
	check(t, err, secrets.ErrRefused)
	says(t, err, "spent or expired", "find out who used it")
	if err := os.WriteFile(path, []byte(s.WrappedSecretID("aurad", time.Minute)), 0o600); err != nil {
		t.Fatal(err)
	}
	check(t, v.Preflight(ctx, claim("orders")), nil)
	other := s.WrapSomethingElse()
	v = open(t, vault.Config{Address: s.Addr, Auth: login.Auth{AppRole: &login.AppRole{
		RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(other)}, Wrapped: true,
	}}})
	err = v.Preflight(ctx, claim("orders"))
	check(t, err, secrets.ErrRefused)
	says(t, err, "does not wrap a secret id")
}

func TestNamespaceIsSent(t *testing.T) {
	s := server(t, vaulttest.Options{})
	t.Setenv("VAULT_NAMESPACE", "team/a")
	t.Setenv("VAULT_TOKEN", "hvs.not-this-one")
	p := newProxy(t, s)
	var mu sync.Mutex
	var without, wrong []string
	p.set(func(_ int, r *http.Request) fault {
		mu.Lock()
		defer mu.Unlock()
		if r.Header.Get("X-Vault-Namespace") != "team/a/" && r.Header.Get("X-Vault-Namespace") != "team/a" {
			without = append(without, r.URL.Path)
		}
		if r.Header.Get("X-Vault-Token") == "hvs.not-this-one" {
			wrong = append(wrong, r.URL.Path)
		}
		r.Header.Del("X-Vault-Namespace") // this edition of Vault has none
		return fault{}
	})
	role, id := s.AppRole("aurad", time.Minute, time.Hour, "aurad")
	v := open(t, vault.Config{Address: p.URL, Auth: login.Auth{AppRole: &login.AppRole{
		RoleID: login.Source{Value: secrets.NewSecret(role)}, SecretID: login.Source{Value: secrets.NewSecret(id)},
	}}})
	check(t, v.Preflight(ctx, claim("orders")), nil)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	mu.Lock()
	defer mu.Unlock()
	if len(without) != 0 || len(wrong) != 0 || len(p.requests("")) < 7 {
		t.Errorf("without the namespace: %v; with VAULT_TOKEN though AppRole is set: %v", without, wrong)
	}
}

func TestAuthFromEnv(t *testing.T) {
	credentials, home := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(credentials, "vault-token"): "t", filepath.Join(home, ".vault-token"): "h",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		env  string
		want string // method, or words of the error
	}{
		{"", "no way to log in"},
		{"HOME=" + home, "token " + filepath.Join(home, ".vault-token")},
		{"HOME=" + home + " VAULT_TOKEN=a", "token a"},
		{"VAULT_TOKEN_FILE=/x", "token /x"},
		{"CREDENTIALS_DIRECTORY=" + credentials, "token " + filepath.Join(credentials, "vault-token")},
		{"VAULT_ROLE_ID=r VAULT_SECRET_ID=s", "approle r s false "},
		{"VAULT_ROLE_ID_FILE=/r VAULT_WRAPPED_SECRET_ID_FILE=/s VAULT_APPROLE_MOUNT=m", "approle /r /s true m"},
		{"VAULT_ROLE_ID=r", "set one of"},
		{"VAULT_ROLE_ID=r VAULT_SECRET_ID=s VAULT_WRAPPED_SECRET_ID=s", "set one of"},
		{"VAULT_KUBERNETES_ROLE=k", "kubernetes k " + login.ServiceAccountToken},
		{"VAULT_KUBERNETES_ROLE=k VAULT_KUBERNETES_TOKEN_FILE=/j", "kubernetes k /j"},
		{"VAULT_TOKEN=a VAULT_ROLE_ID=r VAULT_SECRET_ID=s", "several Vault logins"},
		{"VAULT_TOKEN=a VAULT_KUBERNETES_ROLE=r", "several Vault logins"},
	} {
		env := map[string]string{}
		for _, pair := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		auth, err := login.FromEnv(func(name string) string { return env[name] })
		if err != nil {
			check(t, err, secrets.ErrRefused)
			says(t, err, c.want)
			continue
		}
		if got := summary(auth); got != c.want {
			t.Errorf("%s: %s, want %s", c.env, got, c.want)
		}
	}
}

func summary(a login.Auth) string {
	from := func(s login.Source) string { return s.Value.Reveal() + s.File }
	switch {
	case a.AppRole != nil:
		wrapped := map[bool]string{true: "true", false: "false"}[a.AppRole.Wrapped]
		return strings.Join([]string{"approle", from(a.AppRole.RoleID), from(a.AppRole.SecretID), wrapped, a.AppRole.Mount}, " ")
	case a.Kubernetes != nil:
		return "kubernetes " + a.Kubernetes.Role + " " + from(a.Kubernetes.JWT)
	}
	return "token " + from(*a.Token)
}
