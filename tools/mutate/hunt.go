package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// A hunt tries the mutants of a target: of one package, or of one and those that were cut out of it.
type hunt struct {
	target
	root    string
	seed    uint64
	workers int
	most    time.Duration // of tests that a mutant is tried with; 0: all that reach it
	known   equivalents
	within  string
	verbose bool
}

// A unit is one package of a target, with its mutants.
type unit struct {
	pkg
	folder  string
	files   []*source
	mutants []*mutant
}

func (h hunt) run(ctx context.Context) (report, error) {
	r := report{hunt: h, began: time.Now()}
	units, all, err := h.units()
	if err != nil {
		return r, err
	}
	r.of = len(all)
	for _, u := range units {
		r.stale = append(r.stale, h.known.stale(u.folder, u.mutants)...)
	}
	chosen, equivalent := h.known.without(h.choose(all))
	r.equivalent = equivalent
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(tmp)
	b, err := newBench(ctx, h, units, tmp)
	if err != nil {
		return r, err
	}
	for _, u := range units {
		u.mutants = slices.DeleteFunc(slices.Clone(chosen), func(m *mutant) bool { return m.file.pkg != u.folder })
		tried, err := b.try(ctx, u)
		if err != nil {
			return r, fmt.Errorf("%s: %w", u.folder, err)
		}
		r.tried = append(r.tried, tried...)
	}
	r.broken, r.measured = b.broken, b.prepared
	return r, nil
}

// units are the packages of the target and all mutants of them that compile.
func (h hunt) units() (units []unit, all []*mutant, err error) {
	folders, err := h.folders()
	if err != nil {
		return nil, nil, err
	}
	for _, folder := range folders {
		p, exports, err := load(h.root, folder)
		if err != nil {
			return nil, nil, err
		}
		files, mutants, err := h.find(p, folder, len(all))
		if err != nil {
			return nil, nil, err
		}
		if mutants, err = keepWhatCompiles(p, exports, files, mutants); err != nil {
			return nil, nil, err
		}
		units = append(units, unit{pkg: p, folder: folder, files: files, mutants: mutants})
		all = append(all, mutants...)
	}
	return units, all, nil
}

// folders are those of the target's packages, the first one first.
func (h hunt) folders() (all []string, err error) {
	for part := range strings.SplitSeq(h.pkg, "+") {
		folders := []string{strings.Trim(part, "./")}
		if strings.HasSuffix(part, "/...") {
			if folders, err = packages(h.root, part); err != nil {
				return nil, err
			}
		}
		for _, f := range folders {
			if !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	return all, nil
}

// find makes all mutants of the package's files, numbered from after on.
func (h hunt) find(p pkg, folder string, after int) ([]*source, []*mutant, error) {
	var files []*source
	for _, name := range p.GoFiles {
		s, err := readSource(h.root, folder, name)
		if err != nil {
			return nil, nil, err
		}
		s.imported = path.Join(p.ImportPath, name)
		files = append(files, s)
	}
	names := constants(files)
	var all []*mutant
	for _, s := range files {
		for _, m := range s.mutants(names) {
			if strings.Contains(m.owner.name, h.within) {
				m.id = after + len(all) + 1
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
