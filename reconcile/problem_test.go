package reconcile_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/aurad/aurad/reconcile"
)

// A step is blocked by blocked or block alone, which ask for a problem: the walked ways out, in
// package daemon, are listed by it.
func TestOnlyAProblemBlocksAStep(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "problem.go" {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if compared(n) {
				return false
			}
			if id, ok := n.(*ast.Ident); ok && id.Name == "Blocked" {
				t.Errorf("%s: blocks a step by hand: use blocked or block", fset.Position(id.Pos()))
			}
			return true
		})
	}
}

// compared reports whether n only asks what a verb is.
func compared(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return n.Op == token.EQL || n.Op == token.NEQ
	case *ast.SelectorExpr, *ast.ValueSpec, *ast.StructType: // Summary.Blocked, and where both are declared
		return true
	}
	return false
}

// Whatever the world is, a step has a problem if it is blocked, and none otherwise.
func TestWhatIsBlockedHasAProblem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		p := reconcile.Permit(reconcile.Diff(w), w.Policy)
		for _, s := range p.Steps {
			if (s.Verb == reconcile.Blocked) != (s.Problem != "") {
				t.Fatalf("%s is %s with problem %q: %s", s.Key, s.Verb, s.Problem, s.Reason)
			}
		}
	})
}
