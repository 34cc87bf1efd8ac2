package crash

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/vaulttest"
)

// What kills is not in a normal build, neither its code nor its words.
func TestReleaseHasNoCrashpoints(t *testing.T) {
	for name, build := range map[string]func() (string, error){"release": release, "mortal": mortal} {
		path := must(t, build)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		symbols, err := exec.Command("go", "tool", "nm", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		words := bytes.Contains(text, []byte("AURAD_CRASHPOINT")) || bytes.Contains(text, []byte("before commit"))
		code := strings.Contains(string(symbols), "internal/crashpoint.open") || strings.Contains(string(symbols), "internal/crashpoint.wire")
		if has := name == "mortal"; words != has || code != has {
			t.Errorf("the %s build has the words: %v, the code: %v", name, words, code)
		}
	}
	v, token := theVault(t, vaulttest.Options{})
	w := newWorld(t, must(t, release), v, token, "release", mortalFleet)
	if l := w.live(1, "apply", "--yes"); l.killed || l.code != 0 || len(l.marks) != 0 {
		t.Errorf("killed %v, exit %d, marks %q", l.killed, l.code, l.marks)
	}
}
