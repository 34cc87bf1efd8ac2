package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/process"
	"github.com/aurad/aurad/reconcile"
)

// running is an `aurad run` in this process.
type running struct {
	w    *world
	stop context.CancelCauseFunc
	end  chan int
	log  *syncBuffer
	hup  chan os.Signal
}

// start runs the daemon and waits until it answers.
func (w *world) start(args ...string) *running {
	w.t.Helper()
	ctx, stop := context.WithCancelCause(context.Background())
	r := &running{w, stop, make(chan int, 1), &syncBuffer{}, make(chan os.Signal)}
	p := w.process(r.log, r.log)
	p.Hangups = func() (<-chan os.Signal, func()) { return r.hup, func() {} }
	go func() {
		r.end <- Run(ctx, p, append([]string{"run", "-f", w.path("fleet.yaml"), "--state-dir", w.path("state")}, args...))
	}()
	w.t.Cleanup(func() { stop(nil) })
	w.eventually("the daemon answers", func() bool { return w.run("status").code == 0 })
	return r
}

// terminate stops the daemon as SIGTERM does, and returns its exit code.
func (r *running) terminate() int {
	r.w.t.Helper()
	r.stop(process.Stopped{Signal: syscall.SIGTERM})
	select {
	case code := <-r.end:
		r.w.mu.Lock()
		defer r.w.mu.Unlock()
		r.w.said.WriteString(r.log.String())
		return code
	case <-time.After(20 * time.Second):
		r.w.t.Fatal("the daemon does not stop\n" + r.log.String())
		return -1
	}
}

func (w *world) eventually(what string, ok func() bool) { w.t.Helper(); eventually(w.t, what, ok) }

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func (w *world) snapshot() daemon.Snapshot {
	w.t.Helper()
	return decode[daemon.Snapshot](w.t, w.must(0, "status", "--output", "json").out)
}

func (w *world) settled() bool {
	s := w.snapshot()
	return s.Ready && s.Plan.Matches()
}

func TestRunFollowsTheFileUntilSIGTERM(t *testing.T) {
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	before := runtime.NumGoroutine()
	r := w.start("--listen", "127.0.0.1:0", "--log-format", "json")
	w.eventually("dev is made", w.settled)
	w.fleet("instances: {dev: {memory: 4GB}}\n")
	w.eventually("dev has 4GB", func() bool { return w.live("dev").Memory == "4GB" && w.settled() })

	w.fleet("instances: {dev: {memory: 3GB}}\n")
	w.eventually("the bad file is reported", func() bool { return w.snapshot().Config.Error != "" })
	contains(t, w.must(0, "status").out, "the file on disk is not in force")
	if w.live("dev").Memory != "4GB" {
		t.Error("a bad file had an effect")
	}

	w.fleet("credentials: {store: dotenv, dotenv: {dir: ./elsewhere}}\ninstances: {dev: {memory: 4GB}}\n")
	w.eventually("another store is reported", func() bool { return strings.Contains(w.snapshot().Config.Error, "takes a restart") })
	w.fleet("instances: {dev: {memory: 4GB}}\n")
	w.eventually("the good file is in force", func() bool { return w.snapshot().Config.Error == "" })

	if code := r.terminate(); code != 0 {
		t.Errorf("SIGTERM: exit %d\n%s", code, r.log)
	}
	contains(t, r.log.String(), `"msg":"aurad runs"`, `"event":"finished"`, `"key":"dev"`, `"msg":"aurad has stopped"`)
	if escapeCodes.MatchString(r.log.String()) {
		t.Error("escape codes in a log that goes to a file")
	}
	w.eventually("all goroutines have ended", func() bool {
		http.DefaultClient.CloseIdleConnections()
		return runtime.NumGoroutine() <= before+2 // the test server's own connections
	})
}

func TestSIGHUPReadsTheFileAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	r := w.start("--listen", "")
	w.eventually("dev is made", w.settled)
	r.hup <- syscall.SIGHUP
	w.eventually("the file is read again", func() bool { return strings.Contains(r.log.String(), "fleet.yaml is in force") })
	if code := r.terminate(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

func TestOneStateFolderHasOneDaemon(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(officeHours + "instances: {dev: {schedule: office-hours}, test: {state: paused}}\n")
	r := w.start("--listen", "")
	holder := fmt.Sprintf("process %d", os.Getpid())
	contains(t, w.must(1, "run", "--listen", "").err, "another aurad works in this state folder: "+holder, "one state folder has one daemon")
	contains(t, w.must(1, "apply", "--yes").err, holder, "aurad status")

	w.eventually("the fleet is made", w.settled)
	asked := w.must(0, "plan", "--output", "json", "--at", "2026-11-28T08:00:00Z")
	contains(t, asked.err, "planned by the daemon that runs on")
	contains(t, w.must(0, "plan").out, "planned by the daemon that runs on", "The fleet matches")
	w.must(0, "plan", "--detailed-exitcode")
	w.must(2, "plan", "--detailed-exitcode", "--at", "2026-11-28 08:00")
	if code := r.terminate(); code != 0 {
		t.Errorf("exit %d", code)
	}
	// The daemon is gone: the same question is answered from the state, and in the same way.
	own := w.must(0, "plan", "--output", "json", "--at", "2026-11-28T08:00:00Z")
	theirs, ours := decode[reconcile.Plan](t, asked.out), decode[reconcile.Plan](t, own.out)
	if diff := cmp.Diff(theirs, ours, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the daemon's plan and ours differ:\n%s", diff)
	}
	if theirs.Summary.Acting == 0 {
		t.Errorf("a plan for Saturday that does nothing proves nothing:\n%s", asked.out)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	contains(t, w.must(1, "status").err, "no aurad daemon runs on the state folder "+w.path("state"), "aurad run")
	w.fleet(officeHours + "instances: {dev: {schedule: office-hours}, sleeper: {state: paused}}\n")
	r := w.start("--listen", "")
	w.eventually("the fleet is made", w.settled)
	s := w.must(0, "status")
	contains(t, s.out, "INSTANCE", "dev ", "running", "sleeper", "paused", "stored", "requests free this minute", "paused Mon 19:00")

	watching := &syncBuffer{}
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan int)
	go func() {
		end <- Run(ctx, w.process(watching, watching), []string{"status", "--watch", "--state-dir", w.path("state")})
	}()
	w.eventually("it is shown again", func() bool { return strings.Count(watching.String(), "INSTANCE") > 1 })
	stop()
	if code := <-end; code != 0 {
		t.Errorf("--watch: exit %d", code)
	}
	r.terminate()
}

func TestRunServesHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	contains(t, w.must(1, "run", "--listen", address).err, "--listen: ")
	l.Close()
	r := w.start("--listen", address)
	resp, err := http.Get("http://" + address + "/-/healthy")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", resp, err)
	}
	resp.Body.Close()
	w.eventually("dev is made", w.settled)
	contains(t, get(t, "http://"+address+"/"), "<html", "dev")
	contains(t, get(t, "http://"+address+"/-/ready"), "ready")
	contains(t, get(t, "http://"+address+"/metrics"), "aurad_", "go_goroutines", `key="dev"`)
	contains(t, get(t, "http://"+address+"/api/v1/events"), `"schema": "aurad.events/v1"`, "create done")
	stream, err := http.NewRequest(http.MethodGet, "http://"+address+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream.Header.Set("Accept", "text/event-stream")
	open, err := http.DefaultClient.Do(stream) // a reader that stays must not keep the daemon from stopping
	if err != nil {
		t.Fatal(err)
	}
	defer open.Body.Close()
	req, _ := http.NewRequest(http.MethodPut, "http://"+address+"/api/v1/holds/dev", strings.NewReader(`{}`))
	resp, err = http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode < 400 {
		t.Errorf("holds can be set over TCP: %v %v", resp, err)
	}
	resp.Body.Close()
	began := time.Now()
	if code := r.terminate(); code != 0 || time.Since(began) > 4*time.Second {
		t.Errorf("exit %d after %s", code, time.Since(began))
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestInterruptedApplySaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {a: {}, b: {}, c: {}, d: {}}\n")
	for _, tc := range []struct {
		signal syscall.Signal
		code   int
	}{{syscall.SIGINT, 130}, {syscall.SIGTERM, 1}} {
		ctx, stop := context.WithCancelCause(context.Background())
		before := len(w.sim.Mutations())
		go func() {
			for len(w.sim.Mutations()) == before && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			stop(process.Stopped{Signal: tc.signal})
		}()
		r := w.runUntil(ctx, "apply", "--yes")
		stop(nil)
		if r.code != tc.code {
			t.Errorf("%s: exit %d, want %d\n%s%s", tc.signal, r.code, tc.code, r.out, r.err)
		}
		contains(t, r.out, "Stopped.", "left to do:", "Run `aurad apply` again")
	}
	w.must(0, "apply", "--yes")
	if n := len(w.sim.Instances()); n != 4 {
		t.Errorf("%d instances were made of 4", n)
	}
}

// A change that is on its way when Ctrl-C comes is finished: its answer is heard and remembered.
func TestInterruptFinishesTheStepInHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	w.must(0, "apply", "--yes")
	w.fleet("instances: {dev: {memory: 4GB}}\n")
	w.sim.Inject(aurasim.Fault{Kind: aurasim.Slow, Method: http.MethodPatch, Delay: 300 * time.Millisecond})
	ctx, stop := context.WithCancelCause(context.Background())
	go func() {
		for w.sim.PendingFaults() > 0 {
			time.Sleep(time.Millisecond)
		}
		stop(process.Stopped{Signal: syscall.SIGINT}) // while the answer is held back
	}()
	r := w.runUntil(ctx, "apply", "--yes")
	if r.code != 130 {
		t.Errorf("exit %d", r.code)
	}
	contains(t, r.out, "started   dev: resize memory 2GB -> 4GB", "dev: wait, resize under way")
}

func TestInterruptedPlanExits130(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	w.sim.Inject(aurasim.Fault{Kind: aurasim.Slow, Method: http.MethodGet, Delay: 10 * time.Second})
	ctx, stop := context.WithCancelCause(context.Background())
	go func() {
		for w.sim.PendingFaults() > 0 {
			time.Sleep(time.Millisecond)
		}
		stop(process.Stopped{Signal: syscall.SIGINT})
	}()
	if r := w.runUntil(ctx, "plan"); r.code != 130 || r.err != "aurad: interrupted\n" {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}
