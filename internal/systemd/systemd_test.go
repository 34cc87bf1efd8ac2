package systemd_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/systemd"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// manager listens as systemd does. hear returns what came since the last call, in one line, and
// waits for it to be want, or not for long.
type manager struct {
	t    *testing.T
	conn *net.UnixConn
}

func newManager(t *testing.T) *manager {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", "300000000")
	t.Cleanup(func() { conn.Close() })
	return &manager{t, conn}
}

func (m *manager) hear(want string) {
	m.t.Helper()
	var all []string
	buf := make([]byte, 1<<12)
	patience := 20 * time.Millisecond // for what should not come
	if want != "" {
		patience = 10 * time.Second
	}
	for {
		_ = m.conn.SetReadDeadline(time.Now().Add(patience))
		n, err := m.conn.Read(buf)
		if err != nil {
			break
		}
		all = append(all, strings.TrimSpace(string(buf[:n])))
		if strings.Join(all, " | ") == want {
			patience = 20 * time.Millisecond // and nothing more
		}
	}
	if got := strings.Join(all, " | "); got != want {
		m.t.Errorf("systemd heard %q, want %q", got, want)
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// The watchdog is fed by Alive and by nothing else, however long Watch runs.
func TestWatchFeedsNoWatchdog(t *testing.T) {
	m := newManager(t)
	s := systemd.New(quiet())
	s.Every = time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	var snap daemon.Snapshot
	var mu sync.Mutex
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Watch(ctx, func() daemon.Snapshot { mu.Lock(); defer mu.Unlock(); return snap })
	}()
	m.hear("STATUS=starting")
	s.Alive()
	m.hear("WATCHDOG=1 | EXTEND_TIMEOUT_USEC=300000000")
	mu.Lock()
	snap = daemon.Snapshot{At: time.Now(), Ready: true, Instances: make([]daemon.Status, 3)}
	mu.Unlock()
	m.hear("STATUS=3 instances | READY=1")
	s.Alive()
	m.hear("WATCHDOG=1")
	cancel()
	<-done
	m.hear("STOPPING=1\nSTATUS=finishing the step in hand")
}

func TestReload(t *testing.T) {
	m := newManager(t)
	s := systemd.New(quiet())
	s.Reloading()
	s.Reloaded()
	m.hear("")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s.Watch(ctx, func() daemon.Snapshot { return daemon.Snapshot{Ready: true} })
	m.hear("STATUS=starting | READY=1 | STOPPING=1\nSTATUS=finishing the step in hand")
	s.Reloading()
	m.hear("")
}

// A manager that can't be reached is reported once, and stops nothing.
func TestDeafManager(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "nobody"))
	var log bytes.Buffer
	s := systemd.New(slog.New(slog.NewTextHandler(&log, nil)))
	s.Alive()
	s.Alive()
	if n := strings.Count(log.String(), "can't tell the service manager"); n != 1 {
		t.Errorf("reported %d times:\n%s", n, log.String())
	}
}

// A watchdog is fed where there is one, and one that is too short is reported before it bites.
func TestWatchdogOfTheUnit(t *testing.T) {
	for usec, want := range map[string]struct{ heard, logged string }{
		"":          {"EXTEND_TIMEOUT_USEC=300000000", ""},
		"60000000":  {"WATCHDOG=1 | EXTEND_TIMEOUT_USEC=300000000", ""},
		"59000000":  {"WATCHDOG=1 | EXTEND_TIMEOUT_USEC=300000000", "set WatchdogSec to a minute or more"},
		"no number": {"EXTEND_TIMEOUT_USEC=300000000", "it will not be fed"},
	} {
		t.Run(usec, func(t *testing.T) {
			m := newManager(t)
			t.Setenv("WATCHDOG_USEC", usec)
			var log bytes.Buffer
			systemd.New(slog.New(slog.NewTextHandler(&log, nil))).Alive()
			m.hear(want.heard)
			if said := log.String(); !strings.Contains(said, want.logged) || (want.logged == "") != (said == "") {
				t.Errorf("logged %q, want %q", said, want.logged)
			}
		})
	}
}

func TestLine(t *testing.T) {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 14, 0, 0, 0, time.UTC)
	edge := func(hours int, state string, n int) (all []reconcile.Transition) {
		for range n {
			all = append(all, reconcile.Transition{At: at.Add(time.Duration(hours) * time.Hour), State: state})
		}
		return all
	}
	base := func() daemon.Snapshot {
		return daemon.Snapshot{At: at, Ready: true, Instances: make([]daemon.Status, 12), Fleet: &spec.Fleet{Location: stockholm}}
	}
	for want, change := range map[string]func(*daemon.Snapshot){
		"starting":                         func(s *daemon.Snapshot) { *s = daemon.Snapshot{} },
		"12 instances":                     func(*daemon.Snapshot) {},
		"1 instance, looking at the fleet": func(s *daemon.Snapshot) { s.Instances, s.Ready = s.Instances[:1], false },
		"12 instances, next: pause 5 at 19:00": func(s *daemon.Snapshot) {
			s.Plan.Next = append(edge(16, "running", 2), edge(4, "paused", 5)...)
		},
		"12 instances, next: resume 1 at Wed 07:00": func(s *daemon.Snapshot) { s.Plan.Next = edge(16, "running", 1) },
		"12 instances, next: resume 1 at 2026-12-04 16:00": func(s *daemon.Snapshot) {
			s.Plan.Next = edge(10*24+1, "running", 1)
		},
		"12 instances, 3 to do, 2 under way, 1 blocked": func(s *daemon.Snapshot) {
			s.Plan.Summary = reconcile.Summary{Acting: 3, Waiting: 2, Blocked: 1}
		},
		"12 instances, the fleet file on disk is NOT in force": func(s *daemon.Snapshot) { s.Config.Error = "bad\nfile" },
	} {
		snap := base()
		change(&snap)
		if got := systemd.Line(snap); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
