package vault_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
	"github.com/aurad/aurad/secrets/vault/login"
)

const password = "hunter2-secret"

func credential(key string) secrets.Credential {
	return secrets.Credential{
		Key: key, InstanceID: "ab12cd34", InstanceName: "Orders, it's \"Å\"", URI: "neo4j+s://ab12cd34.databases.neo4j.io",
		Username: "neo4j", Password: secrets.NewSecret(password), Database: "neo4j",
	}
}

func claim(key string) secrets.Claim {
	return secrets.Claim{Fleet: "acme", Key: key, Nonce: "3f9a01bc"}
}

// minimal is the policy that users are told to write.
func minimal(t *testing.T) string {
	t.Helper()
	hcl, err := os.ReadFile("../../examples/vault/aurad.hcl")
	if err != nil {
		t.Fatal(err)
	}
	return string(hcl)
}

// server starts a Vault with KV v2 at secret/ and the minimal policy "aurad". Variables of the
// person who runs the tests must not reach the store.
func server(t *testing.T, o vaulttest.Options) *vaulttest.Server {
	t.Helper()
	for _, name := range os.Environ() {
		if name, _, _ = strings.Cut(name, "="); strings.HasPrefix(name, "VAULT_") {
			t.Setenv(name, "")
		}
	}
	s := vaulttest.Start(t, o)
	s.Mount("secret", "2")
	s.Policy("aurad", minimal(t))
	return s
}

func withToken(token string) login.Auth {
	return login.Auth{Token: &login.Source{Value: secrets.NewSecret(token)}}
}

func open(t *testing.T, c vault.Config) *vault.Store {
	t.Helper()
	s, err := vault.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// minimalStore opens a store whose token has the minimal policy and no other.
func minimalStore(t *testing.T, s *vaulttest.Server) *vault.Store {
	t.Helper()
	return open(t, vault.Config{Address: s.Addr, Auth: withToken(s.Token(time.Hour, 0, "aurad"))})
}

var ctx = context.Background()

// check fails the test unless err is of the wanted class and of no other, fits on one line and
// shows neither the password nor a token.
func check(t *testing.T, err, want error) {
	t.Helper()
	for _, class := range []error{secrets.ErrMissing, secrets.ErrTaken, secrets.ErrUnavailable, secrets.ErrRefused} {
		if errors.Is(err, class) != (class == want) {
			t.Errorf("got %v, want %v", err, want)
			return
		}
	}
	if (err == nil) != (want == nil) {
		t.Errorf("got %v, want %v", err, want)
	}
	if err == nil {
		return
	}
	for _, shown := range []string{password, "hvs.", "hvb.", "\n"} {
		if strings.Contains(err.Error(), shown) {
			t.Errorf("the error contains %q: %q", shown, err)
		}
	}
	if testing.Verbose() {
		t.Log(err)
	}
}

func says(t *testing.T, err error, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v does not say %q", err, text)
		}
	}
}

// truth compares what Vault holds, read as root, with c.
func truth(t *testing.T, s *vaulttest.Server, c secrets.Credential) {
	t.Helper()
	data, custom := s.Stored("secret", "aura/"+c.Key)
	want := map[string]any{}
	for _, p := range c.Env() {
		want[p.Name] = p.Value.Reveal()
	}
	if diff := cmp.Diff(want, data); diff != "" {
		t.Errorf("Vault holds something else:\n%s", diff)
	}
	marks := map[string]any{"aurad_key": c.Key, "aura_instance_id": c.InstanceID, "managed_by": "aurad"}
	if diff := cmp.Diff(marks, custom); diff != "" {
		t.Errorf("custom_metadata:\n%s", diff)
	}
}

