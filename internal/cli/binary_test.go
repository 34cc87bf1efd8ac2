package cli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/binarytest"
)

// The binary is built once for all tests that run it as a process.
var binaries binarytest.Built

func TestMain(m *testing.M) { os.Exit(binaries.Main(m)) }

func binary(t *testing.T) string {
	t.Helper()
	return binaries.Path(t)
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
	sh.env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + sh.dir}, binarytest.Simulate(t, sh.bin, simArgs...)...)
	return sh
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
