package vault_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
)

func TestRenameCut(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	v := open(t, vault.Config{Address: p.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad"))})
	c := credential("orders")
	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	p.set(func(_ int, r *http.Request) fault { return fault{cut: r.Method == http.MethodPatch} })
	c.InstanceName = "new"
	check(t, v.Rename(ctx, "orders", "new"), secrets.ErrUnavailable)
	p.set(nil)
	check(t, v.Rename(ctx, "orders", "new"), nil)
	truth(t, s, c)
	if got := version(t, s, "aura/orders"); got != 2 {
		t.Errorf("version %d: it was renamed twice", got)
	}
}

// Between the read and the patch of a Rename a person changes the secret: their change stays.
func TestRenameIsNeverBlind(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	v := open(t, vault.Config{Address: p.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad"))})
	c := credential("orders")
	check(t, v.Create(ctx, c, secrets.Claim{}), nil)
	theirs := map[string]any{secrets.EnvPassword: "theirs", secrets.EnvInstanceID: c.InstanceID, secrets.EnvInstanceName: "theirs", "note": "keep"}
	p.set(func(_ int, r *http.Request) fault {
		if r.Method != http.MethodGet {
			return fault{}
		}
		return fault{after: func() { s.Write("secret/data/aura/orders", map[string]any{"data": theirs}) }}
	})
	err := v.Rename(ctx, "orders", "new")
	check(t, err, secrets.ErrUnavailable)
	says(t, err, "another writer")
	if data, _ := s.Stored("secret", "aura/orders"); data[secrets.EnvInstanceName] != "theirs" {
		t.Errorf("their change was overwritten: %v", data)
	}
	p.set(nil)
	check(t, v.Rename(ctx, "orders", "new"), nil)
	data, _ := s.Stored("secret", "aura/orders")
	if data[secrets.EnvPassword] != "theirs" || data["note"] != "keep" || data[secrets.EnvInstanceName] != "new" {
		t.Errorf("renaming changed more than the name: %v", data)
	}
}

func TestReadBackThatDiffersIsNotWritten(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	v := open(t, vault.Config{Address: p.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad"))})
	p.set(func(_ int, r *http.Request) fault {
		if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/data/") {
			return fault{}
		}
		return fault{after: func() {
			s.Write("secret/data/aura/orders", map[string]any{"data": map[string]any{secrets.EnvPassword: "x", secrets.EnvInstanceID: "y"}})
		}}
	})
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrTaken)
	if _, custom := s.Stored("secret", "aura/orders"); len(custom) != 0 {
		t.Errorf("a secret that is not ours was marked: %v", custom)
	}
}

// The client's own retries would repeat a write. VAULT_MAX_RETRIES must not turn them on.
func TestAnswersThatAreNotVaultsAndNoRetries(t *testing.T) {
	s := server(t, vaulttest.Options{})
	t.Setenv("VAULT_MAX_RETRIES", "5")
	p := newProxy(t, s)
	v := open(t, vault.Config{Address: p.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad"))})
	check(t, v.Preflight(ctx, claim("orders")), nil)
	for status, want := range map[int]error{
		500: secrets.ErrUnavailable, 502: secrets.ErrUnavailable, 503: secrets.ErrUnavailable, 504: secrets.ErrUnavailable,
		429: secrets.ErrUnavailable, 472: secrets.ErrUnavailable, 473: secrets.ErrUnavailable, 412: secrets.ErrUnavailable,
		400: secrets.ErrRefused, 405: secrets.ErrRefused, 413: secrets.ErrRefused, 418: secrets.ErrRefused,
	} {
		var sent string
		p.set(func(_ int, r *http.Request) fault {
			if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/data/") {
				return fault{}
			}
			return fault{
				echo: func(r *http.Request, b []byte) { sent = r.Header.Get("X-Vault-Token") + string(b) },
				instead: func(w http.ResponseWriter) {
					w.WriteHeader(status)
					fmt.Fprintf(w, "<html>your request was %s</html>", sent)
				},
			}
		})
		check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), want)
		if !strings.Contains(sent, password) || !strings.Contains(sent, "hvs.") {
			t.Fatal("the page would not have shown the password")
		}
		if puts := p.requests("PUT /v1/secret/data/"); len(puts) != 1 {
			t.Errorf("%d: sent %d times", status, len(puts))
		}
	}
	if data, _ := s.Stored("secret", "aura/orders"); data != nil {
		t.Error("something was written")
	}
}

func TestSealedAndUnsealed(t *testing.T) {
	s := server(t, vaulttest.Options{})
	v := minimalStore(t, s)
	check(t, v.Preflight(ctx, claim("orders")), nil)
	s.Seal()
	err := v.Preflight(ctx, claim("orders"))
	check(t, err, secrets.ErrUnavailable)
	says(t, err, "sealed")
	p := newProxy(t, s)
	check(t, open(t, vault.Config{Address: p.URL, Auth: withToken("hvs.x")}).Preflight(ctx, claim("orders")), secrets.ErrUnavailable)
	if seen := p.requests(""); len(seen) != 1 {
		t.Errorf("a sealed Vault was asked %v", seen)
	}
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrUnavailable)
	_, err = v.Get(ctx, "orders")
	check(t, err, secrets.ErrUnavailable)
	_, err = v.List(ctx)
	check(t, err, secrets.ErrUnavailable)
	check(t, v.Rename(ctx, "orders", "x"), secrets.ErrUnavailable)
	check(t, v.Destroy(ctx, "orders", "x"), secrets.ErrUnavailable)
	s.Unseal()
	check(t, v.Preflight(ctx, claim("orders")), nil)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	truth(t, s, credential("orders"))
}

// The store is opened while Vault is down, and works once it is up.
func TestDownAtFirst(t *testing.T) {
	s := server(t, vaulttest.Options{File: true})
	token := s.Token(time.Hour, 0, "aurad")
	s.Stop()
	v := open(t, vault.Config{Address: s.Addr, Auth: withToken(token)})
	check(t, v.Preflight(ctx, claim("orders")), secrets.ErrUnavailable)
	s.RestartSealed()
	check(t, v.Preflight(ctx, claim("orders")), secrets.ErrUnavailable)
	s.Unseal()
	check(t, v.Preflight(ctx, claim("orders")), nil)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
}

// Vault is killed with SIGKILL between the put and the read-back, and comes back sealed.
func TestKilledBetweenPutAndReadBack(t *testing.T) {
	s := server(t, vaulttest.Options{File: true})
	p := newProxy(t, s)
	v := open(t, vault.Config{Address: p.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad"))})
	p.set(func(_ int, r *http.Request) fault {
		if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/data/") {
			return fault{}
		}
		return fault{after: s.Kill}
	})
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrUnavailable)
	p.set(nil)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrUnavailable)
	s.RestartSealed()
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrUnavailable)
	s.Unseal()
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	truth(t, s, credential("orders"))
	if got := version(t, s, "aura/orders"); got != 1 {
		t.Errorf("version %d", got)
	}
}