func version(t *testing.T, s *vaulttest.Server, path string) int {
	t.Helper()
	meta, err := s.Client(s.RootToken).KVv2("secret").GetMetadata(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	return meta.CurrentVersion
}

func TestTheWholeLifeOfACredential(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, c := minimalStore(t, s), credential("orders")

	_, err := v.Get(ctx, "orders")
	check(t, err, secrets.ErrMissing)
	owned, err := v.List(ctx)
	check(t, err, nil)
	if len(owned) != 0 {
		t.Errorf("an empty store lists %v", owned)
	}
	check(t, v.Preflight(ctx, claim("orders")), nil)
	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	truth(t, s, c)
	check(t, v.Preflight(ctx, claim("orders")), secrets.ErrTaken)

	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	check(t, v.Rename(ctx, "orders", c.InstanceName), nil)
	check(t, v.Put(ctx, c), nil)
	if got := version(t, s, "aura/orders"); got != 1 {
		t.Errorf("an unchanged secret was written again: version %d", got)
	}

	c.InstanceName = "Orders (new)"
	check(t, v.Rename(ctx, "orders", c.InstanceName), nil)
	c.Password = secrets.NewSecret("rotated")
	check(t, v.Put(ctx, c), nil)
	truth(t, s, c)
	got, err := v.Get(ctx, "orders")
	check(t, err, nil)
	if !got.Equal(c) {
		t.Error("Get returns something else")
	}
	check(t, v.Put(ctx, credential("billing")), nil)
	owned, err = v.List(ctx)
	check(t, err, nil)
	want := []secrets.Owned{{Key: "billing", InstanceID: "ab12cd34"}, {Key: "orders", InstanceID: "ab12cd34"}}
	if diff := cmp.Diff(want, owned); diff != "" {
		t.Error(diff)
	}
	check(t, v.Rename(ctx, "nothing", "x"), secrets.ErrMissing)
}

func TestForeignSecretsAreNeverTouched(t *testing.T) {
	s := server(t, vaulttest.Options{})
	root := open(t, vault.Config{Address: s.Addr, Auth: withToken(s.RootToken)})
	for name, foreign := range map[string]map[string]any{
		"something else":   {"user": "x"},
		"not text":         {secrets.EnvPassword: 5, secrets.EnvInstanceID: []string{"ab12cd34"}},
		"another instance": {secrets.EnvPassword: password, secrets.EnvInstanceID: "ffffffff"},
		"another password": {secrets.EnvPassword: "another", secrets.EnvInstanceID: "ab12cd34"},
	} {
		key := strings.ReplaceAll(name, " ", "-")
		s.Write("secret/data/aura/"+key, map[string]any{"data": foreign})
		c := credential(key)
		t.Log(name)
		check(t, root.Preflight(ctx, claim(key)), secrets.ErrTaken)
		check(t, root.Create(ctx, c, secrets.Claim{}), secrets.ErrTaken)
		if name != "another password" { // which a person may replace, for the same instance
			check(t, root.Put(ctx, c), secrets.ErrTaken)
		}
		check(t, root.Destroy(ctx, key, c.InstanceID), secrets.ErrTaken)
		if version(t, s, "aura/"+key) != 1 {
			t.Errorf("%s was written to", name)
		}
		if _, custom := s.Stored("secret", "aura/"+key); len(custom) != 0 {
			t.Errorf("%s was marked: %v", name, custom)
		}
	}
	owned, err := root.List(ctx)
	check(t, err, nil)
	if len(owned) != 0 {
		t.Errorf("foreign secrets are listed as aurad's: %v", owned)
	}
}

// Metadata without a version reserves a path: only a token with more rights than aurad asks for
// can write there, and even then marks of another are kept.
func TestMarksOfAnotherAreKept(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, root := minimalStore(t, s), open(t, vault.Config{Address: s.Addr, Auth: withToken(s.RootToken)})
	terraform := map[string]any{"managed_by": "terraform", "team": "a"}
	s.Write("secret/metadata/aura/orders", map[string]any{"custom_metadata": terraform})
	s.Write("secret/metadata/aura/other", map[string]any{"custom_metadata": map[string]any{"team": "a"}})
	check(t, v.Preflight(ctx, claim("orders")), secrets.ErrTaken)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrTaken)
	check(t, root.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrTaken)
	_, custom := s.Stored("secret", "aura/orders")
	if diff := cmp.Diff(terraform, custom); diff != "" {
		t.Error(diff)
	}
	check(t, root.Create(ctx, credential("other"), secrets.Claim{}), nil)
	if _, custom := s.Stored("secret", "aura/other"); custom["team"] != "a" || custom["managed_by"] != "aurad" {
		t.Errorf("custom_metadata: %v", custom)
	}

	// Marks that name another program, or another key as in a copied secret, are not aurad's.
	for key, marks := range map[string]map[string]any{
		"terraformed": {"managed_by": "terraform", "aurad_key": "terraformed", "aura_instance_id": "ab12cd34"},
		"copied":      {"managed_by": "aurad", "aurad_key": "other", "aura_instance_id": "ab12cd34"},
	} {
		s.Write("secret/data/aura/"+key, map[string]any{"data": map[string]any{"x": "y"}})
		s.Write("secret/metadata/aura/"+key, map[string]any{"custom_metadata": marks})
		check(t, root.Destroy(ctx, key, "ab12cd34"), secrets.ErrTaken)
	}
	owned, err := root.List(ctx)
	check(t, err, nil)
	if diff := cmp.Diff([]secrets.Owned{{Key: "other", InstanceID: "ab12cd34"}}, owned); diff != "" {
		t.Error(diff)
	}
}

