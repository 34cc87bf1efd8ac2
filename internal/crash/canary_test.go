package crash

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/vaulttest"
)

// clientSecret has every character that an encoder would change.
const clientSecret = `canary/Client+Secret=&%"<é>-7f3a`

const canaryFleet = `
policy: {on_lost_credentials: recreate, create_grace: 2m}
instances:
  orders: {memory: 4GB}
  sales: {state: paused, name: Sales (all)}
`

// canary is one life of a fleet in which everything secret is known.
type canary struct {
	*world
	hay         *haystack
	aura, store *echo
	n           int
}

func newCanary(t *testing.T, bin, fleet string) *canary {
	t.Helper()
	v, _ := theVault(t, vaulttest.Options{})
	role, secretID := v.AppRole("aurad", time.Hour, time.Hour, "aurad")
	c := &canary{world: newWorld(t, bin, v, "", "canary", fleet), hay: newHaystack()}
	c.sim = aurasim.New(aurasim.Config{Clock: c.clock.Now, RequestsPerMinute: -1, TokenLife: 1000 * time.Hour,
		Clients: map[string]string{"canary-client": clientSecret}, Durations: map[aurasim.Op]aurasim.Range{
			aurasim.OpCreate: {Min: time.Second, Max: time.Second}, aurasim.OpPause: {Min: time.Second, Max: time.Second},
			aurasim.OpResize: {Min: time.Second, Max: time.Second}, aurasim.OpDelete: {Min: time.Second, Max: time.Second},
		}})
	target, err := url.Parse(v.Addr)
	if err != nil {
		t.Fatal(err)
	}
	aura, auraServer := newEcho(t, c.hay, c.sim)
	store, vaultServer := newEcho(t, c.hay, httputil.NewSingleHostReverseProxy(target))
	c.aura, c.store = aura, store
	c.env = slices.DeleteFunc(c.env, func(s string) bool {
		return strings.HasPrefix(s, "VAULT_") || strings.HasPrefix(s, "AURA_")
	})
	c.env = append(c.env, "AURA_BASE_URL="+auraServer.URL, "AURA_CLIENT_ID=canary-client", "AURA_CLIENT_SECRET="+clientSecret,
		"VAULT_ADDR="+vaultServer.URL, "VAULT_ROLE_ID="+role, "VAULT_SECRET_ID="+secretID)
	c.hay.secret("the client secret", clientSecret)
	c.hay.secret("the client secret with its id", basic("canary-client", clientSecret))
	c.hay.secret("the secret id", secretID)
	c.hay.secret("the root token of Vault", v.RootToken)
	return c
}

// do runs a command at the most talkative, once for each log format, and keeps what it says.
func (c *canary) do(args ...string) {
	c.t.Helper()
	for _, format := range []string{"json", "text"} {
		l := c.live(0, append(args, "--log-level", "debug", "--log-format", format)...)
		c.n++
		c.hay.add(fmt.Sprintf("output %d of %v as %s", c.n, args, format), []byte(l.said))
		if strings.Contains(l.said, "unknown command") || strings.Contains(l.said, "unknown flag") {
			c.t.Fatalf("%v: %s", args, l.said)
		}
	}
}

// end adds what is left on disk and the passwords of all instances there ever were, and searches.
func (c *canary) end(except string) {
	c.t.Helper()
	_ = os.Remove(c.file("fleet.yaml"))
	c.hay.addFiles(c.t, "at the end", c.dir, except)
	for _, in := range c.sim.Instances() {
		c.hay.secret("the password of "+in.ID, in.Password)
	}
	c.hay.search(c.t)
}

