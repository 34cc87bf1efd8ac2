package cli

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/cli/credential"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/process"
	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/reconcile"
)

// theirs is a password that a person knows; checkTheirs fails if it was said but by env.
const theirs = "Their$ 'own' \"pass\\word\""

func (w *world) checkTheirs() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(w.said.String(), "pass\\word") {
		w.t.Error("the password was said aloud")
	}
}

// env is what `aurad env` prints, which is not to be held against it.
func (w *world) envOf(key string) string {
	w.t.Helper()
	var out, errs syncBuffer
	if code := Run(w.t.Context(), w.process(&out, &errs), []string{"env", key, "-f", w.path("fleet.yaml")}); code != 0 {
		w.t.Fatalf("exit %d: %s", code, errs.String())
	}
	return out.String()
}

// evaluated lets a real shell read the lines, and returns what it holds then.
func evaluated(t *testing.T, lines string) []string {
	t.Helper()
	out, err := exec.Command("sh", "-c", `set -eu; eval "$1"; printf '%s\n' "$NEO4J_URI" "$NEO4J_USERNAME" "$NEO4J_PASSWORD" "$NEO4J_DATABASE" "$AURA_INSTANCEID" "$AURA_INSTANCENAME"`, "sh", lines).CombinedOutput()
	if err != nil {
		t.Fatalf("sh: %v\n%s", err, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func (w *world) credentials() map[string]string {
	w.t.Helper()
	states := map[string]string{}
	for _, r := range decode[credential.List](w.t, w.must(0, "credential", "list", "--output", "json").out).Credentials {
		states[r.Key] = string(r.State)
	}
	return states
}

// known is what the daemon by itself says of a credential.
func (w *world) known(key string) reconcile.CredentialState {
	for _, in := range w.snapshot().Instances {
		if in.Key == key {
			return in.Credential
		}
	}
	return "not listed"
}

// stores are the kinds of credential store, the real Vault included. Each gives the head of a
// fleet file.
func stores(t *testing.T, test func(t *testing.T, w *world, store string)) {
	t.Run("dotenv", func(t *testing.T) {
		test(t, newWorld(t, aurasim.Config{}), "")
	})
	t.Run("vault", func(t *testing.T) {
		v := vaulttest.Start(t, vaulttest.Options{})
		v.Mount("secret", "2")
		v.Policy("aurad", `
path "secret/data/aura/*" { capabilities = ["create", "read", "patch"] }
path "secret/metadata/aura/*" { capabilities = ["read", "list", "patch"] }
path "secret/metadata/aura" { capabilities = ["list"] }`)
		t.Setenv("VAULT_ADDR", v.Addr)
		w := newWorld(t, aurasim.Config{})
		w.env["VAULT_ADDR"], w.env["VAULT_TOKEN"] = v.Addr, v.Token(time.Hour, 0, "aurad")
		test(t, w, "credentials: {store: vault}\n")
	})
}

// The password of an adopted instance is unknown until a person stores it; then env has it. With
// and without a daemon.
func TestCredentialSetThenEnv(t *testing.T) {
	stores(t, func(t *testing.T, w *world, store string) {
		one, two := w.sim.Add(aurasim.Instance{Name: "one"}), w.sim.Add(aurasim.Instance{Name: "two"})
		w.fleet(store + "instances: {one: {adopt: true}, two: {adopt: true}, made: {}}\n")
		contains(t, w.must(1, "credential", "set", "one").err, "aurad has no instance for it yet")
		w.must(0, "apply", "--yes")
		if got := w.credentials(); got["one"] != "unknown" || got["two"] != "unknown" || got["made"] != "stored" {
			t.Fatalf("credentials: %v", got)
		}
		contains(t, w.must(1, "env", "one").err, "no credential of one is stored in", "aurad credential set one")

		w.stdin = theirs + "\n"
		before := w.sim.RequestCount()
		contains(t, w.must(0, "credential", "set", "one").out, "The password of one is stored in ")
		if n := w.sim.RequestCount() - before; n > 1 {
			t.Errorf("%d requests, want the one for the URI", n)
		}
		want := []string{"neo4j+s://" + one + ".databases.neo4j.io", "neo4j", theirs, "neo4j", one, "one"}
		if got := evaluated(t, w.envOf("one")); !slices.Equal(got, want) {
			t.Errorf("sh holds %q, want %q", got, want)
		}

		r := w.start("--listen", "")
		w.eventually("the daemon has looked", w.settled)
		if got := w.known("one"); got != reconcile.CredentialStored {
			t.Errorf("the state says that one is %q", got)
		}
		contains(t, w.must(0, "credential", "set", "two", "--username", "reader").out, "The password of two is stored by the daemon.")
		if got := w.known("two"); got != reconcile.CredentialStored {
			t.Errorf("the daemon says that two is %q", got)
		}
		if got := w.credentials(); got["one"] != "stored" || got["two"] != "stored" || got["made"] != "stored" {
			t.Errorf("credentials: %v", got)
		}
		w.stdin = "newer"
		w.must(0, "credential", "set", "two")
		want = []string{"neo4j+s://" + two + ".databases.neo4j.io", "reader", "newer", "neo4j", two, "two"}
		if got := evaluated(t, w.envOf("two")); !slices.Equal(got, want) {
			t.Errorf("sh holds %q, want %q", got, want)
		}
		contains(t, w.must(1, "credential", "set", "nobody").err, "has no such instance")
		r.terminate()
		if got := w.credentials(); got["two"] != "stored" {
			t.Errorf("after the daemon: %v", got)
		}
		w.checkTheirs()
	})
}

// What can't be a password is refused, and nothing is stored.
func TestCredentialSetRefusesNonsense(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.sim.Add(aurasim.Instance{Name: "one", Status: aurasim.StatusPaused})
	w.fleet("instances: {one: {adopt: true, state: paused}}\n")
	w.must(0, "apply", "--yes")
	refuse := func() {
		t.Helper()
		for stdin, want := range map[string]string{
			"":                              "stdin holds no password",
			"\nhunter2":                     "more than the one line",
			"hunter2\nhunter3\n":            "more than the one line",
			strings.Repeat("hunter2", 1000): "more than the one line",
			"hunter2\x00":                   "NUL byte",
			"hunter2":                       "Aura shows no URI of instance",
		} {
			w.stdin = stdin
			if r := w.must(1, "credential", "set", "one"); strings.Contains(r.err+r.out, "hunter") || !strings.Contains(r.err, want) {
				t.Errorf("%.20q: %s, want %s", stdin, r.err, want)
			}
		}
		for _, uri := range []string{"x", "https://one", "neo4j+s://u:hunter2@host", "neo4j+s:///"} {
			if r := w.must(1, "credential", "set", "one", "--uri", uri); strings.Contains(r.err, "hunter") {
				t.Errorf("%s: %s", uri, r.err)
			}
		}
		contains(t, w.must(1, "credential", "set", "../one").err, "is not of the form")
		if got := w.credentials()["one"]; got != "unknown" {
			t.Errorf("one is %s", got)
		}
	}
	refuse()
	r := w.start("--listen", "")
	w.eventually("the daemon has looked", w.settled)
	refuse()
	w.stdin = "hunter2"
	w.must(0, "credential", "set", "one", "--uri", "neo4j+s://one.example")
	r.terminate()
	if strings.Contains(w.said.String(), "hunter") {
		t.Error("a password was said aloud")
	}
}

// A password that the store does not take stays sealed, is listed, and recover brings it there.
func TestCredentialRecover(t *testing.T) {
	for name, withDaemon := range map[string]bool{"by the daemon": true, "in the state": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, aurasim.Config{})
			w.fleet("instances: {new: {}}\n")
			contains(t, w.must(0, "credential", "recover").out, "No password waits for the store.")
			w.spooled("new")
			stop := func() int { return 0 }
			if withDaemon {
				w.clock = clock.NewFast(w.clock.Now(), 1) // so that it does not try again by itself meanwhile
				stop = w.start("--listen", "").terminate
				w.eventually("the daemon has tried", func() bool { return w.credentials()["new"] == "spooled" })
			}
			if got := w.credentials()["new"]; got != "spooled" {
				t.Errorf("new is %q", got)
			}
			contains(t, w.must(1, "credential", "set", "new").err, "aurad credential recover")
			contains(t, w.must(1, "credential", "recover").out, "new (", "still waits: ", "another credential is already stored there")
			if err := os.Remove(w.path("credentials/new.env")); err != nil {
				t.Fatal(err)
			}
			contains(t, w.must(0, "credential", "recover").out, "new (", "its password is in the store now")
			if got := w.credentials()["new"]; got != "stored" {
				t.Errorf("new is %q", got)
			}
			stop()
			in := w.sim.Instances()[0]
			if got := evaluated(t, w.envOf("new")); got[2] != in.Password || got[4] != in.ID {
				t.Errorf("the store has the password of %s", got[4])
			}
			w.clock = clock.NewFast(w.clock.Now(), worldSpeed)
			w.must(0, "apply", "--yes")
			if n := len(w.sim.Instances()); n != 1 || w.live("new").Status != "running" {
				t.Errorf("%d instances; new is %s", n, w.live("new").Status)
			}
		})
	}
}

