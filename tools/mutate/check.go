package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A pkg is what `go list` says of the package under test.
type pkg struct {
	Dir        string
	ImportPath string
	Name       string
	Export     string
	GoFiles    []string
	Module     struct{ GoVersion string }
}

// load lists the package and, by import path, the export data of all it needs.
func load(root, folder string) (pkg, map[string]string, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=Dir,ImportPath,Name,Export,GoFiles,Module",
		"os", "strconv", "./"+folder) // what the switch needs, and the package itself as the last
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return pkg{}, nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	var last pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return last, exports, nil
		} else if err != nil {
			return pkg{}, nil, err
		}
		exports[p.ImportPath] = p.Export
		last = p
	}
}

// packages are the folders of a pattern such as spec/..., the shortest first.
func packages(root, pattern string) ([]string, error) {
	cmd := exec.Command("go", "list", "-f", "{{.Dir}}", "./"+strings.TrimPrefix(pattern, "./"))
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", pattern, err)
	}
	base, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if base, err = filepath.EvalSymlinks(base); err != nil {
		return nil, err
	}
	var folders []string
	for dir := range strings.FieldsSeq(string(out)) {
		folder, err := filepath.Rel(base, dir)
		if err != nil {
			return nil, err
		}
		folders = append(folders, filepath.ToSlash(folder))
	}
	return folders, nil
}

// keepWhatCompiles removes the mutants that the compiler would refuse. All are checked at once,
// and again as long as there are errors: some hide others.
func keepWhatCompiles(p pkg, exports map[string]string, files []*source, mutants []*mutant) ([]*mutant, error) {
	for {
		broken, err := typeCheck(p, exports, weaveAll(files, mutants))
		if err != nil || broken == 0 {
			return mutants, err
		}
		var kept []*mutant
		for _, m := range mutants {
			if !m.broken {
				kept = append(kept, m)
			}
		}
		mutants = kept
	}
}

func weaveAll(files []*source, mutants []*mutant) []woven {
	byFile := map[*source][]*mutant{}
	for _, m := range mutants {
		byFile[m.file] = append(byFile[m.file], m)
	}
	var all []woven
	for _, f := range files {
		all = append(all, weave(f, byFile[f]))
	}
	return all
}

// typeCheck marks the mutants with errors in them and counts them. An error elsewhere is one of
// this tool.
func typeCheck(p pkg, exports map[string]string, files []woven) (int, error) {
	fset := token.NewFileSet()
	var trees []*ast.File
	byPath := map[string]woven{}
	broken := 0
	var failed error
	report := func(at token.Position, err error) {
		if m := byPath[at.Filename].at(at.Offset); m == nil {
			failed = fmt.Errorf("%s: %w", at, err)
		} else if !m.broken {
			m.broken = true
			broken++
		}
	}
	for _, w := range append(files, woven{path: filepath.Join("mutant_on.go"), text: switchFile(p.Name)}) {
		byPath[w.path] = w
		tree, err := parser.ParseFile(fset, w.path, w.text, parser.SkipObjectResolution|parser.AllErrors)
		if err != nil {
			return 0, fmt.Errorf("a mutant that is no Go: %w", err)
		}
		trees = append(trees, tree)
	}
	lookup := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	conf := types.Config{
		GoVersion: "go" + p.Module.GoVersion,
		Importer:  importer.ForCompiler(fset, "gc", lookup),
		Error: func(err error) {
			if e, ok := err.(types.Error); ok {
				report(fset.Position(e.Pos), err)
			}
		},
	}
	_, _ = conf.Check(p.ImportPath, fset, trees, nil)
	if broken > 0 {
		failed = nil // an error elsewhere may follow from a broken mutant; the next round tells
	}
	return broken, failed
}

// at is the mutant whose text stands at an offset of the woven file.
func (w woven) at(offset int) *mutant {
	for _, c := range w.copies {
		if c.start <= offset && offset < c.end {
			return c.mutant
		}
	}
	return nil
}
