package crash

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Binaries are built once for all tests, into one folder that TestMain removes.
var (
	binaries = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "aurad-crash-") })
	mortal   = sync.OnceValues(func() (string, error) { return build("mortal", "-tags", "crashpoints") })
	release  = sync.OnceValues(func() (string, error) { return build("release") })
)

func TestMain(m *testing.M) {
	if address := os.Getenv(plainClient); address != "" {
		askPlainly(address)
		return
	}
	code := m.Run()
	if dir, err := binaries(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func build(name string, flags ...string) (string, error) {
	dir, err := binaries()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	args := append([]string{"build", "-buildvcs=false", "-o", path}, flags...)
	out, err := exec.Command("go", append(args, "../../cmd/aurad")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", name, err, out)
	}
	return path, nil
}

func must[T any](t *testing.T, f func() (T, error)) T {
	t.Helper()
	v, err := f()
	if err != nil {
		t.Fatal(err)
	}
	return v
}
