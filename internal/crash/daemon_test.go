package crash

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
)

// running is an aurad as a process.
type running struct {
	w     *world
	cmd   *exec.Cmd
	said  bytes.Buffer
	ended chan error
}

// run starts the daemon; env adds to the world's. It ends with the test at the latest.
func (w *world) run(env []string, args ...string) *running {
	w.t.Helper()
	return w.begin(env, append([]string{"run", "--listen", ""}, args...)...)
}

// begin starts a process and does not wait for its end.
func (w *world) begin(env []string, args ...string) *running {
	w.t.Helper()
	d := &running{w: w, ended: make(chan error, 1)}
	d.cmd = exec.Command(w.bin, append(args, "-f", w.file("fleet.yaml"), "--state-dir", w.file("state"))...)
	d.cmd.Env = append(w.env[:len(w.env):len(w.env)], env...)
	d.cmd.Stdout, d.cmd.Stderr = &d.said, &d.said
	if err := d.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() { d.ended <- d.cmd.Wait(); close(d.ended) }()
	w.t.Cleanup(func() { _ = d.cmd.Process.Kill(); <-d.ended })
	return d
}

// stop asks the daemon to end and demands that it does so well.
func (d *running) stop() {
	d.w.t.Helper()
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-d.ended:
		if err != nil {
			d.w.t.Fatalf("aurad run: %v\n%s", err, d.said.String())
		}
	case <-time.After(patience):
		d.w.t.Fatal("aurad run does not end on SIGTERM")
	}
}

// until waits for a fact of the ground truth.
func until(t *testing.T, what string, fact func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !fact(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", patience, what)
		}
	}
}

// named reports whether the simulator has a running instance of this name.
func (w *world) named(name string) bool {
	for _, in := range w.sim.Instances() {
		if in.Name == name && in.Status == "running" {
			return true
		}
	}
	return false
}

// A daemon that is killed in the middle of three creates and started again goes on as apply does.
func TestDeathOfADaemon(t *testing.T) {
	const fleet = "policy: {on_lost_credentials: recreate, create_grace: 2m}\ninstances: {a: {}, b: {}, c: {}}\n"
	v, token := theVault(t, vaulttest.Options{})
	bin := must(t, mortal)
	sum := &tally{}
	t.Run("at", func(t *testing.T) {
		for at := 5; at < 130; at += 7 {
			t.Run(fmt.Sprint(at), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, bin, v, token, fmt.Sprintf("daemon-%d", at), fleet)
				first := w.run([]string{fmt.Sprintf("AURAD_CRASHPOINT_AT=%d", at)})
				select {
				case err := <-first.ended:
					if err == nil || !strings.Contains(err.Error(), "killed") {
						t.Fatalf("%v\n%s", err, first.said.String())
					}
				case <-time.After(patience):
					t.Fatalf("it has no boundary %d\n%s", at, w.story())
				}
				w.noteWhole()
				second := w.run(nil)
				until(t, "three instances\n"+w.story(), func() bool { return w.named("a") && w.named("b") && w.named("c") })
				second.stop()
				e := ending{lives: slices.Concat([]life{{killed: true}}, w.converge()), verdict: w.judge("a", "b", "c")}
				sum.add(e)
				if !e.verdict.sound() {
					t.Errorf("%+v\n%s\n%s", e.verdict, second.said.String(), w.story())
				}
			})
		}
	})
	t.Log(sum)
}

// One state folder has one writer, and the one who is turned away learns who that is.
func TestSecondProcessIsTurnedAway(t *testing.T) {
	v, token := theVault(t, vaulttest.Options{})
	w := newWorld(t, must(t, release), v, token, "second", "instances: {a: {}}\n")
	first := w.run(nil)
	until(t, "the first daemon's instance", func() bool { return w.named("a") })
	before := w.sim.RequestCount()
	for _, args := range [][]string{{"run", "--listen", ""}, {"apply", "--yes"}} {
		l := w.live(0, args...)
		if holder := fmt.Sprintf("process %d since", first.cmd.Process.Pid); l.code != 1 || !strings.Contains(l.said, holder) {
			t.Errorf("%v: exit %d; want 1 and %q:\n%s", args, l.code, holder, l.said)
		}
	}
	for _, r := range w.sim.Requests()[before:] {
		if r.Token() || r.Mutation() {
			t.Errorf("somebody sent %s %s", r.Method, r.Path)
		}
	}
	first.stop()
	if l := w.live(0, "apply", "--yes"); l.code != 0 {
		t.Errorf("the folder is still held: exit %d\n%s", l.code, l.said)
	}
	if v := w.judge("a"); !v.sound() {
		t.Errorf("%+v\n%s", v, w.story())
	}
}
