package main

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// A walk goes through one function and adds a mutant for each change that an operator knows.
type walk struct {
	file      *source
	constants map[string]bool
	results   []*ast.FieldList // of the functions around, the innermost last
	parents   []ast.Node
	add       func(start, end int, text string)
}

func (w *walk) visit(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			w.leave()
			return true
		}
		w.expression(n)
		w.statement(n)
		w.parents = append(w.parents, n)
		if f, ok := n.(*ast.FuncLit); ok {
			w.results = append(w.results, f.Type.Results)
		}
		return true
	})
}

func (w *walk) leave() {
	last := len(w.parents) - 1
	if _, ok := w.parents[last].(*ast.FuncLit); ok {
		w.results = w.results[:len(w.results)-1]
	}
	w.parents = w.parents[:last]
}

func (w *walk) parent() ast.Node {
	if len(w.parents) == 0 {
		return nil
	}
	return w.parents[len(w.parents)-1]
}

func (w *walk) replace(n ast.Node, text string) {
	w.add(w.file.offset(n.Pos()), w.file.offset(n.End()), text)
}

func (w *walk) drop(n ast.Node) { w.replace(n, "") }

var swaps = map[token.Token][]token.Token{
	token.LSS: {token.LEQ}, token.LEQ: {token.LSS}, token.GTR: {token.GEQ}, token.GEQ: {token.GTR},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.QUO}, token.QUO: {token.MUL}, token.REM: {token.MUL},
	token.AND: {token.OR}, token.OR: {token.AND},
}

func (w *walk) expression(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		w.binary(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT && !w.isCondition(n) || n.Op == token.SUB {
			w.replace(n, w.file.of(n.X))
		}
	case *ast.BasicLit:
		if n.Kind == token.INT || n.Kind == token.FLOAT {
			w.replace(n, "("+n.Value+" + 1)")
		}
	case *ast.Ident:
		w.name(n)
	case *ast.SliceExpr:
		if n.Low != nil {
			w.replace(n.Low, w.file.of(n.Low)+"+1")
		}
		if n.High != nil {
			w.replace(n.High, w.file.of(n.High)+"-1")
		}
	case *ast.CompositeLit:
		w.elements(n)
	}
}

func (w *walk) binary(n *ast.BinaryExpr) {
	equality := n.Op == token.EQL || n.Op == token.NEQ
	for _, op := range swaps[n.Op] {
		if !equality || !w.isCondition(n) { // negating the condition is the same
			at := w.file.offset(n.OpPos)
			w.add(at, at+len(n.Op.String()), op.String())
		}
	}
	if n.Op == token.LAND || n.Op == token.LOR {
		w.replace(n, w.file.of(n.X))
		w.replace(n, w.file.of(n.Y))
	}
}

func (w *walk) isCondition(n ast.Expr) bool {
	switch p := w.parent().(type) {
	case *ast.IfStmt:
		return p.Cond == n
	case *ast.ForStmt:
		return p.Cond == n
	}
	return false
}

func (w *walk) name(n *ast.Ident) {
	opposite := map[string]string{"true": "false", "false": "true"}
	if other, ok := opposite[n.Name]; ok {
		w.replace(n, other)
	}
	other := map[string]string{"min": "max", "max": "min"}[n.Name]
	if call, ok := w.parent().(*ast.CallExpr); ok && other != "" && call.Fun == n {
		w.replace(n, other)
	}
	if _, ok := w.parent().(*ast.SelectorExpr); !ok && w.constants[n.Name] {
		w.replace(n, "("+n.Name+" * 2)")
	}
}

// elements drops each named element of a composite literal: data that would not be passed on.
func (w *walk) elements(n *ast.CompositeLit) {
	for i, e := range n.Elts {
		if _, ok := e.(*ast.KeyValueExpr); !ok {
			continue
		}
		end := w.file.offset(e.End())
		if i+1 < len(n.Elts) {
			end = w.file.offset(n.Elts[i+1].Pos())
		} else if rest := w.file.text[end:w.file.offset(n.Rbrace)]; strings.HasPrefix(rest, ",") {
			end++
		}
		w.add(w.file.offset(e.Pos()), end, "")
	}
}