// A whole life: born under errors that echo secrets, killed with a reply in the spool, changed,
// paused, deleted, looked at in every way. No secret is in any output but the store.
func TestNoSecretInAnyOutput(t *testing.T) {
	c := newCanary(t, must(t, mortal), canaryFleet)
	everything := func(r *http.Request) bool { return true }
	path := func(part, method string) func(*http.Request) bool {
		return func(r *http.Request) bool { return strings.Contains(r.URL.Path, part) && r.Method == method }
	}

	c.do("validate")
	for i, trouble := range []struct {
		on    *echo
		match func(*http.Request) bool
	}{
		{c.aura, path("/oauth/token", "POST")}, {c.aura, path("/v1/instances", "GET")}, {c.aura, path("/v1/instances", "POST")},
		{c.store, path("/auth/approle/login", "PUT")}, {c.store, path("capabilities-self", "PUT")}, {c.store, everything},
	} {
		c.write("fleet.yaml", fmt.Sprintf(fleetHead, c.path)+canaryFleet+fmt.Sprintf("  trouble-%d: {}\n", i))
		trouble.on.repeat(1, trouble.match)
		c.do("apply", "--yes")
		if n := trouble.on.left(); n > 0 {
			t.Errorf("%d errors that echo, number %d, were never met\n%s", n, i, c.story())
		}
	}

	c.sim.Inject(aurasim.Fault{Method: "POST", PathPrefix: "/v1/instances", Kind: aurasim.CutBody, Byte: 250})
	c.do("apply", "--yes")
	c.sim.Inject(aurasim.Fault{Method: "POST", PathPrefix: "/v1/instances", Kind: aurasim.NonJSON, Body: "<p>" + clientSecret})
	c.write("fleet.yaml", fmt.Sprintf(fleetHead, c.path)+canaryFleet+"  third: {}\n")
	c.do("apply", "--yes")

	c.write("fleet.yaml", fmt.Sprintf(fleetHead, c.path)+canaryFleet+"  fourth: {}\n")
	c.store.repeat(2, path("/data/", "PUT"))
	c.do("apply", "--yes")
	c.hay.addFiles(t, "after errors of Vault", c.file("state"), "")
	c.write("fleet.yaml", fmt.Sprintf(fleetHead, c.path)+canaryFleet+"  fifth: {}\n")
	l := c.liveUntil("reply spooled", "apply", "--yes", "--log-level", "debug")
	c.hay.add("the output of the killed", []byte(l.said))
	if _, spooled := c.readState(); len(spooled) == 0 {
		t.Fatalf("nothing is spooled\n%s", c.story())
	}
	c.hay.addFiles(t, "with a spooled reply", c.file("state"), "")
	c.credentials("fifth")

	c.daemon()
	c.credentials("fifth")
	for _, output := range []string{"text", "json", "markdown"} {
		c.do("plan", "--output", output)
	}
	c.do("import")
	c.do("schema")
	c.unreadable("third")
	c.write("fleet.yaml", fmt.Sprintf(fleetHead, c.path)+canaryFleet+"  third: {}\n")
	c.converge()
	c.end("")
}

// unreadable walks the way out for a reply that is kept since nobody can read it: a look at it in
// a file, which is the one place where it is shown, and then away with it.
func (c *canary) unreadable(key string) {
	c.t.Helper()
	raw := c.file("raw")
	c.do("credential", "recover", "--raw", key, "-o", raw)
	text, err := os.ReadFile(raw)
	info, statErr := os.Stat(raw)
	if err != nil || statErr != nil || info.Mode().Perm() != 0o600 || !strings.Contains(string(text), clientSecret) {
		c.t.Errorf("the kept reply of %s is not in the file, or not for its owner alone: %v %v\n%s", key, err, statErr, c.story())
	}
	_ = os.Remove(raw)
	c.do("credential", "recover", "--discard", key)
}

// byHand is a password that a person sets, with what shells and encoders like to change.
const byHand = `by-hand/$(id)+"&=é'-51c2`

// credentials lists, recovers and sets passwords, well and badly.
func (c *canary) credentials(spooled string) {
	c.t.Helper()
	c.hay.secret("the password set by hand", byHand)
	c.do("credential", "list")
	c.do("credential", "recover")
	c.do("credential", "list", "--output", "json")
	c.stdin = byHand + "\n"
	for _, key := range []string{"orders", "no-such-key", spooled} {
		c.do("credential", "set", key)
	}
	c.store.repeat(1, isData)
	c.do("credential", "set", "sales")
	c.stdin = ""
	if data, _ := c.vault.Stored("secret", c.path+"/orders"); data["NEO4J_PASSWORD"] != byHand {
		c.t.Errorf("the password set by hand did not get to Vault\n%s", c.story())
	}
	c.do("env", "no-such-key") // of a key that exists it prints the password: that is what it is for
}