// spooled creates key while somebody puts a file of their own where its credential belongs.
func (w *world) spooled(key string) {
	w.t.Helper()
	w.sim.Inject(aurasim.Fault{Kind: aurasim.Slow, Method: http.MethodPost, PathPrefix: "/v1/instances", Delay: 300 * time.Millisecond})
	ctx, stop := context.WithCancelCause(w.t.Context())
	var out syncBuffer
	done := make(chan int)
	go func() {
		done <- Run(ctx, w.process(&out, &out), []string{"apply", "--yes", "-f", w.path("fleet.yaml"), "--state-dir", w.path("state")})
	}()
	w.eventually("the create is under way", func() bool { return w.sim.PendingFaults() == 0 })
	w.write("credentials/"+key+".env", "NEO4J_PASSWORD=other\nAURA_INSTANCEID=00000000\n")
	w.eventually("the store refuses", func() bool { return strings.Contains(out.String(), "its password is not in") })
	stop(process.Stopped{Signal: syscall.SIGTERM})
	<-done
}

func matches(t *testing.T, text, pattern string) {
	t.Helper()
	if !regexp.MustCompile("(?m)^" + pattern).MatchString(text) {
		t.Errorf("no line is like %q in:\n%s", pattern, text)
	}
}

// What the store does not bear out is said: gone, of another instance, or not asked at all.
func TestCredentialListComparesWithTheStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {a: {}, b: {}, c: {}, d: {}}\n")
	if got := w.credentials(); got["a"] != "" {
		t.Errorf("before anything is made: %v", got)
	}
	w.must(0, "apply", "--yes")
	if err := os.Remove(w.path("credentials/a.env")); err != nil {
		t.Fatal(err)
	}
	w.write("credentials/b.env", "NEO4J_PASSWORD=other\nAURA_INSTANCEID=00000000\n")
	w.write("credentials/old.env", "NEO4J_PASSWORD=other\nAURA_INSTANCEID=11111111\n")
	w.fleet("instances: {a: {}, b: {}, c: {}, d: {}, e: {}}\n")
	r := w.must(0, "credential", "list")
	for _, line := range []string{"a .* missing .*no more", "b .* foreign .*00000000", "c .* stored", "e +- +- +not made yet", "old +11111111 +stored +neither in the file"} {
		matches(t, r.out, line)
	}
	w.write("credentials/d.env", "nonsense")
	contains(t, w.must(0, "credential", "list").out, "note: the store was not asked: ", "d.env")
}