func TestDeletedVersionsCountAsTaken(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, c := minimalStore(t, s), credential("orders")
	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	if err := s.Client(s.RootToken).KVv2("secret").Delete(ctx, "aura/orders"); err != nil {
		t.Fatal(err)
	}
	err := v.Preflight(ctx, claim("orders"))
	check(t, err, secrets.ErrTaken)
	says(t, err, "vault kv metadata delete -mount=secret aura/orders")
	check(t, v.Create(ctx, c, secrets.Claim{}), secrets.ErrTaken)
	_, err = v.Get(ctx, "orders")
	check(t, err, secrets.ErrMissing)
	if owned, _ := v.List(ctx); len(owned) != 0 {
		t.Errorf("a deleted secret is listed: %v", owned)
	}
	if err := s.Client(s.RootToken).KVv2("secret").DeleteMetadata(ctx, "aura/orders"); err != nil {
		t.Fatal(err)
	}
	check(t, v.Preflight(ctx, claim("orders")), nil)
	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
}

func TestDestroy(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v, c := minimalStore(t, s), credential("orders")
	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	check(t, v.Destroy(ctx, "orders", "ffffffff"), secrets.ErrTaken)
	check(t, v.Destroy(ctx, "orders", c.InstanceID), secrets.ErrRefused) // the minimal policy keeps secrets
	truth(t, s, c)
	s.Policy("destroyer", `path "secret/metadata/aura/+" { capabilities = ["read", "delete"] }`)
	d := open(t, vault.Config{Address: s.Addr, Auth: withToken(s.Token(time.Hour, 0, "aurad", "destroyer"))})
	check(t, d.Destroy(ctx, "orders", c.InstanceID), nil)
	check(t, d.Destroy(ctx, "orders", c.InstanceID), nil)
	check(t, v.Preflight(ctx, claim("orders")), nil)
}

func TestKeysCanNotLeaveThePrefix(t *testing.T) {
	s := server(t, vaulttest.Options{})
	root := open(t, vault.Config{Address: s.Addr, Auth: withToken(s.RootToken)})
	for _, key := range []string{"", ".", "..", "../x", "../../secret/data/x", "a/../../x", "a/b", "a%2f..%2fx", "%2e%2e", "a?version=1", "a#b", "a+b", "Å", "a／b", "‥", "a\u202eb", "a\x00", "A", strings.Repeat("a", 31)} {
		c := credential(key)
		check(t, root.Preflight(ctx, claim(key)), secrets.ErrRefused)
		check(t, root.Create(ctx, c, secrets.Claim{}), secrets.ErrRefused)
		check(t, root.Put(ctx, c), secrets.ErrRefused)
		check(t, root.Rename(ctx, key, "x"), secrets.ErrRefused)
		check(t, root.Destroy(ctx, key, c.InstanceID), secrets.ErrRefused)
		_, err := root.Get(ctx, key)
		check(t, err, secrets.ErrRefused)
	}
	reply, err := s.Client(s.RootToken).Logical().List("secret/metadata")
	if err != nil || reply != nil {
		t.Errorf("something was written: %v, %v", reply, err)
	}
}

