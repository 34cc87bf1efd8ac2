package crash

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/vaulttest"
)

// speed is how fast the simulated account and the binary live: a grace period of two minutes
// passes in 0.2 s.
const speed = 600

const fleetHead = `schema: aurad/v1
fleet: acme
tenant_id: ` + aurasim.DemoTenantID + `
budget: {requests_per_minute: 100000}
credentials: {store: vault, vault: {mount: secret, path: %s}}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
`

// account is one simulated account, with the way to it and its time.
type account struct {
	sim   *aurasim.Sim
	clock clock.Clock
	began time.Time
	speed int
	url   string
}

// newAccount serves an account that lives speed times as fast as the machine; before may be nil, or
// stand before every request.
func newAccount(t *testing.T, speed int, before func(*http.Request)) account {
	t.Helper()
	a := account{began: time.Now(), speed: speed}
	quick := map[aurasim.Op]aurasim.Range{}
	for op := range aurasim.DefaultDurations() {
		quick[op] = aurasim.Range{Min: time.Second, Max: 3 * time.Second}
	}
	a.clock = clock.NewFast(a.began, float64(speed))
	a.sim = aurasim.New(aurasim.Config{Clock: a.clock.Now, RequestsPerMinute: -1, TokenLife: 1000 * time.Hour, Durations: quick})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before != nil {
			before(r)
		}
		a.sim.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// environment is what a process that lives in dir needs to work with the account.
func (a account) environment(dir string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir,
		"AURA_BASE_URL=" + a.url, "AURA_CLIENT_ID=" + aurasim.DemoClientID, "AURA_CLIENT_SECRET=" + aurasim.DemoClientSecret,
		"AURAD_SIM_CLOCK=" + a.began.UTC().Format(time.RFC3339Nano) + fmt.Sprintf("@%d", a.speed),
	}
}

// world is one account, one folder of a real Vault and one state folder. They outlive processes.
type world struct {
	account
	t     *testing.T
	bin   string
	vault *vaulttest.Server
	path  string // of the credentials, below the mount secret/
	dir   string
	stdin string // of the next processes
	env   []string
	whole map[string]string // id -> password of instances whose reply was spooled at a death
	said  bytes.Buffer
}

// theVault starts a real Vault with aurad's mount, and returns a token with aurad's own policy.
// The token does not renew itself: the order of requests stays the same in every life.
func theVault(t *testing.T, o vaulttest.Options) (*vaulttest.Server, string) {
	t.Helper()
	v := vaulttest.Start(t, o)
	v.Mount("secret", "2")
	v.Policy("aurad", policy)
	return v, v.Token(time.Hour, 0, "aurad")
}

const policy = `
path "secret/data/*" { capabilities = ["create", "read", "patch"] }
path "secret/metadata/*" { capabilities = ["read", "list", "patch"] }
`

func newWorld(t *testing.T, bin string, v *vaulttest.Server, token, path, fleet string) *world {
	t.Helper()
	w := newAccount(t, speed, nil).world(t, bin)
	w.vault, w.path = v, path
	w.write("fleet.yaml", fmt.Sprintf(fleetHead, path)+fleet)
	w.env = append(w.env, "VAULT_ADDR="+v.Addr, "VAULT_TOKEN="+token)
	return w
}

// world is a new state folder at the account, without a credential store.
func (a account) world(t *testing.T, bin string) *world {
	t.Helper()
	w := &world{account: a, t: t, bin: bin, dir: tempDir(t), whole: map[string]string{}}
	w.env = a.environment(w.dir)
	return w
}

// tempDir is a folder in memory where there is one: SIGKILL does not take back what the kernel
// has, so that a disk would only make the tests slower.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "aurad-crash-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (w *world) file(name string) string { return filepath.Join(w.dir, name) }

func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(w.file(name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// life is one process, from its start to its end.
type life struct {
	killed bool
	code   int
	marks  []string // the boundaries it passed, the one it died at included
	said   string
}

func (l life) last() string {
	if len(l.marks) == 0 {
		return "(start)"
	}
	return l.marks[len(l.marks)-1]
}

const patience = time.Minute

// live runs the binary with args. It kills itself at boundary at; 0 lets it live.
func (w *world) live(at int, args ...string) life {
	w.t.Helper()
	return w.liveUntil(fmt.Sprint(at), args...)
}

// liveUntil is live for a boundary's number or name.
func (w *world) liveUntil(at string, args ...string) life {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	marks := w.file("marks")
	_ = os.Remove(marks)
	cmd := exec.CommandContext(ctx, w.bin, append(args, "-f", w.file("fleet.yaml"), "--state-dir", w.file("state"))...)
	cmd.Env = append(w.env, "AURAD_CRASHPOINT_AT="+at, "AURAD_CRASHPOINT_LOG="+marks)
	cmd.Stdin = strings.NewReader(w.stdin)
	out, err := cmd.CombinedOutput()
	l := life{said: string(out), marks: lines(marks)}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		w.t.Fatalf("%v did not end within %s\n%s\n%s", args, patience, out, w.story())
	case errors.As(err, &exit):
		status, _ := exit.Sys().(syscall.WaitStatus)
		l.killed, l.code = status.Signaled() && status.Signal() == syscall.SIGKILL, exit.ExitCode()
	case err != nil:
		w.t.Fatal(err)
	}
	fmt.Fprintf(&w.said, "--- %v: killed %v, exit %d, last %q\n%s", args, l.killed, l.code, l.last(), out)
	if l.killed {
		w.noteWhole()
	}
	return l
}

func lines(path string) []string {
	text, _ := os.ReadFile(path)
	if len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// story is what helps when a test fails.
func (w *world) story() string {
	var b strings.Builder
	b.Write(w.said.Bytes())
	for _, r := range w.sim.Requests() {
		fmt.Fprintf(&b, "%s %s %d %s\n", r.Method, r.Path, r.Status, r.Body)
	}
	for _, in := range w.sim.Instances() {
		fmt.Fprintf(&b, "%s %q %s deleted=%v\n", in.ID, in.Name, in.Status, in.Deleted)
	}
	return b.String()
}
