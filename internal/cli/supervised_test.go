package cli

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/clock"
)

// manager plays systemd: it listens where NOTIFY_SOCKET points to.
type manager struct {
	path string
	conn *net.UnixConn

	mu   sync.Mutex
	said []string
}

func playSystemd(t *testing.T) *manager {
	t.Helper()
	s := &manager{path: filepath.Join(t.TempDir(), "notify")}
	var err error
	if s.conn, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: s.path, Net: "unixgram"}); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1<<12)
		for {
			n, err := s.conn.Read(buf)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.said = append(s.said, strings.Split(strings.TrimSpace(string(buf[:n])), "\n")...)
			s.mu.Unlock()
		}
	}()
	t.Cleanup(func() { s.conn.Close(); <-done })
	return s
}

// times counts the lines that begin with prefix.
func (s *manager) times(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, line := range s.said {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

// first is the place of the first line that begins with prefix; -1 without one.
func (s *manager) first(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, line := range s.said {
		if strings.HasPrefix(line, prefix) {
			return i
		}
	}
	return -1
}

// underSystemd starts the built binary as a service on an account that answers until hang is set.
func underSystemd(t *testing.T, s *manager, hang *atomic.Bool) (sh *shell, stop func() error) {
	t.Helper()
	shared := clock.Shared{Epoch: time.Now(), Speed: supervisedSpeed}
	sim := aurasim.New(aurasim.Config{RequestsPerMinute: -1, Clock: shared.Follow(shared.Epoch).Now})
	resumed := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hang.Load() {
			<-resumed
		}
		sim.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(resumed) })
	sh = &shell{t: t, bin: binary(t), dir: t.TempDir()}
	sh.env = []string{"HOME=" + sh.dir, "NOTIFY_SOCKET=" + s.path, "WATCHDOG_USEC=60000000", clock.SharedVariable + "=" + shared.String(),
		"AURA_BASE_URL=" + server.URL, "AURA_CLIENT_ID=" + aurasim.DemoClientID, "AURA_CLIENT_SECRET=" + aurasim.DemoClientSecret, "AURA_TENANT_ID=" + aurasim.DemoTenantID}
	sh.write("fleet.yaml", supervisedFleet)
	cmd, log := sh.command("run", "--listen", ""), &syncBuffer{}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	stop = func() (err error) {
		once.Do(func() {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			err = cmd.Wait()
		})
		return err
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = stop()
		if t.Failed() {
			t.Logf("to systemd: %q\nlog:\n%s", s.said, log)
		}
	})
	sh.env = append(sh.env, "PID="+strconv.Itoa(cmd.Process.Pid))
	return sh, stop
}

// supervisedSpeed makes the loop's naps of 30 s half a second.
const supervisedSpeed = 60

// A policy of observe acts on nothing, so that the loop comes to rest soon.
const supervisedFleet = `schema: aurad/v1
policy: {mode: observe}
budget: {requests_per_minute: 100000}
observe: {scan_interval: 30s}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
instances: {orders-dev: , orders-test: }
`

func TestSystemdSeesTheWholeLifeOfAService(t *testing.T) {
	t.Parallel()
	s := playSystemd(t)
	sh, stop := underSystemd(t, s, new(atomic.Bool))
	eventually(t, "READY=1", func() bool { return s.times("READY=1") == 1 })
	if alive, ready := s.first("WATCHDOG=1"), s.first("READY=1"); alive < 0 || alive > ready {
		t.Errorf("ready at message %d, before the loop turned (%d)", ready, alive)
	}
	eventually(t, "a status", func() bool { return s.times("STATUS=2 instances") > 0 })
	fed := s.times("WATCHDOG=1")

	sh.write("fleet.yaml", supervisedFleet+"# touched\n")
	eventually(t, "a reload, begun and ended", func() bool {
		return s.times("RELOADING=1") == 1 && s.times("MONOTONIC_USEC=") == 1 && s.times("READY=1") == 2
	})
	if s.times("WATCHDOG=1") <= fed {
		t.Error("the loop turned after a reload, and fed no watchdog")
	}
	if err := syscall.Kill(sh.pid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a reload by SIGHUP", func() bool { return s.times("RELOADING=1") == 2 && s.times("READY=1") == 3 })

	if err := stop(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	eventually(t, "STOPPING=1", func() bool { return s.times("STOPPING=1") == 1 })
}

// A loop that hangs feeds no watchdog, although the process lives and its socket answers.
func TestHungLoopFeedsNoWatchdog(t *testing.T) {
	t.Parallel()
	s, hang := playSystemd(t), new(atomic.Bool)
	sh, _ := underSystemd(t, s, hang)
	eventually(t, "READY=1", func() bool { return s.times("READY=1") == 1 })
	const span = 4 * time.Second // eight naps
	fed := s.times("WATCHDOG=1")
	time.Sleep(span)
	if n := s.times("WATCHDOG=1") - fed; n < 4 {
		t.Fatalf("%d signs of life in eight naps: the rest of this test would prove nothing", n)
	}
	hang.Store(true)
	time.Sleep(span / 2) // the next list of instances is asked for, and not answered
	fed = s.times("WATCHDOG=1")
	time.Sleep(span)
	if n := s.times("WATCHDOG=1") - fed; n != 0 {
		t.Errorf("%d signs of life from a loop that hangs", n)
	}
	sh.must(0, "status")
}

// pid is the process that underSystemd started.
func (sh *shell) pid() int {
	pid, _ := strconv.Atoi(sh.setting("PID"))
	return pid
}
