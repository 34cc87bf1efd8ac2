// Package binarytest builds aurad and runs it as a process, for tests.
//
// It knows the go command and what `aurad sim` prints. It must not know what is tested.
package binarytest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Built is the binaries of one test process, each built once.
type Built struct {
	mu    sync.Mutex
	dir   string
	paths map[string]string // by flags
}

// Build builds aurad with flags of go build, such as -tags, and returns its path. Its name is aurad.
func (b *Built) Build(flags ...string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := strings.Join(flags, " ")
	if path := b.paths[key]; path != "" {
		return path, nil
	}
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "aurad-test-")
		if err != nil {
			return "", err
		}
		b.dir, b.paths = dir, map[string]string{}
	}
	path := filepath.Join(b.dir, fmt.Sprint(len(b.paths)), "aurad")
	args := append([]string{"build", "-o", path}, flags...)
	out, err := exec.Command("go", append(args, "github.com/aurad/aurad/cmd/aurad")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", key, err, out)
	}
	b.paths[key] = path
	return path, nil
}

// Path is Build for a test.
func (b *Built) Path(t testing.TB, flags ...string) string {
	t.Helper()
	path, err := b.Build(flags...)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Main runs the tests, removes what was built for them, and returns the exit code.
func (b *Built) Main(m *testing.M) int {
	code := m.Run()
	if b.dir != "" {
		os.RemoveAll(b.dir)
	}
	return code
}

// Simulate serves `aurad sim` on a free port until the test ends, and returns the environment that leads
// there.
func Simulate(t testing.TB, bin string, args ...string) []string {
	t.Helper()
	cmd := exec.Command(bin, append([]string{"sim", "--listen", "127.0.0.1:0"}, args...)...)
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
	var env []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		setting, ok := strings.CutPrefix(lines.Text(), "export ")
		if !ok {
			return env
		}
		env = append(env, setting)
	}
	t.Fatal("aurad sim ended")
	return nil
}