func TestTimeoutsAndSilence(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	v := open(t, vault.Config{Address: p.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad"))})
	check(t, v.Preflight(ctx, claim("orders")), nil)
	p.set(func(int, *http.Request) fault { return fault{hang: make(chan struct{})} })
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	err := v.Create(short, credential("orders"), secrets.Claim{})
	check(t, err, secrets.ErrUnavailable)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v hides why", err)
	}

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	t.Setenv("VAULT_CLIENT_TIMEOUT", "100ms")
	v = open(t, vault.Config{Address: "http://" + silent.Addr().String(), Auth: withToken("hvs.x")})
	check(t, v.Preflight(ctx, claim("orders")), secrets.ErrUnavailable)
}

// Close must not wait for a Vault that hangs, and nothing works afterwards.
func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	v := open(t, vault.Config{Address: p.URL, Auth: withToken(s.Token(0, 3*time.Second, "aurad"))})
	hanging := make(chan struct{}, 10)
	p.set(func(_ int, r *http.Request) fault {
		if strings.HasSuffix(r.URL.Path, "renew-self") || strings.Contains(r.URL.Path, "/data/") {
			hanging <- struct{}{}
			return fault{hang: make(chan struct{})}
		}
		return fault{}
	})
	done := make(chan error, 1)
	go func() { done <- v.Create(ctx, credential("orders"), secrets.Claim{}) }()
	<-hanging
	<-hanging
	began := time.Now()
	v.Close()
	check(t, <-done, secrets.ErrUnavailable)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("Close took %v", took)
	}
	p.set(nil)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrUnavailable)
}

// Two writers with different passwords for one key: one wins, the other learns it.
func TestRaceForOneKey(t *testing.T) {
	s := server(t, vaulttest.Options{})
	const writers = 8
	for round := range 5 {
		key := fmt.Sprint("orders-", round)
		results := make([]error, writers)
		var wg sync.WaitGroup
		for i := range writers {
			v := minimalStore(t, s)
			c := credential(key)
			c.Password = secrets.NewSecret(fmt.Sprint("password-", i))
			wg.Go(func() { results[i] = v.Create(ctx, c, secrets.Claim{}) })
		}
		wg.Wait()
		data, _ := s.Stored("secret", "aura/"+key)
		for i, err := range results {
			want := secrets.ErrTaken
			if data[secrets.EnvPassword] == fmt.Sprint("password-", i) {
				want = nil
			}
			check(t, err, want)
		}
		if version(t, s, "aura/"+key) != 1 {
			t.Error("it was overwritten")
		}
	}
}

func TestListReadsNoPassword(t *testing.T) {
	s := server(t, vaulttest.Options{})
	p := newProxy(t, s)
	v := open(t, vault.Config{Address: p.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad"))})
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	p.set(nil)
	if owned, err := v.List(ctx); err != nil || len(owned) != 1 {
		t.Errorf("%v, %v", owned, err)
	}
	if reads := p.requests("/data/"); len(reads) != 0 {
		t.Errorf("it read %v", reads)
	}
}
