package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/state/folder"
)

// Whatever is wrong with a fleet file: exit 1, a fault with its place, and not one API request.
func TestBrokenFleetFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../spec/testdata/broken/*.yaml")
	if err != nil || len(files) < 200 {
		t.Fatalf("%d broken files, %v; there should be 200", len(files), err)
	}
	w := newWorld(t, aurasim.Config{})
	commands := [][]string{{"plan"}, {"apply", "--yes"}, {"run", "--listen", ""}, {"validate"}, {"validate", "--online"}}
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w.write("fleet.yaml", string(text))
		args := commands[i%len(commands)]
		r := w.run(args...)
		place := regexp.MustCompile("(?m)^" + regexp.QuoteMeta(w.path("fleet.yaml")) + `:[1-9][0-9]*:[1-9][0-9]*: .`)
		if r.code != 1 || r.out != "" || !place.MatchString(r.err) || strings.Contains(r.err, "goroutine") {
			t.Errorf("%s, aurad %s: exit %d\n%s%s", filepath.Base(file), strings.Join(args, " "), r.code, r.out, r.err)
		}
	}
	if n := w.sim.RequestCount(); n > 0 {
		t.Errorf("%d requests for files that are broken", n)
	}
	if folder.Exists(w.path("state")) || folder.Exists(w.path("credentials")) {
		t.Error("a broken file made a folder")
	}
}

func TestEveryFaultIsListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances:\n  a: {memory: 3GB}\n  b: {regoin: x}\n")
	r := w.must(1, "validate")
	if n := strings.Count(r.err, w.path("fleet.yaml")+":"); n < 2 {
		t.Errorf("%d faults, want one a line:\n%s", n, r.err)
	}
}

func TestMissingFleetFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	for _, args := range [][]string{{"plan"}, {"apply", "--yes"}, {"run"}, {"validate"}} {
		contains(t, w.must(1, args...).err, "there is no file", "aurad import -o")
	}
}
