package manual

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"strconv"
	"strings"
)

// Where the format of plans is written down: types, values, and what each means.
const (
	planFile    = "reconcile/plan.go"
	problemFile = "reconcile/problem.go"
)

// planFields are the fields of a plan's JSON form, one table per type, from the comments beside
// them.
func planFields(root fs.FS) (string, error) {
	file, err := parseGo(root, planFile)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, t := range []struct{ name, title string }{
		{"Plan", "The plan"}, {"Step", "`steps[]`"}, {"Change", "`steps[].changes[]`"}, {"Summary", "`summary`"}, {"Transition", "`next[]`"},
	} {
		s, doc := structType(file, t.name)
		if s == nil {
			return "", fmt.Errorf("%s has no struct %s", planFile, t.name)
		}
		fmt.Fprintf(&b, "### %s\n\n%s\n\n| field | type | |\n|---|---|---|\n", t.title, sentence(doc))
		for _, f := range s.Fields.List {
			name, omitted := jsonName(f)
			meaning := sentence(f.Comment.Text())
			if meaning == "" {
				meaning = sentence(about(f.Doc.Text(), f.Names[0].Name))
			}
			if omitted {
				meaning = strings.TrimSpace(meaning + " Left out when there is none.")
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, jsonType(f.Type), meaning)
		}
		fmt.Fprintln(&b)
	}
	return b.String(), nil
}

// planWords are the values of a named string type in a file, with their comments.
func planWords(root fs.FS, path, typeName string) (string, error) {
	file, err := parseGo(root, path)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintln(&b, "| | |\n|---|---|")
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		v, ok := node.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 || name(v.Type) != typeName {
			return true
		}
		n++
		word, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		fmt.Fprintf(&b, "| `%s` | %s |\n", word, sentence(v.Comment.Text()))
		return true
	})
	if n == 0 {
		return "", fmt.Errorf("%s has no values of %s", path, typeName)
	}
	return b.String(), nil
}

func parseGo(root fs.FS, path string) (*ast.File, error) {
	source, err := fs.ReadFile(root, path)
	if err != nil {
		return nil, err
	}
	return parser.ParseFile(token.NewFileSet(), path, source, parser.ParseComments)
}

func structType(file *ast.File, want string) (s *ast.StructType, doc string) {
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || len(g.Specs) != 1 {
			continue
		}
		if t, ok := g.Specs[0].(*ast.TypeSpec); ok && t.Name.Name == want {
			s, _ = t.Type.(*ast.StructType)
			return s, about(g.Doc.Text(), want)
		}
	}
	return nil, ""
}

// about is a doc comment without the name that Go wants at its beginning.
func about(doc, name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(doc, name+" "), "is ")
}

func jsonName(f *ast.Field) (name string, omitted bool) {
	tag, _ := strconv.Unquote(f.Tag.Value)
	name, rest, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
	return name, rest != ""
}

// jsonType is what a Go type becomes.
func jsonType(e ast.Expr) string {
	switch t := e.(type) {
	case *ast.ArrayType:
		return "list"
	case *ast.MapType:
		return "number by " + jsonType(t.Key)
	case *ast.SelectorExpr:
		return "time"
	case *ast.Ident:
		switch t.Name {
		case "int":
			return "number"
		case "Summary":
			return "object"
		case "Verb", "Cause", "Problem":
			return strings.ToLower(t.Name)
		}
	}
	return "text"
}

func name(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// sentence is a comment as one line of a table, with a capital and a full stop.
func sentence(comment string) string {
	text := strings.Join(strings.Fields(comment), " ")
	if text == "" {
		return ""
	}
	if first, _, _ := strings.Cut(text, " "); !strings.ContainsAny(first, "_.") { // a field's name stays as it is
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return strings.TrimSuffix(strings.ReplaceAll(text, "|", `\|`), ".") + "."
}
