package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/bolt"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/secrets"
)

// startSim runs `aurad sim` in this process until the test ends, and returns what it exports.
func startSim(t *testing.T, args ...string) map[string]string {
	t.Helper()
	w := newWorld(t, aurasim.Config{})
	w.clock = clock.NewReal()
	var out syncBuffer
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan int)
	go func() {
		end <- Run(ctx, w.process(&out, &out), append([]string{"sim", "--listen", "127.0.0.1:0"}, args...))
	}()
	t.Cleanup(func() {
		stop()
		if code := <-end; code != 0 {
			t.Errorf("exit %d: %s", code, &out)
		}
	})
	w.eventually("it serves", func() bool { return strings.Contains(out.String(), "until Ctrl-C") })
	env := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^export ([A-Za-z_]+)=(.*)$`).FindAllStringSubmatch(out.String(), -1) {
		env[m[1]] = m[2]
	}
	return env
}

// throughTheProxy is a client that knows the real host alone, in the shell that the lines make.
func throughTheProxy(t *testing.T, env map[string]string) *http.Client {
	t.Helper()
	ca, err := os.ReadFile(env["SSL_CERT_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	proxy, err := url.Parse(env["HTTPS_PROXY"])
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}}
}

// asked does a request with the credential that the lines name, and a token that x/oauth2 caches by
// the clock of this machine.
func asked(t *testing.T, plain *http.Client, env map[string]string, auth string) *http.Client {
	t.Helper()
	c := clientcredentials.Config{ClientID: env["AURA_CLIENT_ID"], ClientSecret: env["AURA_CLIENT_SECRET"], TokenURL: auth}
	return c.Client(context.WithValue(t.Context(), oauth2.HTTPClient, plain))
}

// A client without an option for the host finds the simulator over TLS, and is told nothing of
// Aura's real hosts.
func TestSimInTheNameOfTheAPI(t *testing.T) {
	t.Parallel()
	env := startSim(t, "--tls", "--speed", "60000", "--durations", "1s")
	plain := throughTheProxy(t, env)
	client := asked(t, plain, env, "https://api.neo4j.io/oauth/token")
	body := `{"name":"one","type":"business-critical","tenant_id":"` + env["AURA_TENANT_ID"] + `","cloud_provider":"gcp","region":"europe-west1","memory":"4GB","version":"5"}`
	resp, err := client.Post("https://api.neo4j.io/v1/instances", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	id := dataOf(t, resp)["id"].(string)
	time.Sleep(50 * time.Millisecond) // 3000 s there: past what GET does not know a new one for
	resp, err = client.Get("https://api.neo4j.io/v1/instances/" + id)
	if err != nil {
		t.Fatal(err)
	}
	in := dataOf(t, resp)
	if in["connection_url"] != "neo4j+s://"+id+".databases.localhost" || !strings.HasPrefix(in["metrics_integration_url"].(string), env["AURA_BASE_URL"]+"/") {
		t.Errorf("it names %v and %v", in["connection_url"], in["metrics_integration_url"])
	}
	resp, err = client.Get(in["metrics_integration_url"].(string))
	if err != nil || resp.StatusCode != 200 {
		t.Errorf("its metrics: %v %v", resp, err)
	}
	if env["AURA_AUTH_URL"] != env["AURA_BASE_URL"]+"/oauth/token" || !strings.HasPrefix(env["AURA_BASE_URL"], "https://127.0.0.1:") {
		t.Errorf("%v", env)
	}
}

func dataOf(t *testing.T, resp *http.Response) map[string]any {
	t.Helper()
	defer resp.Body.Close()
	var reply struct{ Data map[string]any }
	if err := json.NewDecoder(resp.Body).Decode(&reply); err != nil || resp.StatusCode > 299 {
		t.Fatalf("%s: %v", resp.Status, err)
	}
	return reply.Data
}

// An hour of the token is an hour of this machine, however fast the account lives.
func TestSimTokensOutliveItsSpeed(t *testing.T) {
	t.Parallel()
	env := startSim(t, "--speed", "1000000", "--rate-limit", "-1")
	client := asked(t, http.DefaultClient, env, env["AURA_AUTH_URL"])
	for range 5 {
		resp, err := client.Get(env["AURA_BASE_URL"] + "/v1/tenants")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("with a cached token: %s", resp.Status)
		}
		time.Sleep(10 * time.Millisecond) // almost three hours there
	}
}

// The file of the CA goes with the simulator; without --tls no client is told to use a proxy.
func TestSimCleansUp(t *testing.T) {
	t.Parallel()
	var ca string
	t.Run("while it runs", func(t *testing.T) {
		ca = startSim(t, "--tls")["SSL_CERT_FILE"]
		if _, err := os.Stat(ca); err != nil {
			t.Error(err)
		}
	})
	if _, err := os.Stat(ca); err == nil {
		t.Errorf("%s is still there", ca)
	}
	for name := range startSim(t) {
		if !strings.HasPrefix(name, "AURA_") {
			t.Errorf("%s is exported without --tls", name)
		}
	}
}

// A fault that is asked for strikes: the simulator makes the instance and answers 408, and aurad
// finds it by its mark and makes no second one.
func TestSimPlaysFaults(t *testing.T) {
	t.Parallel()
	sh := newShell(t, "--speed", "600", "--rate-limit", "125", "--fault", "create:status=408,after-commit")
	sh.fleet(map[string]string{"dev": "{memory: 1GB}"})
	contains(t, sh.must(1, "apply", "--yes"), "408", "lost")
	live := sh.live()
	for name := range live {
		if len(live) != 1 || !strings.HasPrefix(name, "dev~") {
			t.Errorf("%d instances, one is %q", len(live), name)
		}
	}
}

// What the reply to a create says leads to a database that takes its password.
func TestSimAnswersBolt(t *testing.T) {
	t.Parallel()
	env := startSim(t, "--bolt", "--speed", "6000", "--durations", "1s")
	client := asked(t, http.DefaultClient, env, env["AURA_AUTH_URL"])
	body := `{"name":"one","type":"professional-db","tenant_id":"` + env["AURA_TENANT_ID"] + `","cloud_provider":"gcp","region":"europe-west1","memory":"2GB","version":"5"}`
	resp, err := client.Post(env["AURA_BASE_URL"]+"/v1/instances", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	in := dataOf(t, resp)
	ca, err := os.ReadFile(env["SSL_CERT_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	text := func(key string) string { return in[key].(string) }
	c := secrets.Credential{Key: "one", InstanceID: text("id"), URI: text("connection_url"), Username: text("username"), Password: secrets.NewSecret(text("password"))}
	for try := 0; ; try++ {
		r := bolt.Client{Roots: roots, Limit: 5 * time.Second}.Verify(t.Context(), c)
		if r.Verdict == bolt.Verified {
			return
		}
		if try == 200 {
			t.Fatal(r)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
