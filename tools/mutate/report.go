package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A report is what a hunt found.
type report struct {
	hunt
	of         int // mutants that compile
	equivalent int
	stale      []string
	broken     []string // tests that fail on the code as it is, with what they print
	tried      []tried
	began      time.Time
	measured   time.Duration // building, and running the tests on the code as it is
}

func (r report) caught() (n, late int) {
	for _, t := range r.tried {
		if t.verdict != passed {
			n++
		}
		if t.verdict == timedOut {
			late++
		}
	}
	return n, late
}

func (r report) share() float64 {
	n, _ := r.caught()
	return 100 * float64(n) / float64(max(1, len(r.tried)))
}

func (r report) enough() bool { return r.share() >= r.percent && len(r.broken) == 0 }

func (r report) print(to io.Writer) {
	for _, t := range r.tried {
		if t.verdict == passed {
			fmt.Fprintf(to, "lives    %s\n", t)
		} else if r.verbose {
			fmt.Fprintf(to, "caught   %s    by %s\n", t, t.by)
		}
	}
	slices.Sort(r.stale)
	for _, name := range r.stale {
		if r.within == "" {
			fmt.Fprintf(to, "stale    the file of equivalents has a mutant that is no more: take it out\n%s\n\n", name)
		}
	}
	for _, b := range r.broken {
		fmt.Fprintf(to, "broken   %s\n", b)
	}
	n, late := r.caught()
	fmt.Fprintf(to, "%s: %d of %d caught, %.1f %% (at least %g %%), %d of them by the time limit; %d that live were not tried with all tests; %d equivalent; of %d mutants in all; %s, %s of it before the first mutant\n\n",
		r.pkg, n, len(r.tried), r.share(), r.percent, late, r.halfTried(), r.equivalent, r.of, time.Since(r.began).Round(time.Second), r.measured.Round(time.Second))
}

func (t tried) String() string {
	first, _ := t.lines()
	minus, plus := t.diff()
	return fmt.Sprintf("%s:%d  %s  %d tests run it%s, %s\n    - %s\n    + %s\n", t.file.path, first, t.owner.name, t.reached, t.left(), t.took.Round(time.Millisecond),
		strings.Join(minus, "\n    - "), strings.Join(plus, "\n    + "))
}

func (t tried) left() string {
	if t.unasked == 0 {
		return ""
	}
	return fmt.Sprintf(", %d slow ones of them not asked", t.unasked)
}

// halfTried counts the living ones that a slow test might have caught.
func (r report) halfTried() int {
	n := 0
	for _, t := range r.tried {
		if t.verdict == passed && t.unasked > 0 {
			n++
		}
	}
	return n
}