func TestPathsOfTheConfigurationAreChecked(t *testing.T) {
	for _, path := range []string{"/aura", "aura/", "a//b", "../aura", "a/../b", "a b", "a%2fb", "ö", ".", "+", "*"} {
		for _, c := range []vault.Config{{Path: path}, {Mount: path}} {
			c.Auth = withToken("hvs.x")
			_, err := vault.Open(c)
			check(t, err, secrets.ErrRefused)
		}
	}
	_, err := vault.Open(vault.Config{})
	check(t, err, secrets.ErrRefused)
	v := open(t, vault.Config{Mount: "team/kv", Path: "prod/aura.v2", Auth: withToken("x")})
	if v.Name() != "vault team/kv/prod/aura.v2" {
		t.Error(v.Name())
	}
}

func TestMountsThatAreNotKVv2(t *testing.T) {
	s := server(t, vaulttest.Options{})
	s.Mount("old", "1")
	for mount, want := range map[string]string{"old": "vault kv enable-versioning old", "cubbyhole": "no KV v2 engine but of type cubbyhole", "nowhere": "no mount nowhere/"} {
		v := open(t, vault.Config{Address: s.Addr, Mount: mount, Auth: withToken(s.RootToken)})
		err := v.Preflight(ctx, claim("orders"))
		check(t, err, secrets.ErrRefused)
		says(t, err, want)
		check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrRefused)
	}
}

func TestMissingRightsAreNamed(t *testing.T) {
	s := server(t, vaulttest.Options{})
	s.Policy("reader", `path "secret/data/aura/+" { capabilities = ["read"] }
path "secret/metadata/aura/+" { capabilities = ["read"] }`)
	v := open(t, vault.Config{Address: s.Addr, Auth: withToken(s.Token(time.Hour, 0, "reader"))})
	err := v.Preflight(ctx, claim("orders"))
	check(t, err, secrets.ErrRefused)
	says(t, err, "create, patch on secret/data/aura/orders", "examples/vault/aurad.hcl")
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrRefused)

	none := open(t, vault.Config{Address: s.Addr, Auth: withToken(s.Token(time.Hour, 0, "default"))})
	check(t, none.Preflight(ctx, claim("orders")), secrets.ErrRefused)
	check(t, none.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrRefused)
	_, err = none.Get(ctx, "orders")
	check(t, err, secrets.ErrRefused)
	_, err = none.List(ctx)
	check(t, err, secrets.ErrRefused)
	if data, _ := s.Stored("secret", "aura/orders"); data != nil {
		t.Error("it was written without the right")
	}
}

// A person with the policy's text may think a right superfluous: each one is needed.
func TestEveryRightOfTheMinimalPolicyIsNeeded(t *testing.T) {
	s := server(t, vaulttest.Options{})
	hcl := minimal(t)
	for i, right := range []string{`"create", `, `"read", `, `, "patch"]`, `["list"]`, `["update"]`} {
		from := 0
		for n := 0; ; n++ {
			at := strings.Index(hcl[from:], right)
			if at < 0 {
				break
			}
			at += from
			from = at + len(right)
			if strings.Contains(hcl[max(0, at-60):at], "renew-self") {
				continue // TestTokenIsRenewed needs it
			}
			rest := map[byte]string{',': "]", '[': "[]", '"': ""}[right[0]]
			name := fmt.Sprintf("less-%d-%d", i, n)
			s.Policy(name, hcl[:at]+rest+hcl[from:])
			if err := useAll(open(t, vault.Config{Address: s.Addr, Auth: withToken(s.TokenWithoutDefault(name))}), name); err == nil {
				t.Errorf("all goes well without the %d. %s", n+1, right)
			}
		}
	}
	if err := useAll(open(t, vault.Config{Address: s.Addr, Auth: withToken(s.TokenWithoutDefault("aurad"))}), "all"); err != nil {
		t.Errorf("the minimal policy is too small: %v", err)
	}
}

func useAll(v *vault.Store, key string) error {
	c := credential(key)
	_, list := v.List(ctx)
	_, get := v.Get(ctx, key)
	if errors.Is(get, secrets.ErrMissing) {
		get = nil
	}
	return errors.Join(v.Preflight(ctx, claim(key)), v.Create(ctx, c, secrets.Claim{}), v.Rename(ctx, key, "x"), list, get)
}
