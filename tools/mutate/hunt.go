package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A hunt tries the mutants of one package against its tests.
type hunt struct {
	target
	root    string
	seed    uint64
	workers int
	known   equivalents
	within  string
	verbose bool
}

func (h hunt) run(ctx context.Context) (report, error) {
	r := report{hunt: h, began: time.Now()}
	p, exports, err := load(h.root, h.pkg)
	if err != nil {
		return r, err
	}
	files, mutants, err := h.find(p)
	if err != nil {
		return r, err
	}
	mutants, err = keepWhatCompiles(p, exports, files, mutants)
	if err != nil {
		return r, err
	}
	r.of = len(mutants)
	r.stale = h.known.stale(h.pkg, mutants)
	mutants = h.choose(mutants)
	mutants, r.equivalent = h.known.without(mutants)
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(tmp)
	courts, err := h.assemble(ctx, p, weaveAll(files, mutants), tmp)
	if err != nil {
		return r, err
	}
	for _, c := range courts {
		r.broken = append(r.broken, c.broken...)
	}
	r.measured = time.Since(r.began)
	r.tried = make([]tried, len(mutants))
	err = inParallel(h.workers, len(mutants), func(i int) error {
		r.tried[i], err = try(ctx, mutants[i], courts)
		return err
	})
	return r, err
}

// A court is the tests of one package, which judge mutants.
type court struct {
	sandbox
	tests  []test
	broken []string // tests that fail on the code as it is
}

// assemble prepares the tests of the package, and those of its judge.
func (h hunt) assemble(ctx context.Context, p pkg, files []woven, tmp string) (courts []court, err error) {
	folders := []string{h.pkg}
	if h.judge != "" && h.judge != h.pkg {
		folders = append(folders, h.judge)
	}
	for _, folder := range folders {
		place := filepath.Join(tmp, strconv.Itoa(len(courts)))
		if err := os.Mkdir(place, 0o700); err != nil {
			return nil, err
		}
		c, err := h.prepare(ctx, folder, p, files, place)
		if err != nil {
			return nil, err
		}
		courts = append(courts, c)
	}
	return courts, nil
}

// prepare builds what the mutants run in, and measures the tests of a folder on the code as it is. The
// woven code with no mutant on must pass too, as far as its quick tests can say.
func (h hunt) prepare(ctx context.Context, folder string, p pkg, files []woven, tmp string) (c court, err error) {
	plain, err := buildPlain(ctx, h.root, folder, p.ImportPath, tmp)
	if err != nil {
		return c, err
	}
	if c.sandbox, err = newSandbox(ctx, h.root, folder, tmp); err != nil {
		return c, err
	}
	c.binary = plain
	if c.tests, c.broken, err = c.measure(ctx, h.workers); err != nil {
		return c, err
	}
	if c.binary, err = build(ctx, h.root, folder, p, files, tmp); err != nil {
		return c, err
	}
	names, _, _ := batch(c.tests, batches[1])
	if len(names) == 0 {
		return c, nil
	}
	v, out, err := c.run(ctx, "0", names, patience)
	if err == nil && v != passed {
		err = fmt.Errorf("the tests fail though no mutant is on, which is a fault of this tool:\n%s", out)
	}
	return c, err
}

// find makes all mutants of the package's files.
func (h hunt) find(p pkg) ([]*source, []*mutant, error) {
	var files []*source
	for _, name := range p.GoFiles {
		s, err := readSource(h.root, h.pkg, name)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, s)
	}
	names := constants(files)
	var all []*mutant
	for _, s := range files {
		for _, m := range s.mutants(names) {
			if strings.Contains(m.owner.name, h.within) {
				m.id = len(all) + 1
				all = append(all, m)
			}
		}
	}
	return files, all, nil
}

// choose returns the sample, in the order of the code.
func (h hunt) choose(all []*mutant) []*mutant {
	if h.sample == 0 || h.sample >= len(all) {
		return all
	}
	ranks := map[*mutant]uint64{}
	for _, m := range all {
		ranks[m] = m.rank(h.seed)
	}
	chosen := slices.Clone(all)
	slices.SortFunc(chosen, func(a, b *mutant) int {
		if ranks[a] < ranks[b] {
			return -1
		}
		return 1
	})
	chosen = chosen[:h.sample]
	slices.SortFunc(chosen, func(a, b *mutant) int { return a.id - b.id })
	return chosen
}

// tried is what became of a mutant.
type tried struct {
	*mutant
	verdict
	by      string // the test that failed
	reached int    // tests that run its lines
	took    time.Duration
}

// batches are how long the tests of one run may take together: most mutants fall to a quick one.
var batches = []time.Duration{time.Second, 4 * time.Second, 20 * time.Second, time.Hour}

// try asks one court after the other, until one notices the mutant.
func try(ctx context.Context, m *mutant, courts []court) (tried, error) {
	t := tried{mutant: m}
	begun := time.Now()
	for _, c := range courts {
		if t.verdict != passed {
			break
		}
		if err := c.judge(ctx, &t); err != nil {
			return t, err
		}
	}
	t.took = time.Since(begun)
	return t, nil
}

func (c court) judge(ctx context.Context, t *tried) error {
	var tests []test
	for _, one := range c.tests {
		if one.reaches(t.mutant) {
			tests = append(tests, one)
		}
	}
	t.reached += len(tests)
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
