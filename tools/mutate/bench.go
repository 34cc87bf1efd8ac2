package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A bench is the tests that judge the mutants of a target. The tests of a package are measured once.
type bench struct {
	hunt
	units    []unit
	tmp      string
	tree     sandbox
	covered  string           // import paths of the target's packages
	courts   map[string]court // by folder
	broken   []string
	prepared time.Duration // building, and running the tests on the code as it is
}

// A court is the tests of one package.
type court struct {
	sandbox
	tests []test
}

func newBench(ctx context.Context, h hunt, units []unit, tmp string) (*bench, error) {
	tree, err := newSandbox(ctx, h.root, "", tmp)
	var paths []string
	for _, u := range units {
		paths = append(paths, u.ImportPath)
	}
	return &bench{hunt: h, units: units, tmp: tmp, tree: tree, covered: strings.Join(paths, ","), courts: map[string]court{}}, err
}

// try asks the tests of the mutants' own package, and about those that live the tests of the judge: of
// the package that theirs was cut out of.
func (b *bench) try(ctx context.Context, u unit) ([]tried, error) {
	all := make([]tried, len(u.mutants))
	living := make([]*tried, len(all))
	for i, m := range u.mutants {
		all[i].mutant, living[i] = m, &all[i]
	}
	for _, folder := range b.judges(u.folder) {
		living = slices.DeleteFunc(living, func(t *tried) bool { return t.verdict != passed })
		if len(living) == 0 {
			break
		}
		c, err := b.seat(ctx, folder, u)
		if err != nil {
			return nil, err
		}
		if err := inParallel(b.workers, len(living), func(i int) error { return c.judge(ctx, living[i], b.most) }); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// judges are the folders whose tests are asked about the mutants of one, in order: its own, those below it
// that belong to the target, which are parts of it, and the judge's.
func (b *bench) judges(folder string) []string {
	all := []string{folder}
	judge := cmp.Or(b.judge, strings.Trim(strings.TrimSuffix(strings.Split(b.pkg, "+")[0], "..."), "./"))
	if judge == folder {
		return all
	}
	for _, u := range b.units {
		if strings.HasPrefix(u.folder, folder+"/") {
			all = append(all, u.folder)
		}
	}
	return append(all, judge)
}

// seat puts the mutants of a unit into the tests of a folder. The woven code with no mutant on must
// pass them too, as far as the quick ones can say.
func (b *bench) seat(ctx context.Context, folder string, u unit) (c court, err error) {
	begun := time.Now()
	defer func() { b.prepared += time.Since(begun) }()
	if c, err = b.measured(ctx, folder); err != nil || len(c.tests) == 0 {
		return c, err
	}
	if c.tmp, err = os.MkdirTemp(b.tmp, "court"); err != nil {
		return c, err
	}
	if c.binary, err = build(ctx, b.root, folder, u.pkg, weaveAll(u.files, u.mutants), c.tmp); err != nil {
		return c, err
	}
	names, _, _ := batch(c.tests, batches[1])
	v, out, err := c.run(ctx, "0", names, patience)
	if err == nil && v != passed {
		err = fmt.Errorf("the tests fail though no mutant is on, which is a fault of this tool:\n%s", out)
	}
	return c, err
}

// measured runs the tests of a folder on the code as it is, to learn how long they take and what they reach.
func (b *bench) measured(ctx context.Context, folder string) (c court, err error) {
	if c, known := b.courts[folder]; known {
		return c, nil
	}
	c.sandbox = b.tree
	c.folder = folder
	if c.tmp, err = os.MkdirTemp(b.tmp, "measure"); err != nil {
		return c, err
	}
	if c.binary, err = buildPlain(ctx, b.root, folder, b.covered, c.tmp); err != nil {
		return c, err
	}
	var broken []string
	if _, err := os.Stat(c.binary); err == nil { // a package without tests has no binary
		if c.tests, broken, err = c.measure(ctx, b.workers); err != nil {
			return c, err
		}
	}
	b.broken = append(b.broken, broken...)
	b.courts[folder] = c
	return c, nil
}

// tried is what became of a mutant.
type tried struct {
	*mutant
	verdict
	by      string // the test that failed
	reached int    // tests that run its lines
	unasked int    // of them, for want of time
	took    time.Duration
}

// batches are how long the tests of one run may take together: most mutants fall to a quick one.
var batches = []time.Duration{time.Second, 4 * time.Second, 20 * time.Second, time.Hour}

// judge asks the tests that reach a mutant, the quick ones first, as far as most allows.
func (c court) judge(ctx context.Context, t *tried, most time.Duration) error {
	begun := time.Now()
	defer func() { t.took += time.Since(begun) }()
	var tests []test
	var sum time.Duration
	for _, one := range c.tests {
		if !one.reaches(t.mutant) {
			continue
		}
		t.reached++
		if sum += one.cost; most > 0 && sum > most && len(tests) > 0 {
			t.unasked++
			continue
		}
		tests = append(tests, one)
	}
	for _, size := range batches {
		if len(tests) == 0 || t.verdict != passed {
			return nil
		}
		names, sum, rest := batch(tests, size)
		tests = rest
		v, out, err := c.run(ctx, strconv.Itoa(t.id), names, 5*time.Second+5*sum)
		if err != nil {
			return err
		}
		t.verdict, t.by = v, firstFailure(out)
	}
	return nil
}

// batch takes tests from the front that take no longer than size together, at least one.
func batch(tests []test, size time.Duration) (names []string, sum time.Duration, rest []test) {
	for len(tests) > 0 && (len(names) == 0 || sum+tests[0].took <= size) {
		names, sum, tests = append(names, tests[0].name), sum+tests[0].took, tests[1:]
	}
	return names, sum, tests
}

func firstFailure(out string) string {
	for line := range strings.Lines(out) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: "); ok {
			return strings.Fields(name)[0]
		}
	}
	return "a panic"
}
