package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// The binary is built once for all tests that run it as a process.
var buildBinary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "aurad-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "aurad")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return path, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built.Load() {
		path, _ := buildBinary()
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

var built atomic.Bool

func binary(t *testing.T) string {
	t.Helper()
	built.Store(true)
	path, err := buildBinary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// shell is a user with the binary, a simulator in another process, and a folder.
type shell struct {
	t    *testing.T
	bin  string
	dir  string
	env  []string
	said bytes.Buffer
}

// newShell starts `aurad sim` and reads the environment that it prints.
func newShell(t *testing.T, simArgs ...string) *shell {
	t.Helper()
	sh := &shell{t: t, bin: binary(t), dir: t.TempDir()}
	sh.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + sh.dir}
	cmd := exec.Command(sh.bin, append([]string{"sim", "--listen", "127.0.0.1:0"}, simArgs...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("aurad sim: %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		setting, ok := strings.CutPrefix(lines.Text(), "export ")
		if !ok {
			return sh
		}
		sh.env = append(sh.env, setting)
	}
	t.Fatal("aurad sim ended")
	return nil
}

func (sh *shell) setting(name string) string {
	for _, s := range sh.env {
		if value, ok := strings.CutPrefix(s, name+"="); ok {
			return value
		}
	}
	return ""
}

func (sh *shell) command(args ...string) *exec.Cmd {
	cmd := exec.Command(sh.bin, args...)
	cmd.Dir, cmd.Env = sh.dir, sh.env
	return cmd
}

// aurad runs a command to its end.
func (sh *shell) aurad(args ...string) (code int, output string) {
	sh.t.Helper()
	began := time.Now()
	out, err := sh.command(args...).CombinedOutput()
	sh.said.Write(out)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		sh.t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	sh.t.Logf("aurad %s: exit %d after %s", strings.Join(args, " "), code, time.Since(began).Round(time.Millisecond))
	return code, string(out)
}

func (sh *shell) must(code int, args ...string) string {
	sh.t.Helper()
	got, out := sh.aurad(args...)
	if got != code {
		sh.t.Fatalf("aurad %s: exit %d, want %d\n%s", strings.Join(args, " "), got, code, out)
	}
	return out
}

func (sh *shell) write(name, text string) {
	sh.t.Helper()
	if err := os.WriteFile(filepath.Join(sh.dir, name), []byte(text), 0o600); err != nil {
		sh.t.Fatal(err)
	}
}
