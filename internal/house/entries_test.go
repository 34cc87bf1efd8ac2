package house

import (
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/aurad/aurad"

// What is remembered of an instance changes by the transitions of package reconcile alone: whoever writes
// a field of an entry, or of a birth, decides something, and decisions are pure.
func TestOnlyReconcileWritesEntries(t *testing.T) {
	written := fieldWrites(t, "./...")
	for _, w := range written {
		t.Errorf("%s writes %s", w.at, w.field)
	}
	if made := fieldWrites(t, "./internal/house/testdata/writes"); len(made) != 2 {
		t.Errorf("of two fields that are written on purpose %d are found: %v", len(made), made)
	}
}

type write struct{ at, field string }

// fieldWrites finds assignments to fields of a reconcile.Entry or Birth outside of reconcile.
func fieldWrites(t *testing.T, pattern string) (found []write) {
	t.Helper()
	mode := packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: "../.."}, pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
		if p.PkgPath == module+"/reconcile" {
			continue
		}
		for _, f := range p.Syntax {
			ast.Inspect(f, func(n ast.Node) bool {
				assign, ok := n.(*ast.AssignStmt)
				if !ok {
					return true
				}
				for _, to := range assign.Lhs {
					if sel, ok := to.(*ast.SelectorExpr); ok && remembered(p.TypesInfo.TypeOf(sel.X)) {
						found = append(found, write{p.Fset.Position(to.Pos()).String(), sel.Sel.Name})
					}
				}
				return true
			})
		}
	}
	return found
}

func remembered(t types.Type) bool {
	if t == nil {
		return false
	}
	name := strings.TrimPrefix(t.String(), "*")
	return name == module+"/reconcile.Entry" || name == module+"/reconcile.Birth"
}
