// Mutate breaks the code on purpose, one small change at a time, and says which changes the
// package's own tests do not notice. CONTRIBUTING.md tells how to read and use it.
//
// All mutants of a package are compiled into one test binary: each mutated function stands beside
// the real one, which passes the call on when the environment names that mutant. So a mutant costs
// no build, nothing in the tree changes, and mutants run side by side. Only the tests that reach
// the changed lines judge it, the quick ones first.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run() error {
	var (
		root    = flag.String("root", ".", "the module's folder")
		seed    = flag.Uint64("seed", 1, "chooses the sample; code that has not changed keeps its mutants")
		workers = flag.Int("workers", runtime.GOMAXPROCS(0), "mutants that run side by side")
		equal   = flag.String("equivalents", "", "file of mutants that change nothing a caller can see")
		within  = flag.String("func", "", "only mutants of functions whose name contains this")
		most    = flag.Duration("most", 0, "tests that a mutant is tried with keep the processor busy no longer, on the code as it is; 0: all that reach it")
		verbose = flag.Bool("v", false, "name the test that caught each mutant")
	)
	flag.Usage = usage
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	known, err := readEquivalents(*equal)
	if err != nil {
		return err
	}
	tooFew := []string{}
	for _, arg := range flag.Args() {
		t, err := parseTarget(arg)
		if err != nil {
			return err
		}
		h := hunt{target: t, root: *root, seed: *seed, workers: *workers, most: *most, known: known, within: *within, verbose: *verbose}
		r, err := h.run(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", t.pkg, err)
		}
		r.print(os.Stdout)
		if !r.enough() {
			tooFew = append(tooFew, t.pkg)
		}
	}
	if len(tooFew) > 0 {
		return fmt.Errorf("too many mutants live, or tests fail without any, in %s: write the test that each living one breaks, or give the reason why none can in the file of equivalents", strings.Join(tooFew, ", "))
	}
	return nil
}

func usage() {
	fmt.Fprintln(flag.CommandLine.Output(), "usage: mutate [flags] PACKAGE[+PACKAGE...][@JUDGE][:SAMPLE[:PERCENT]]...\n\nPACKAGE is a folder of the module, with /... all below it too; the sample is one of all of them together.\nThe tests of a package judge its mutants, then those of JUDGE, by default the first package. SAMPLE how many mutants (0: all), PERCENT how many must be caught.")
	flag.PrintDefaults()
}

// A target is a package, the size of its sample (0: every mutant) and the share, in percent, that
// its tests must catch, or those of a package that it was cut out of and that is tested as a whole.
type target struct {
	pkg     string
	judge   string // "": its own tests alone
	sample  int
	percent float64
}

func parseTarget(arg string) (target, error) {
	pkg, rest, _ := strings.Cut(arg, ":")
	sample, percent, _ := strings.Cut(rest, ":")
	n, err := strconv.Atoi(cmp.Or(sample, "0"))
	if err != nil {
		return target{}, fmt.Errorf("%s: the sample is a number: %w", arg, err)
	}
	p, err := strconv.ParseFloat(cmp.Or(percent, "0"), 64)
	if err != nil {
		return target{}, fmt.Errorf("%s: the share is a number: %w", arg, err)
	}
	pkg, judge, _ := strings.Cut(pkg, "@")
	return target{pkg: pkg, judge: strings.Trim(judge, "./"), sample: n, percent: p}, nil
}
