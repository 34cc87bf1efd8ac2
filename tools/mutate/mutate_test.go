package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// write makes a module of files under git, and returns its folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	files["go.mod"] = "module example.com/m\n\ngo 1.26.0\n"
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("git", "-C", root, "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return root
}

func hunted(t *testing.T, h hunt) report {
	t.Helper()
	h.pkg, h.workers, h.seed = "p", 2, max(1, h.seed)
	r, err := h.run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// living are the changes that no test noticed.
func living(r report) []string {
	var all []string
	for _, m := range r.tried {
		if m.verdict == passed {
			_, plus := m.diff()
			all = append(all, strings.Join(plus, "\n"))
		}
	}
	return all
}

const sign = `package p

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 5
}
`

func TestAMutantLivesWhereNoTestLooks(t *testing.T) {
	root := write(t, map[string]string{"p/p.go": sign, "p/p_test.go": `package p

import "testing"

func TestSign(t *testing.T) {
	if sign(-3) != -1 || sign(3) != 5 {
		t.Fail()
	}
}
`})
	r := hunted(t, hunt{root: root})
	want := []string{"if n <= 0 {", "if n < (0 + 1) {"} // nobody tries 0
	if got := living(r); !slices.Equal(got, want) {
		t.Errorf("living mutants: %q, want %q", got, want)
	}
	if n, _ := r.caught(); n < 7 {
		t.Errorf("%d caught of %d", n, len(r.tried))
	}
}

// A loop that never ends is caught by the time limit; its test's file of counter-examples judges
// nobody after it.
func TestAMutantNeverJudgesTheNext(t *testing.T) {
	root := write(t, map[string]string{"p/p.go": `package p

func count(n int) int {
	i := 0
	for i < n {
		i++
	}
	return i
}
`, "p/p_test.go": `package p

import (
	"os"
	"testing"
)

func TestCount(t *testing.T) {
	if _, err := os.Stat("testdata/failed"); err == nil {
		return // as a fuzz target that has a corpus, but the other way round: it hides what follows
	}
	if count(4) != 4 || count(0) != 0 {
		_ = os.MkdirAll("testdata", 0o700)
		_ = os.WriteFile("testdata/failed", nil, 0o600)
		t.Fail()
	}
}
`})
	r := hunted(t, hunt{root: root})
	if got := living(r); len(got) > 0 {
		t.Errorf("living mutants: %q", got)
	}
	if _, late := r.caught(); late == 0 {
		t.Error("no mutant ran into the time limit, though i-- never ends")
	}
	if _, err := os.Stat(filepath.Join(root, "p/testdata")); err == nil {
		t.Error("a mutant wrote into the tree")
	}
}

// All shapes of functions and variables can carry their mutants: what doesn't compile with them is
// an error of the run.
func TestEveryShapeOfCodeCanBeWoven(t *testing.T) {
	root := write(t, map[string]string{"p/p.go": `package p

import (
	"fmt"
	"time"
)

const limit = 3

type T struct{ a, b int }

func (T) noNames(int, string) int           { return 1 }
func (t *T) blank(_ int, more ...int) int   { return len(more) + t.a }
func Generic[K comparable, V any](m map[K]V, k K) (V, bool) { v, ok := m[k]; return v, ok }
func named() (n int, err error)             { n = limit; return }
func nothing(t *T)                          { t.a++; if t.a > limit { return }; t.b-- }

var table = map[string]T{ // a comment with a "
	"x": {a: 1}, // another
	"y": {b: 2},
}

var wait time.Duration = 3 * time.Second

var hook = func(n int) string {
	// which
	switch n {
	case 1:
		return "one"
	}
	return fmt.Sprint(n)
}
`, "p/p_test.go": `package p

import "testing"

func TestNothing(t *testing.T) {}
`})
	r := hunted(t, hunt{root: root})
	if len(r.tried) < 25 || len(living(r)) != len(r.tried) {
		t.Errorf("%d mutants, %d live", len(r.tried), len(living(r)))
	}
}

func TestASampleIsTheSameForTheSameSeedAndOtherForAnother(t *testing.T) {
	root := write(t, map[string]string{"p/p.go": sign, "p/p_test.go": "package p\n"})
	sample := func(seed uint64) string {
		r := hunted(t, hunt{root: root, seed: seed, target: target{sample: 4}})
		return strings.Join(living(r), "\n")
	}
	first := sample(1)
	if again := sample(1); again != first {
		t.Errorf("seed 1 chose\n%s\nand then\n%s", first, again)
	}
	if sample(2) == first && sample(3) == first {
		t.Error("the seed chooses nothing")
	}
}

func TestEquivalentMutantsAreNamedWithAReason(t *testing.T) {
	root := write(t, map[string]string{"p/p.go": sign, "p/p_test.go": "package p\n", "known.txt": `# a comment
p sign
- if n < 0 {
+ if n <= 0 {
Nobody calls it
with 0.

p gone
- a
+ b
Was here once.
`})
	known, err := readEquivalents(filepath.Join(root, "known.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := hunted(t, hunt{root: root, known: known})
	if r.equivalent != 1 || slices.Contains(living(r), "if n <= 0 {") {
		t.Errorf("%d equivalent, living %q", r.equivalent, living(r))
	}
	if len(r.stale) != 1 || !strings.HasPrefix(r.stale[0], "p gone") {
		t.Errorf("stale: %q", r.stale)
	}
	if err := os.WriteFile(filepath.Join(root, "known.txt"), []byte("p sign\n- a\n+ b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readEquivalents(filepath.Join(root, "known.txt")); err == nil {
		t.Error("an equivalent mutant without a reason was accepted")
	}
}

func TestTooFewCaughtIsAFailure(t *testing.T) {
	r := report{hunt: hunt{target: target{percent: 75}}, tried: []tried{{verdict: failed}, {verdict: timedOut}, {verdict: failed}, {}}}
	if !r.enough() {
		t.Error("three of four are 75 %")
	}
	r.percent = 76
	if r.enough() {
		t.Error("three of four are not 76 %")
	}
}

// What a package was cut out of may judge it, after its own tests.
func TestAnotherPackageMayJudge(t *testing.T) {
	files := map[string]string{
		"p/p.go":      "package p\n\nfunc Twice(n int) int { return 2 * n }\n",
		"q/q.go":      "package q\n\nimport \"example.com/m/p\"\n\nfunc Four(n int) int { return p.Twice(p.Twice(n)) }\n",
		"q/q_test.go": "package q\n\nimport \"testing\"\n\nfunc TestFour(t *testing.T) {\n\tif Four(3) != 12 {\n\t\tt.Fail()\n\t}\n}\n",
	}
	root := write(t, files)
	if alone := hunted(t, hunt{root: root}); len(living(alone)) == 0 || len(living(alone)) != len(alone.tried) {
		t.Errorf("without tests of its own %d of %d live", len(living(alone)), len(alone.tried))
	}
	judged := hunted(t, hunt{root: root, target: target{judge: "q"}})
	if len(living(judged)) != 0 || len(judged.tried) == 0 {
		t.Errorf("%v live of %d", living(judged), len(judged.tried))
	}
}

// One sample is drawn of a package and what was cut out of it; the tests of the first one judge those
// that live too, and a mutant that was not tried with all of them is no caught one.
func TestAPackageAndWhatWasCutOutOfIt(t *testing.T) {
	files := map[string]string{"p/p.go": sign, "p/q/q.go": strings.ReplaceAll(strings.Replace(sign, "package p", "package q", 1), "sign", "Sign"), "p/q/none.go": "package q\n",
		"p/p_test.go": `package p

import (
	"testing"
	"time"

	"example.com/m/p/q"
)

func TestSign(t *testing.T) {
	if sign(-3) != -1 || sign(0) != 5 || sign(1) != 5 {
		t.Fail()
	}
}

func TestSlow(t *testing.T) {
	time.Sleep(300 * time.Millisecond)
	if q.Sign(-3) != -1 || q.Sign(0) != 5 || q.Sign(1) != 5 {
		t.Fail()
	}
}
`}
	root := write(t, files)
	h := hunt{root: root, workers: 2, seed: 1, target: target{pkg: "p/..."}}
	r, err := h.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := r.caught(); n != len(r.tried) || n != r.of || n < 16 {
		t.Errorf("%d of %d caught, of %d: %q", n, len(r.tried), r.of, living(r))
	}
	h.pkg, h.most, h.sample = "p/q+p", time.Millisecond, 10
	if r, err = h.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	of := map[string]int{}
	for _, one := range r.tried {
		of[one.file.pkg]++
	}
	if len(r.tried) != 10 || of["p"] == 0 || of["p/q"] == 0 || len(living(r)) < of["p/q"] {
		t.Errorf("sampled %v, living %q", of, living(r))
	}
}

func TestWhoJudges(t *testing.T) {
	var b bench
	for _, folder := range []string{"p", "p/q", "s", "s/t", "st"} {
		b.units = append(b.units, unit{folder: folder})
	}
	for folder, want := range map[string]string{"p": "p", "p/q": "p/q p", "s": "s s/t p", "s/t": "s/t p", "st": "st p"} {
		b.pkg, b.hunt.judge = "./p/...+s/...+st", ""
		if got := strings.Join(b.judges(folder), " "); got != want {
			t.Errorf("%s is judged by %s, want %s", folder, got, want)
		}
	}
	if b.hunt.judge = "x"; strings.Join(b.judges("p"), " ") != "p p/q x" {
		t.Errorf("a judge that is named: %v", b.judges("p"))
	}
}