// daemon runs `aurad run`, asks all it serves, and ends it once politely and once with SIGQUIT,
// which makes a Go program print its goroutines.
func (c *canary) daemon() {
	c.t.Helper()
	for _, format := range []string{"json", "text"} {
		address := freeAddress(c.t)
		d := c.run(nil, "--listen", address, "--log-level", "debug", "--log-format", format)
		until(c.t, "the daemon's fleet\n", func() bool { return c.named("orders") && c.named("fifth") && c.status("Sales (all)") == "paused" })
		for _, path := range []string{"/", "/metrics", "/api/v1/status", "/api/v1/plan", "/api/v1/events", "/-/ready", "/-/healthy", "/debug/pprof/", "/config"} {
			c.hay.add("GET "+path, get(c.t, "http://"+address+path))
		}
		c.do("status")
		c.do("status", "--output", "json")
		c.do("hold", "orders", "--running", "--for", "1h", "--reason", "canary")
		c.do("credential", "list")
		c.do("credential", "recover")
		c.stdin = byHand + "\n"
		c.do("credential", "set", "orders")
		c.do("credential", "set", "no-such-key")
		c.stdin = ""
		c.do("release", "orders")
		c.do("plan")
		c.hay.add("argv", proc(c.t, d.cmd.Process.Pid, "cmdline"))
		if format == "json" {
			d.stop()
		} else {
			_ = d.cmd.Process.Signal(syscall.SIGQUIT)
			<-d.ended
		}
		c.hay.add("what the daemon said as "+format, d.said.Bytes())
		if !strings.Contains(d.said.String(), "DEBUG") && !strings.Contains(d.said.String(), "DBG") {
			c.t.Errorf("the log in %s has no debug lines:\n%s", format, d.said.String())
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// get returns headers and body, a second of it where it is a stream.
func get(t *testing.T, address string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	var resp *http.Response
	until(t, "an answer of "+address, func() bool {
		resp, err = http.DefaultClient.Do(req)
		return err == nil
	})
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return append(fmt.Appendf(nil, "%v", resp.Header), text...)
}

func proc(t *testing.T, pid int, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(pid), file))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Children get no secrets: not by their arguments, not by what they inherit. With the dotenv store
// aurad asks git what it ignores.
func TestNoSecretReachesChildren(t *testing.T) {
	c := newCanary(t, must(t, release), "")
	bin := c.file("bin")
	if err := os.MkdirAll(filepath.Join(c.dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "init", "-q", c.dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v %s", err, out)
	}
	spyingGit(t, bin, c.file("notes"))
	c.write(".gitignore", "credentials/\n")
	c.env = append(c.env, "PATH="+bin+":"+os.Getenv("PATH"))
	c.write("fleet.yaml", strings.Replace(fmt.Sprintf(fleetHead, c.path), "store: vault", "store: dotenv", 1)+canaryFleet)
	c.do("apply", "--yes")
	notes, err := os.ReadFile(c.file("notes"))
	if err != nil || !strings.Contains(string(notes), "check-ignore") {
		t.Fatalf("git was not asked: %v\n%s\n%s", err, notes, c.story())
	}
	c.hay.add("what git was given", notes)
	stored, err := os.ReadFile(c.file("credentials/orders.env"))
	known := slices.ContainsFunc(c.sim.Instances(), func(in aurasim.Instance) bool {
		return in.Name == "orders" && strings.Contains(string(stored), in.Password)
	})
	if err != nil || !known {
		t.Errorf("the store lacks the password: %v", err)
	}
	c.end("credentials")
}

// A process that dies leaves no core: it would hold every password that was under way.
func TestNoCoreDump(t *testing.T) {
	c := newCanary(t, must(t, release), canaryFleet)
	d := &running{w: c.world, ended: make(chan error, 1)}
	d.cmd = exec.Command("sh", "-c", `ulimit -S -c "$(ulimit -H -c)"; exec "$0" "$@"`, c.bin, "run", "--listen", "",
		"-f", c.file("fleet.yaml"), "--state-dir", c.file("state"))
	d.cmd.Dir, d.cmd.Env = c.dir, append(c.env, "GOTRACEBACK=crash")
	d.cmd.Stdout, d.cmd.Stderr = &d.said, &d.said
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { d.ended <- d.cmd.Wait(); close(d.ended) }()
	t.Cleanup(func() { _ = d.cmd.Process.Kill(); <-d.ended })
	until(t, "the first instance", func() bool { return c.named("orders") })
	for line := range strings.Lines(string(proc(t, d.cmd.Process.Pid, "limits"))) {
		if f := strings.Fields(line); strings.HasPrefix(line, "Max core file size") && (f[4] != "0" || f[5] != "0") {
			t.Errorf("%s", line)
		}
	}
	_ = d.cmd.Process.Signal(syscall.SIGABRT)
	<-d.ended
	c.hay.add("the last words", d.said.Bytes())
	if cores, _ := filepath.Glob(c.file("core*")); len(cores) > 0 {
		t.Errorf("it left %v", cores)
	}
	c.end("")
}
