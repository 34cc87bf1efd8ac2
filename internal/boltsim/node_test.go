package boltsim

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/internal/tooltest"
)

// The drivers for JavaScript, of which the sixth edition offers Bolt 6 before all else, are content.
// They come from npm at the first run, and are kept. Where there is no Node.js, or npm can't fetch
// them, nothing is tried: its packages are no condition of CI.
func TestNodeDrivers(t *testing.T) {
	modules := nodeModules(t)
	for _, driver := range []string{"five", "six"} {
		s := serve(t, Config{})
		ca := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(ca, s.caPEM, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "node", "try.js", driver, "neo4j+s://"+s.server.Address(), "neo4j", "the-old-password", "the-new-password")
		cmd.Dir, cmd.Env = modules, append(os.Environ(), "NODE_EXTRA_CA_CERTS="+ca)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s\n%s", driver, err, out, stderr(err))
		}
		var got map[string]any
		want := map[string]any{"protocol": 5.4, "one": 1.0, "parameter": []any{[]any{"a", 1.5, nil, map[string]any{"b": true}}},
			"unknown": "Neo.ClientError.Statement.SyntaxError", "database": "Neo.ClientError.Database.DatabaseNotFound",
			"reader": "Neo.ClientError.Statement.AccessMode", "wrong": "Neo.ClientError.Security.Unauthorized",
			"altered": "answered", "old": "Neo.ClientError.Security.Unauthorized", "next": "answered"}
		if err := json.Unmarshal(out, &got); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v\n%s", driver, err, cmp.Diff(want, got))
		}
		if s.Password() != "the-new-password" || s.server.Committed() != 1 {
			t.Errorf("%s: %d committed", driver, s.server.Committed())
		}
	}
}

func stderr(err error) []byte {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.Stderr
	}
	return nil
}

// nodeModules is a folder with the drivers and try.js.
func nodeModules(t *testing.T) string {
	t.Helper()
	tooltest.Need(t, "node", "nodejs")
	tooltest.Need(t, "npm", "npm")
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir() // nothing is kept then
	}
	dir := filepath.Join(cache, "aurad", "boltsim-node")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	fetched := true
	for _, name := range []string{"package.json", "package-lock.json", "try.js"} {
		text, err := os.ReadFile(filepath.Join("testdata", "node", name))
		if err != nil {
			t.Fatal(err)
		}
		kept, _ := os.ReadFile(filepath.Join(dir, name))
		fetched = fetched && (name == "try.js" || string(kept) == string(text))
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "six")); fetched && err == nil {
		return dir
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		tooltest.Missing(t, "npm can't fetch neo4j-driver (%v: %.300s)", err, out)
	}
	return dir
}
