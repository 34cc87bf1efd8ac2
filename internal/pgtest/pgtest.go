// Package pgtest runs a real PostgreSQL server for tests, on the loopback interface and in a folder that
// goes with the test.
package pgtest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/aurad/aurad/internal/tooltest"
)

// Server is a PostgreSQL server of one test.
type Server struct {
	URL string // of an empty database, as its owner

	t     testing.TB
	bin   string
	data  string
	port  int
	cmd   *exec.Cmd // nil: it does not run
	ended chan struct{}
}

// Start makes a server and starts it, or skips the test where PostgreSQL is missing.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, bin: programs(t), port: freePort(t)}
	dir, err := os.MkdirTemp("/tmp", "aurad-pg-") // a path that is short, and that its user may enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s.data = filepath.Join(dir, "data")
	if os.Geteuid() == 0 {
		uid, gid := s.owner()
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := s.command("initdb", "-D", s.data, "-A", "trust", "-U", "aurad", "-N", "--locale=C", "-E", "UTF8").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	s.URL = fmt.Sprintf("postgres://aurad@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	s.Run()
	t.Cleanup(s.Kill)
	return s
}

// programs is the folder of PostgreSQL's programs, which Debian keeps off the path.
func programs(t testing.TB) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) > 0 {
		return filepath.Dir(slices.Max(found))
	}
	return filepath.Dir(tooltest.Need(t, "postgres", "postgresql"))
}

// owner is the user that PostgreSQL runs as where the test is root, which it refuses.
func (s *Server) owner() (uid, gid int) {
	s.t.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		s.t.Fatal(err)
	}
	uid, _ = strconv.Atoi(u.Uid)
	gid, _ = strconv.Atoi(u.Gid)
	return uid, gid
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.Env = "/", []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
	if os.Geteuid() == 0 {
		uid, gid := s.owner()
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	return cmd
}

// Run starts the server, the first time or after Kill, and waits until it answers.
func (s *Server) Run() {
	s.t.Helper()
	var log strings.Builder
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if s.cmd == nil { // its port may be a connection's for a moment: then it ends at once
			s.begin(&log)
		}
		if s.answers() {
			return
		}
		if time.Now().After(end) {
			s.Kill()
			s.t.Fatalf("PostgreSQL does not answer:\n%s", log.String())
		}
		select {
		case <-s.ended:
			s.cmd = nil
		default:
		}
	}
}

func (s *Server) begin(log *strings.Builder) {
	s.t.Helper()
	s.cmd = s.command("postgres", "-D", s.data, "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "max_connections=50")
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(s.cmd, s.ended) // Kill waits for it
}

func (s *Server) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL)
	return err == nil && conn.Close(ctx) == nil
}

// Kill ends the server and its sessions as a power cut would, but for what the kernel still writes.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGQUIT) // at once, without a checkpoint; its children end, too
	<-s.ended
	s.cmd = nil
}

// Exec runs SQL as the owner.
func (s *Server) Exec(sql string, args ...any) {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.URL)
	if err == nil {
		_, err = conn.Exec(context.Background(), sql, args...)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	_ = conn.Close(context.Background())
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
