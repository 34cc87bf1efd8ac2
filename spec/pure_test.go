package spec

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPure keeps the promise of the package comment: no clock, no disk, no network.
func TestPure(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		checked++
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range impurities(file) {
			t.Errorf("%s %s", name, fault)
		}
	}
	if checked < 10 {
		t.Errorf("only %d files", checked)
	}
}

// impurities are the imports and calls that a pure file must not have.
func impurities(file *ast.File) []string {
	var faults []string
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		root, _, _ := strings.Cut(path, "/")
		if slices.Contains([]string{"net", "os", "context", "syscall"}, root) || path == "log/slog" || path == "math/rand" {
			faults = append(faults, "imports "+path)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" &&
				slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local"}, sel.Sel.Name) {
				faults = append(faults, "uses time."+sel.Sel.Name)
			}
		}
		return true
	})
	return faults
}

// TestPureCanFail: the check above sees what it is there for.
func TestPureCanFail(t *testing.T) {
	const text = `package x
import ("net/http"; "os"; "context"; "log/slog"; "time")
var _ = time.Now
func f() { time.Sleep(1); <-time.After(1) }`
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := impurities(file); len(got) != 7 {
		t.Errorf("%d faults: %v", len(got), got)
	}
}

// TestDependencies: nothing that spec imports brings the network in, nor anything of ours.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "gopkg.in/yaml.v3") {
		t.Fatalf("not a list of dependencies: %.200s", out)
	}
	for _, dep := range deps {
		ours := strings.HasPrefix(dep, "github.com/aurad/") && dep != "github.com/aurad/aurad/spec"
		if ours || dep == "net" || strings.HasPrefix(dep, "net/") || dep == "context" || dep == "log/slog" {
			t.Errorf("spec depends on %s", dep)
		}
	}
}