// On a terminal env shows nothing without --show.
func TestEnvAndTerminals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	w.must(0, "apply", "--yes")
	requests := w.sim.RequestCount()
	for name := range w.env {
		if strings.HasPrefix(name, "AURA_") {
			delete(w.env, name)
		}
	}
	w.tty = true
	contains(t, w.must(1, "env", "dev").err, "give --show")
	var out, errs syncBuffer
	if code := Run(t.Context(), w.process(&out, &errs), []string{"env", "dev", "--show", "-f", w.path("fleet.yaml")}); code != 0 {
		t.Fatal(errs.String())
	}
	w.tty = false
	if out.String() != w.envOf("dev") || !strings.Contains(out.String(), w.live("dev").Password) {
		t.Error("--show prints something else")
	}
	if n := w.sim.RequestCount() - requests; n > 0 {
		t.Errorf("%d requests", n)
	}
	contains(t, w.must(1, "env", "../dev").err, "is not of the form")
}

// A create whose answer never came is said to be lost once it is known to be.
func TestCredentialListKnowsWhatIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {new: {}}\n")
	w.sim.Inject(aurasim.Fault{Kind: aurasim.CutAfter, Method: http.MethodPost, PathPrefix: "/v1/instances"})
	w.must(1, "apply", "--yes")
	if got := w.credentials()["new"]; got != "unanswered" && got != "lost" {
		t.Errorf("new is %q by the state", got)
	}
	contains(t, w.must(0, "credential", "recover").out, "No password waits for the store.")
	r := w.start("--listen", "")
	w.eventually("it is known to be lost", func() bool { return w.credentials()["new"] == "lost" })
	matches(t, w.must(0, "credential", "list").out, "new .* lost ")
	r.terminate()
}
