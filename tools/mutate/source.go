package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// A source is one file of the package that has mutants.
type source struct {
	pkg      string
	path     string // relative to the module
	imported string // path of the package and the file, as coverage names it
	text     string
	fset     *token.FileSet
	tree     *ast.File
}

// A function is a declared function with its body, and what a call of it looks like.
type function struct {
	decl *ast.FuncDecl
	file *source
}

func readSource(root, pkg, name string) (*source, error) {
	path := filepath.Join(pkg, name)
	raw, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		return nil, err
	}
	s := &source{pkg: pkg, path: path, text: string(raw), fset: token.NewFileSet()}
	s.tree, err = parser.ParseFile(s.fset, path, raw, parser.SkipObjectResolution)
	return s, err
}

func (s *source) offset(p token.Pos) int { return s.fset.Position(p).Offset }

func (s *source) line(offset int) int { return 1 + strings.Count(s.text[:offset], "\n") }

// of returns the text of a node.
func (s *source) of(n ast.Node) string { return s.text[s.offset(n.Pos()):s.offset(n.End())] }

// mutants returns all that the operators find in the file, in the order of the file.
func (s *source) mutants(constants map[string]bool) []*mutant {
	var all []*mutant
	for _, o := range s.owners() {
		seen := map[string]int{}
		w := walk{file: s, constants: constants, add: func(start, end int, text string) {
			m := &mutant{file: s, owner: o, start: start, end: end, text: text}
			m.nth = seen[m.change()]
			seen[m.change()]++
			all = append(all, m)
		}}
		if o.fn != nil {
			w.results = append(w.results, o.fn.decl.Type.Results)
			w.visit(o.fn.decl.Body)
			continue
		}
		w.visit(s.nodeAt(*o.value))
	}
	return all
}

// owners are the functions of the file and its variables with a value.
func (s *source) owners() []*owner {
	var all []*owner
	for _, d := range s.tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body != nil && d.Name.Name != "init" && d.Name.Name != "main" && d.Name.Name != "_" {
				all = append(all, &owner{name: s.nameOf(d), fn: &function{decl: d, file: s}})
			}
		case *ast.GenDecl:
			all = append(all, s.variables(d)...)
		}
	}
	return all
}

func (s *source) nameOf(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	return "(" + s.of(d.Recv.List[0].Type) + ")." + d.Name.Name
}

func (s *source) variables(d *ast.GenDecl) []*owner {
	var all []*owner
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.VAR {
			continue
		}
		for i, value := range v.Values {
			if len(v.Names) == len(v.Values) {
				all = append(all, &owner{name: "var " + v.Names[i].Name, value: &span{s.offset(value.Pos()), s.offset(value.End())}})
			}
		}
	}
	return all
}

// nodeAt finds the expression that a span was made of.
func (s *source) nodeAt(at span) ast.Node {
	var found ast.Node
	ast.Inspect(s.tree, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && found == nil && s.offset(e.Pos()) == at.start && s.offset(e.End()) == at.end {
			found = n
		}
		return found == nil
	})
	return found
}

// constants names the package's constants that hold a number.
func constants(files []*source) map[string]bool {
	names := map[string]bool{}
	for _, s := range files {
		for _, d := range s.tree.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for i, value := range v.Values {
					if hasNumber(value) {
						names[v.Names[i].Name] = true
					}
				}
			}
		}
	}
	return names
}

func hasNumber(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		l, ok := n.(*ast.BasicLit)
		found = found || ok && (l.Kind == token.INT || l.Kind == token.FLOAT)
		return true
	})
	return found
}
