package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// On a disk that has no room for a reply nothing is asked for: every instance that there is has
// its password in the store, and with room again the rest is made.
func TestBinaryOnAFullDisk(t *testing.T) {
	t.Parallel()
	sh := newShell(t, "--speed", "600", "--rate-limit", "125")
	blocks := map[string]string{}
	for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"} {
		blocks[key] = "{memory: 1GB}"
	}
	sh.fleet(blocks)
	for _, limit := range []string{"64", "100", "256"} { // of 512 bytes a file, whoever writes it
		cmd := exec.Command("sh", "-c", "ulimit -f "+limit+" && exec "+sh.bin+" apply --yes")
		cmd.Dir, cmd.Env = sh.dir, sh.env
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("apply succeeded with files of %s blocks", limit)
		}
		contains(t, string(out), "can't take its reply")
		stored, err := filepath.Glob(filepath.Join(sh.dir, "credentials", "*.env"))
		if err != nil {
			t.Fatal(err)
		}
		if live := sh.live(); len(live) != len(stored) {
			t.Fatalf("%d live instances and %d stored passwords with files of %s blocks\n%s", len(live), len(stored), limit, out)
		}
	}
	contains(t, sh.must(0, "apply", "--yes"), "The fleet matches")
	sh.checkPasswords(sh.live())
	if _, err := os.Stat(filepath.Join(sh.dir, "credentials", "l.env")); err != nil {
		t.Error(err)
	}
}
