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

// NeedRoot ends the test of one who is not root, in the same way.
func NeedRoot(t testing.TB, why string) {
	t.Helper()
	switch {
	case os.Geteuid() == 0:
	case os.Getenv("AURAD_REQUIRE_TOOLS") == "1":
		t.Fatalf("%s needs root and AURAD_REQUIRE_TOOLS=1 is set", why)
	default:
		t.Skipf("%s needs root: not tested", why)
	}
}

// Need returns the path of a tool, or ends the test. pkg is the Debian package that has it.
func Need(t testing.TB, tool, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	switch {
	case err == nil:
		return path
	case os.Getenv("AURAD_REQUIRE_TOOLS") == "1":
		t.Fatalf("%s is missing and AURAD_REQUIRE_TOOLS=1 is set: apt-get install %s", tool, pkg)
	default:
		t.Skipf("%s is not installed (apt-get install %s): not tested", tool, pkg)
	}
	return ""
}
