package dotenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/secrets"
)

// The steps of a write, in their order; TestStepsAreInOrder holds the list to the code.
var steps = []string{"lock", "open", "write", "sync", "link", "sync folder", "read back"}

// Each step fails in its turn. Whatever happened, the file is there whole or not at all, nothing
// else is left, and the same call again ends well.
func TestEveryStepFails(t *testing.T) {
	ctx := context.Background()
	for errno, want := range map[error]error{
		syscall.ENOSPC: secrets.ErrUnavailable, syscall.EIO: secrets.ErrUnavailable, syscall.EDQUOT: secrets.ErrUnavailable,
		syscall.EACCES: secrets.ErrRefused, syscall.EROFS: secrets.ErrRefused, syscall.EPERM: secrets.ErrRefused,
	} {
		for _, step := range steps {
			s, c := open(t), credential("orders")
			s.before = func(at string) error {
				if at == step {
					return &os.PathError{Op: at, Path: "x", Err: errno}
				}
				return nil
			}
			err := s.Create(ctx, c, secrets.Claim{})
			check(t, err, want)
			if !errors.Is(err, errno) {
				t.Errorf("%s: %v hides %v", step, err, errno)
			}
			for _, name := range files(t, s) {
				if name != "orders.env" {
					t.Errorf("%s: left %s", step, name)
				}
			}
			s.before = func(string) error { return nil }
			check(t, s.Create(ctx, c, secrets.Claim{}), nil)
			if got, err := s.Get(ctx, "orders"); err != nil || !got.Equal(c) {
				t.Errorf("%s: %v", step, err)
			}
		}
	}
}

func TestPreflightMeetsAFullDisk(t *testing.T) {
	for _, step := range []string{"open", "write", "sync", "link", "sync folder"} {
		s := open(t)
		s.before = func(at string) error {
			if at == step {
				return syscall.ENOSPC
			}
			return nil
		}
		check(t, s.Preflight(context.Background(), claim("orders")), secrets.ErrUnavailable)
		if left := files(t, s); len(left) != 0 {
			t.Errorf("%s: left %v", step, left)
		}
	}
}

// A replacement that fails leaves the old file.
func TestReplacingFails(t *testing.T) {
	ctx := context.Background()
	for _, step := range []string{"open", "write", "sync", "rename"} {
		s, c := open(t), credential("orders")
		check(t, s.Create(ctx, c, secrets.Claim{}), nil)
		s.before = func(at string) error {
			if at == step {
				return syscall.ENOSPC
			}
			return nil
		}
		check(t, s.Rename(ctx, "orders", "new"), secrets.ErrUnavailable)
		if got, err := s.Get(ctx, "orders"); err != nil || !got.Equal(c) {
			t.Errorf("%s: the old credential is gone: %v", step, err)
		}
	}
}

func TestReadBackThatDiffers(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	s.before = func(step string) error {
		if step == "read back" { // a disk that lies
			return os.WriteFile(s.file("orders"), []byte("NEO4J_PASSWORD=x\nAURA_INSTANCEID=y\n"), 0o600)
		}
		return nil
	}
	check(t, s.Create(ctx, c, secrets.Claim{}), secrets.ErrUnavailable)
	s.before = func(string) error { return nil }
	check(t, s.Create(ctx, c, secrets.Claim{}), secrets.ErrTaken)
}

// The folder is exchanged for a file, which stops root as well.
func TestFolderVanishes(t *testing.T) {
	s, ctx := open(t), context.Background()
	if err := os.RemoveAll(s.real); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.real, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Create(ctx, credential("orders"), secrets.Claim{}); err == nil {
		t.Error("written to a folder that is gone")
	}
	if err := s.Preflight(ctx, claim("orders")); err == nil {
		t.Error("a folder that is gone passes")
	}
}

const (
	envKill  = "AURAD_TEST_KILL_AT"
	envLimit = "AURAD_TEST_FILE_LIMIT"
	envDir   = "AURAD_TEST_DIR"
)

// TestChild is the other process of the tests below: it writes one credential, and dies at a step
// or may write only so many bytes. Run by itself it checks that a write passes.
func TestChild(t *testing.T) {
	dir := os.Getenv(envDir)
	if dir == "" {
		dir = filepath.Join(t.TempDir(), "credentials")
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if limit := os.Getenv(envLimit); limit != "" {
		limitFiles(t, limit)
	}
	s.before = func(step string) error {
		if step == os.Getenv(envKill) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	}
	if err := s.Create(context.Background(), credential("orders"), secrets.Claim{}); err != nil {
		t.Fatal(err)
	}
}

// limitFiles stands in for a full disk: no file of this process may be longer than limit bytes.
func limitFiles(t *testing.T, limit string) {
	var bytes uint64
	if _, err := fmt.Sscan(limit, &bytes); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes}); err != nil {
		t.Fatal(err)
	}
}

func child(t *testing.T, dir string, env ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), append(env, envDir+"="+dir)...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// SIGKILL before each step: under the final name there is nothing or all of it, and a new process
// finishes the write and sweeps up.
func TestKilledAtEveryStep(t *testing.T) {
	ctx, c := context.Background(), credential("orders")
	for _, step := range steps {
		dir := filepath.Join(t.TempDir(), "credentials")
		out, err := child(t, dir, envKill+"="+step)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("%s: it was not killed: %v\n%s", step, err, out)
		}
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Get(ctx, "orders")
		linked := step == "sync folder" || step == "read back"
		if linked && (err != nil || !got.Equal(c)) || !linked && !errors.Is(err, secrets.ErrMissing) {
			t.Errorf("killed before %s: %v", step, err)
		}
		check(t, s.Create(ctx, c, secrets.Claim{}), nil)
		if diff := cmp.Diff([]string{"orders.env"}, files(t, s)); diff != "" {
			t.Errorf("killed before %s: %s", step, diff)
		}
		s.Close()
	}
}

// A real file system refuses the last bytes: no half file gets the name.
func TestDiskFullForReal(t *testing.T) {
	whole := len(secrets.FormatEnv(credential("orders")))
	for _, limit := range []int{1, whole / 2, whole - 1} {
		dir := filepath.Join(t.TempDir(), "credentials")
		out, err := child(t, dir, fmt.Sprintf("%s=%d", envLimit, limit))
		if err == nil || !strings.Contains(out, "file too large") || strings.Contains(out, password) {
			t.Errorf("%d bytes: %v\n%s", limit, err, out)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*"+suffix)); len(left) != 0 {
			t.Errorf("%d bytes: left %v", limit, left)
		}
	}
	dir := filepath.Join(t.TempDir(), "credentials")
	if out, err := child(t, dir, fmt.Sprintf("%s=%d", envLimit, whole)); err != nil {
		t.Errorf("just enough room: %v\n%s", err, out)
	}
}

func TestParentsOfANewFolderAreSynced(t *testing.T) {
	top := t.TempDir()
	var synced []string
	record := func(dir string) error { synced = append(synced, dir); return nil }
	for range 2 { // the second time there is nothing to make
		if err := makeFolder(filepath.Join(top, "a", "b"), record); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{top, filepath.Join(top, "a")}, synced); diff != "" {
		t.Error(diff)
	}
}
