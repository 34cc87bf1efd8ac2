// Package tooltest finds the tools of others that tests drive.
//
// Go alone is all that `make test` needs, so a missing tool skips the test that wants it, with
// one line that says how to get it. Where AURAD_REQUIRE_TOOLS=1 is set, as in CI, it fails.
package tooltest

import (
	"os"
	"os/exec"
	"testing"
)

// Missing ends a test that wants what is not here: it is skipped with one line that says so, or fails
// where everything is required.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("AURAD_REQUIRE_TOOLS") == "1" {
		t.Fatalf("AURAD_REQUIRE_TOOLS=1 is set, and "+format, args...)
	}
	t.Skipf(format+": not tested", args...)
}

// NeedRoot ends the test of one who is not root, in the same way.
func NeedRoot(t testing.TB, why string) {
	t.Helper()
	if os.Geteuid() != 0 {
		Missing(t, "%s needs root", why)
	}
}

// Need returns the path of a tool, or ends the test. pkg is the Debian package that has it.
func Need(t testing.TB, tool, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		Missing(t, "%s is not installed (apt-get install %s)", tool, pkg)
	}
	return path
}
