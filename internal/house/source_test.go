package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root = "../.."
)

// source is the files of one package that are not tests, by their names.
type source struct {
	dir   string // from the root, with slashes
	fset  *token.FileSet
	files map[string]*ast.File
}

// sources are all packages of this module.
func sources(t *testing.T) []source {
	t.Helper()
	byDir := map[string]source{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || path == filepath.Join(root, "tools")):
			return filepath.SkipDir // tools is a module of its own
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(rel)
		if _, ok := byDir[dir]; !ok {
			byDir[dir] = source{dir, token.NewFileSet(), map[string]*ast.File{}}
		}
		file, err := parser.ParseFile(byDir[dir].fset, path, nil, parser.ParseComments)
		byDir[dir].files[filepath.Base(path)] = file
		return err
	})
	if err != nil || len(byDir) < 40 {
		t.Fatalf("%d packages, %v", len(byDir), err)
	}
	var all []source
	for _, s := range byDir {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b source) int { return strings.Compare(a.dir, b.dir) })
	return all
}

// written is a made-up package, to see a rule fail.
func written(t *testing.T, dir string, texts ...string) source {
	t.Helper()
	s := source{dir, token.NewFileSet(), map[string]*ast.File{}}
	for i, text := range texts {
		name := "f" + strconv.Itoa(i) + ".go"
		file, err := parser.ParseFile(s.fset, name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		s.files[name] = file
	}
	return s
}

// imports are the packages of this module that s needs, from the root.
func (s source) imports() []string {
	var all []string
	for _, file := range s.files {
		for _, im := range file.Imports {
			path, _ := strconv.Unquote(im.Path.Value)
			if dir, ours := strings.CutPrefix(path, module+"/"); ours && !slices.Contains(all, dir) {
				all = append(all, dir)
			}
		}
	}
	slices.Sort(all)
	return all
}

// types counts declarations of types, those within functions too.
func (s source) types() int {
	n := 0
	s.inspect(func(node ast.Node) {
		if _, ok := node.(*ast.TypeSpec); ok {
			n++
		}
	})
	return n
}

// methods counts them by the name of their receiver's type.
func (s source) methods() map[string]int {
	all := map[string]int{}
	s.inspect(func(node ast.Node) {
		if f, ok := node.(*ast.FuncDecl); ok && f.Recv != nil {
			all[receiver(f)]++
		}
	})
	return all
}

func receiver(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// lines of each file and of each function, by `file` and by `file name`.
func (s source) lines() (files, functions map[string]int) {
	files, functions = map[string]int{}, map[string]int{}
	for name, file := range s.files {
		files[name] = s.fset.File(file.Pos()).LineCount()
		ast.Inspect(file, func(node ast.Node) bool {
			if f, ok := node.(*ast.FuncDecl); ok {
				functions[name+" "+f.Name.Name] = s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1
			}
			return true
		})
	}
	return files, functions
}

// documented says whether one of the files has the comment on the package.
func (s source) documented() bool {
	for _, file := range s.files {
		if file.Doc != nil && strings.HasPrefix(file.Doc.Text(), "Package "+file.Name.Name+" ") || file.Doc != nil && file.Name.Name == "main" {
			return true
		}
	}
	return false
}

// declared are the names of one file: of types, functions, constants, variables, fields, and of
// methods as `Receiver.name`.
func declared(file *ast.File) []string {
	var all []string
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.TypeSpec:
			all = append(all, n.Name.Name)
		case *ast.ValueSpec:
			for _, id := range n.Names {
				all = append(all, id.Name)
			}
		case *ast.FuncDecl:
			all = append(all, n.Name.Name)
			if n.Recv != nil {
				all = append(all, receiver(n)+"."+n.Name.Name)
			}
		}
		return true
	})
	return all
}

func (s source) inspect(f func(ast.Node)) {
	for _, file := range s.files {
		ast.Inspect(file, func(node ast.Node) bool {
			if node != nil {
				f(node)
			}
			return true
		})
	}
}
