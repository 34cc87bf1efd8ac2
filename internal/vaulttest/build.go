package vaulttest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// Build returns the path of the server's binary. The first call on a machine takes about five
// minutes on two cores and needs the module proxy or a filled module cache; later ones find it in
// os.UserCacheDir()/aurad/vaulttest, under a hash of its sources and of the Go version. A file
// lock lets test packages that run side by side build it once.
func Build() (string, error) {
	sources, err := sourceFolder()
	if err != nil {
		return "", err
	}
	sum, err := fingerprint(sources)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "aurad", "vaulttest")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "vault-"+sum)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(binary); err == nil { // built while this waited
		return binary, nil
	}
	return binary, compile(sources, binary)
}

// sourceFolder finds the server beside this package, in the module of the running test.
func sourceFolder() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("ask go for the module: %w", err)
	}
	dir := filepath.Join(filepath.Dir(strings.TrimSpace(string(out))), "internal", "vaulttest", "server")
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return "", fmt.Errorf("find the server's sources from the working directory: %w", err)
	}
	return dir, nil
}

func fingerprint(sources string) (string, error) {
	paths, err := filepath.Glob(filepath.Join(sources, "*.go"))
	if err != nil {
		return "", err
	}
	paths = append(paths, filepath.Join(sources, "go.mod"), filepath.Join(sources, "go.sum"))
	slices.Sort(paths)
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, path := range paths {
		if err := hashFile(h, path); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

func hashFile(w io.Writer, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, filepath.Base(path), len(text))
	_, err = w.Write(text)
	return err
}

func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	return func() { f.Close() }, err
}

// compile ignores the caller's GOFLAGS and workspace: the module's own files say what is built.
func compile(sources, binary string) error {
	fmt.Fprintln(os.Stderr, "vaulttest: building the Vault test server, once; about five minutes on two cores")
	partial := binary + ".partial"
	cmd := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", partial, ".")
	cmd.Dir = sources
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build in %s: %w\n%s", sources, err, out)
	}
	return os.Rename(partial, binary)
}
