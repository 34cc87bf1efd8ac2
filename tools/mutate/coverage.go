package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// A test is one that passes on the code as it is, how long it takes then, what of that it computes (which
// other work on the machine does not change: it chooses the same tests anywhere), and the lines it
// reaches, by import path and file.
type test struct {
	name  string
	took  time.Duration
	cost  time.Duration
	lines map[string][]span
}

// patience is what a test may take on the code as it is.
const patience = 5 * time.Minute

// measure runs each test of the binary alone. Those that fail judge no mutant, and are returned
// with what they printed.
func (s sandbox) measure(ctx context.Context, workers int) (tests []test, broken []string, err error) {
	_, out, err := s.run(ctx, "0", nil, patience, "-test.list", "^(Test|Fuzz|Example)")
	if err != nil {
		return nil, nil, err
	}
	for name := range strings.FieldsSeq(out) {
		if strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") || strings.HasPrefix(name, "Example") {
			tests = append(tests, test{name: name})
		}
	}
	var mu sync.Mutex
	err = inParallel(workers, len(tests), func(i int) error {
		t := &tests[i]
		begun := time.Now()
		profile := filepath.Join(s.tmp, t.name+".cover")
		v, out, err := s.spend(ctx, &t.cost, "0", []string{t.name}, patience, "-test.coverprofile", profile)
		t.took = time.Since(begun)
		if err != nil {
			return err
		}
		if v != passed {
			mu.Lock()
			defer mu.Unlock()
			broken = append(broken, fmt.Sprintf("%s fails on the code as it is:\n%s", t.name, out))
			return nil
		}
		t.lines, err = readProfile(profile)
		return err
	})
	tests = slices.DeleteFunc(tests, func(t test) bool { return t.lines == nil })
	slices.SortStableFunc(tests, func(a, b test) int { return int(a.cost - b.cost) })
	return tests, broken, err
}

// readProfile returns the lines that were reached, by import path and file.
func readProfile(path string) (map[string][]span, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reached := map[string][]span{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		file, rest, _ := strings.Cut(sc.Text(), ":")
		var from, fromCol, to, toCol, statements, count int
		if n, _ := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &from, &fromCol, &to, &toCol, &statements, &count); n == 6 && count > 0 {
			reached[file] = append(reached[file], span{from, to})
		}
	}
	return reached, os.Remove(path)
}

// reaches says whether the test runs a line of the mutant. All run the values of variables.
func (t test) reaches(m *mutant) bool {
	if m.owner.value != nil {
		return true
	}
	first, last := m.lines()
	if m.inCase() { // coverage knows the body of a case, which a change may be what leads to
		first = m.file.line(m.file.offset(m.owner.fn.decl.Body.Pos()))
	}
	return slices.ContainsFunc(t.lines[m.file.imported], func(s span) bool { return s.start <= last && first <= s.end })
}

// inParallel calls do for 0 to n-1, workers at a time, and returns the first error.
func inParallel(workers, n int, do func(int) error) error {
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return first
}
