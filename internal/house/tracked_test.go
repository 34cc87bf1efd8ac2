package house

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/tooltest"
)

const mostBytes = 1 << 20

// tracked is one file of the repository.
type tracked struct {
	name       string
	executable bool
	size       int64
	script     bool // it begins with #!
}

// outOfPlace says what a repository of source has no use for.
func outOfPlace(f tracked) (found []string) {
	if f.size > mostBytes {
		found = append(found, fmt.Sprintf("%s has %d bytes: what is built or downloaded stays outside", f.name, f.size))
	}
	if f.executable && !f.script {
		found = append(found, f.name+" is executable and no script: git rm it, and have .gitignore name it")
	}
	return found
}

func TestOnlySourceIsTracked(t *testing.T) {
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		tooltest.Missing(t, "this is no git checkout")
	}
	list := exec.Command(tooltest.Need(t, "git", "git"), "ls-files", "-s", "-z")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	n := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		about, name, ok := strings.Cut(line, "\t")
		info, err := os.Stat(filepath.Join(root, name))
		if !ok || err != nil {
			continue // deleted, and not committed yet
		}
		n++
		f := tracked{name: name, executable: strings.HasPrefix(about, "100755"), size: info.Size()}
		if f.executable {
			f.script = begins(filepath.Join(root, name), "#!")
		}
		for _, what := range outOfPlace(f) {
			t.Error(what)
		}
	}
	if n < 500 {
		t.Errorf("only %d files", n)
	}
}

func begins(path, with string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(with))
	_, err = f.Read(head)
	return err == nil && string(head) == with
}

func TestWhatIsNoSourceIsSeen(t *testing.T) {
	for _, row := range []struct {
		f     tracked
		wrong int
	}{
		{tracked{name: "aurad", executable: true, size: 29 << 20}, 2}, {tracked{name: "clip.mp4", size: 1<<20 + 1}, 1}, {tracked{name: "tool", executable: true, size: 9}, 1},
		{tracked{name: "run.sh", executable: true, size: 99, script: true}, 0}, {tracked{name: "a.go", size: 1 << 20}, 0},
	} {
		if got := outOfPlace(row.f); len(got) != row.wrong {
			t.Errorf("%+v: %q", row.f, got)
		}
	}
	script := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !begins(script, "#!") || begins("doc.go", "#!") {
		t.Error("a script is told by its first two letters")
	}
}