func (w *walk) statement(n ast.Node) {
	switch n := n.(type) {
	case *ast.IfStmt:
		w.condition(n.Cond)
		if n.Else != nil {
			w.add(w.file.offset(n.Body.End()), w.file.offset(n.Else.End()), "")
		}
	case *ast.ForStmt:
		if n.Cond != nil {
			w.condition(n.Cond)
		}
	case *ast.ReturnStmt:
		w.returned(n)
	case *ast.CaseClause:
		if n.List != nil || len(n.Body) > 0 {
			w.drop(n)
		}
	case *ast.IncDecStmt:
		w.add(w.file.offset(n.TokPos), w.file.offset(n.End()), map[token.Token]string{token.INC: "--", token.DEC: "++"}[n.Tok])
		w.dropStatement(n)
	case *ast.BranchStmt:
		w.dropStatement(n)
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			w.dropStatement(n)
		}
	case *ast.ExprStmt, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt:
		w.dropStatement(n)
	}
}

func (w *walk) condition(c ast.Expr) {
	text := w.file.of(c)
	if u, ok := c.(*ast.UnaryExpr); ok && u.Op == token.NOT {
		w.replace(c, w.file.of(u.X))
	} else {
		w.replace(c, "!("+text+")")
	}
	w.replace(c, "("+text+") && false")
}

// unseen are calls whose lack no test of a package can see: what frees memory and descriptors at
// the end, log lines, and the marks at which the crash tests kill the process.
var unseen = regexp.MustCompile(`^(crashpoint\.|runtime\.|defer .*\b(Close|Stop|cancel|stop)\(\)$|[\w.]*\b[lL]og(ger)?(\(\))?\.\w+\()`)

// dropStatement leaves alone what isn't a statement of a block, such as the init of an if.
func (w *walk) dropStatement(n ast.Node) {
	switch w.parent().(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		if !unseen.MatchString(w.file.of(n)) && !w.isComm(n) {
			w.drop(n)
		}
	}
}

func (w *walk) isComm(n ast.Node) bool {
	c, ok := w.parent().(*ast.CommClause)
	return ok && c.Comm == n
}

// returned makes each result zero in turn.
func (w *walk) returned(n *ast.ReturnStmt) {
	types := w.types()
	if len(types) == 0 {
		if block, ok := w.parent().(*ast.BlockStmt); !ok || len(w.parents) > 1 || block.List[len(block.List)-1] != n {
			w.drop(n)
		}
		return
	}
	if len(n.Results) == 1 && len(types) > 1 { // passes on what a call returns
		zeros := slices.Clone(types)
		for i := range zeros {
			zeros[i] = zero(zeros[i])
		}
		w.replace(n.Results[0], strings.Join(zeros, ", "))
		return
	}
	for i, r := range n.Results {
		if !isZero(w.file.of(r)) {
			w.replace(r, zero(types[i]))
		}
	}
}

// types are those of the results of the innermost function, one for each result.
func (w *walk) types() []string {
	var types []string
	last := w.results[len(w.results)-1]
	if last == nil {
		return nil
	}
	for _, f := range last.List {
		for range max(1, len(f.Names)) {
			types = append(types, w.file.of(f.Type))
		}
	}
	return types
}

func zero(typ string) string {
	known := map[string]string{"error": "nil", "bool": "false", "string": `""`, "int": "0", "any": "nil"}
	if z, ok := known[typ]; ok {
		return z
	}
	if strings.HasPrefix(typ, "[]") || strings.HasPrefix(typ, "*") || strings.HasPrefix(typ, "map[") || strings.HasPrefix(typ, "func(") {
		return "nil"
	}
	return "*new(" + typ + ")"
}

var zeroText = regexp.MustCompile(`^(nil|0|""|false|true|[\w.]+\{\})$`)

// isZero holds true for "true" too: the swap of booleans does that one.
func isZero(text string) bool { return zeroText.MatchString(text) }
