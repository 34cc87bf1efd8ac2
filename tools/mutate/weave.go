package main

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// A woven file is a source with a copy of the owner for each of its mutants.
type woven struct {
	path   string
	text   string
	copies []placed // where each mutant's own text stands
}

type placed struct {
	span
	mutant *mutant
}

// switchName is the variable of the woven package that says which mutant is on.
const switchName = "mutantOn"

// switchFile is added to the package.
func switchFile(pkg string) string {
	return "package " + pkg + `

import (
	"os"
	"strconv"
)

var ` + switchName + `, _ = strconv.Atoi(os.Getenv("MUTANT"))

func mutantValue[T any](id int, mutated, original T) T {
	if ` + switchName + ` == id {
		return mutated
	}
	return original
}
`
}

// insertion is text put in at, or instead of, some bytes of the original.
type insertion struct {
	span
	text string
}

func weave(s *source, mutants []*mutant) woven {
	byOwner := map[*owner][]*mutant{}
	var owners []*owner
	for _, m := range mutants {
		if byOwner[m.owner] == nil {
			owners = append(owners, m.owner)
		}
		byOwner[m.owner] = append(byOwner[m.owner], m)
	}
	var heads []insertion
	for _, o := range owners {
		if o.fn != nil {
			heads = append(heads, o.fn.head(byOwner[o])...)
		}
	}
	w := woven{path: s.path}
	w.originals(s, heads, owners, byOwner)
	for _, o := range owners {
		if o.fn != nil {
			for _, m := range byOwner[o] {
				w.place(m, "\n"+o.fn.copy(m)+"\n")
			}
		}
	}
	return w
}

func (w *woven) place(m *mutant, text string) {
	w.copies = append(w.copies, placed{span{len(w.text), len(w.text) + len(text)}, m})
	w.text += text
}

// originals writes the file with the heads in their places, and with the choice of values where a
// variable has mutants.
func (w *woven) originals(s *source, heads []insertion, owners []*owner, byOwner map[*owner][]*mutant) {
	for _, o := range owners {
		if o.value != nil {
			heads = append(heads, insertion{span: *o.value})
		}
	}
	slices.SortFunc(heads, func(a, b insertion) int { return a.start - b.start })
	at := 0
	for _, h := range heads {
		w.text += s.text[at:h.start]
		at = h.end
		i := slices.IndexFunc(owners, func(o *owner) bool { return o.value != nil && *o.value == h.span })
		if i < 0 {
			w.text += h.text
			continue
		}
		w.value(s, byOwner[owners[i]], *owners[i].value)
	}
	w.text += s.text[at:]
}

func (w *woven) value(s *source, mutants []*mutant, at span) {
	original := s.text[at.start:at.end]
	for _, m := range mutants {
		mutated := s.text[at.start:m.start] + m.text + s.text[m.end:at.end]
		w.text += fmt.Sprintf("mutantValue(%d, ", m.id)
		w.place(m, mutated)
		w.text += ", "
	}
	w.text += original + strings.Repeat(")", len(mutants))
}

// head is what the original gets: names for all parameters, and the choice of a copy.
func (f *function) head(mutants []*mutant) []insertion {
	named, args := f.parameters(f.decl.Type.Params, "mutantArg")
	var receiver string
	if f.decl.Recv != nil {
		more, names := f.parameters(f.decl.Recv, "mutantRecv")
		named, receiver = append(named, more...), names[0]+"."
	}
	var b strings.Builder
	fmt.Fprintf(&b, " switch %s { ", switchName)
	for _, m := range mutants {
		call := fmt.Sprintf("%s%s%s(%s)", receiver, f.copyName(m), f.typeArgs(), strings.Join(args, ", "))
		if f.decl.Type.Results.NumFields() > 0 {
			fmt.Fprintf(&b, "case %d: return %s; ", m.id, call)
		} else {
			fmt.Fprintf(&b, "case %d: %s; return; ", m.id, call)
		}
	}
	b.WriteString("}; ")
	at := f.file.offset(f.decl.Body.Lbrace) + 1
	return append(named, insertion{span{at, at}, b.String()})
}

func (f *function) copyName(m *mutant) string {
	return fmt.Sprintf("%s_mutant%d", f.decl.Name.Name, m.id)
}

// parameters returns the arguments that pass all parameters on, and the names that those without
// one get.
func (f *function) parameters(list *ast.FieldList, prefix string) (named []insertion, args []string) {
	for _, field := range list.List {
		variadic := ""
		if _, ok := field.Type.(*ast.Ellipsis); ok {
			variadic = "..."
		}
		if len(field.Names) == 0 {
			name := fmt.Sprint(prefix, len(args))
			at := f.file.offset(field.Type.Pos())
			named = append(named, insertion{span{at, at}, name + " "})
			args = append(args, name+variadic)
		}
		for _, n := range field.Names {
			name := n.Name
			if name == "_" {
				name = fmt.Sprint(prefix, len(args))
				named = append(named, insertion{span{f.file.offset(n.Pos()), f.file.offset(n.End())}, name})
			}
			args = append(args, name+variadic)
		}
	}
	return named, args
}

func (f *function) typeArgs() string {
	if f.decl.Type.TypeParams == nil {
		return ""
	}
	var names []string
	for _, field := range f.decl.Type.TypeParams.List {
		for _, n := range field.Names {
			names = append(names, n.Name)
		}
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// copy is the mutated function under a name of its own.
func (f *function) copy(m *mutant) string {
	s := f.file
	start, name, nameEnd, end := s.offset(f.decl.Type.Func), s.offset(f.decl.Name.Pos()), s.offset(f.decl.Name.End()), s.offset(f.decl.End())
	return s.text[start:name] + f.copyName(m) + s.text[nameEnd:m.start] + m.text + s.text[m.end:end]
}
