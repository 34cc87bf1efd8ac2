package crash

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the folder of go.mod, seen from this package.
const module = "../.."

// run runs one test against the mutated source, which an overlay puts in the place of the real
// one, also for the binary that the test itself builds. It reports whether the test passes.
func (m mutant) run(t *testing.T) (passes bool, said string) {
	t.Helper()
	cmd := exec.Command("go", "test", "-count=1", "-vet=off", "-timeout=5m", "-run", "^"+m.test+"$", m.pkg)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "AURAD_LONG=", "AURAD_REQUIRE_TOOLS=1")
	if m.file != "" {
		cmd.Env = append(cmd.Env, "GOFLAGS=-overlay="+m.overlay(t))
	}
	out, err := cmd.CombinedOutput()
	if bytes.Contains(out, []byte("no tests to run")) || bytes.Contains(out, []byte("[build failed]")) || bytes.Contains(out, []byte("go build")) {
		t.Fatalf("%s did not run:\n%s", m.test, out)
	}
	return err == nil, string(out)
}

// overlay writes the mutated file and what go needs to know of it.
func (m mutant) overlay(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(module, m.file))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mutated := filepath.Join(dir, filepath.Base(m.file))
	if err := os.WriteFile(mutated, []byte(strings.Replace(string(source), m.old, m.new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{path: mutated}})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return overlay
}

// Each mutant is noticed by its test.
func TestLongMutants(t *testing.T) { everyMutant(t, mutants) }

// everyMutant demands that each is noticed by its test, and that each of those tests passes without it.
func everyMutant(t *testing.T, mutants []mutant) {
	t.Helper()
	if os.Getenv("AURAD_LONG") != "1" {
		t.Skip("takes minutes: run it with AURAD_LONG=1, or make crash")
	}
	var sound []string
	for _, m := range mutants {
		t.Run(m.does, func(t *testing.T) {
			if name := m.pkg + " " + m.test; !slices.Contains(sound, name) {
				if passes, said := (mutant{pkg: m.pkg, test: m.test}).run(t); !passes {
					t.Fatalf("%s fails without any mutant:\n%s", m.test, said)
				}
				sound = append(sound, name)
			}
			if passes, said := m.run(t); passes {
				t.Errorf("%s does not notice:\n%s", m.test, said)
			}
		})
	}
}

// What a mutant replaces is there, once, so that a mutant can't rot into one that changes nothing.
func TestMutantsFit(t *testing.T) { everyFits(t, mutants) }

func everyFits(t *testing.T, mutants []mutant) {
	t.Helper()
	for _, m := range mutants {
		source, err := os.ReadFile(filepath.Join(module, m.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), m.old); n != 1 || m.old == m.new {
			t.Errorf("%s: what it replaces is in %s %d times, want once", m.does, m.file, n)
		}
	}
}

var update = flag.Bool("update", false, "write the list of mutants into docs/reliability.md")

// docs/reliability.md lists every mutant, and no other.
func TestTheDocsListTheMutants(t *testing.T) {
	path := filepath.Join(module, "docs", "reliability.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := replaceTable(t, string(text), "mutants", listed(mutants))
	want = replaceTable(t, want, "rules", listed(rules))
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatal("the list of mutants is old: run this test with -update")
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replaceTable puts a table between the two comments that name it.
func replaceTable(t *testing.T, text, name, table string) string {
	t.Helper()
	begin := "<!-- " + name + ": written by go test ./internal/crash -run TestTheDocsListTheMutants -update -->\n"
	end := "<!-- end of " + name + " -->"
	head, rest, ok1 := strings.Cut(text, begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("the marks around the list of %s are gone", name)
	}
	return head + begin + table + end + tail
}

// listed is a table of mutants in Markdown.
func listed(mutants []mutant) string {
	var b strings.Builder
	b.WriteString("| mutant | caught by |\n|---|---|\n")
	for _, m := range mutants {
		fmt.Fprintf(&b, "| %s | `%s` in `%s` |\n", m.does, m.test, strings.TrimPrefix(m.pkg, "./"))
	}
	return b.String()
}
