package cli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/tooltest"
)

// Every visible command has a page, and the real man macros have nothing to say against any.
func TestManPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	dir := t.TempDir()
	var out, errs syncBuffer
	p := w.process(&out, &errs)
	if code := Run(context.Background(), p, []string{"man", dir}); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	for _, cmd := range newRoot(p).Commands() {
		path := filepath.Join(dir, "aurad-"+cmd.Name()+".1")
		_, err := os.Stat(path)
		if cmd.IsAvailableCommand() != (err == nil) {
			t.Errorf("%s: a page: %t, a visible command: %t", cmd.Name(), err == nil, cmd.IsAvailableCommand())
		}
	}
	root, err := os.ReadFile(filepath.Join(dir, "aurad.1"))
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(root), "AURA_CLIENT_SECRET", "EXIT STATUS", `aurad\-plan(1)`)
	groff := tooltest.Need(t, "groff", "groff-base")
	pages, _ := filepath.Glob(filepath.Join(dir, "*.1"))
	said, err := exec.Command(groff, append([]string{"-man", "-Tutf8", "-ww", "-z"}, pages...)...).CombinedOutput()
	if err != nil || strings.TrimSpace(string(said)) != "" {
		t.Errorf("groff: %v\n%s", err, said)
	}
}
