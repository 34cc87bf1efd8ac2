package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// A mutant is one change of one function, or of the value of one variable of the package.
type mutant struct {
	id     int // from 1; 0 is the code as it is
	file   *source
	owner  *owner
	start  int // bytes of the file that text replaces
	end    int
	text   string
	nth    int // of the same change in the same function, from 0
	broken bool
}

// An owner is what a mutant is a copy of: a function with a body, or the value of a variable.
type owner struct {
	name  string // "Load", "(*Ledger).Count", "var classes"
	fn    *function
	value *span
}

type span struct{ start, end int }

// lines are the first and the last line that the change touches, from 1.
func (m *mutant) lines() (first, last int) {
	return m.file.line(m.start), m.file.line(max(m.start, m.end-1))
}

// inCase reports whether the change is in what a case of a switch compares, or in a whole case.
func (m *mutant) inCase() (yes bool) {
	if m.owner.fn == nil {
		return false
	}
	ast.Inspect(m.owner.fn.decl.Body, func(n ast.Node) bool {
		if c, ok := n.(*ast.CaseClause); ok {
			from, colon := m.file.offset(c.Pos()), m.file.offset(c.Colon)
			yes = yes || from <= m.start && m.start <= colon
		}
		return !yes
	})
	return yes
}

// diff returns the lines that go and the lines that come, without what surrounds them.
func (m *mutant) diff() (minus, plus []string) {
	src := m.file.text
	from := strings.LastIndexByte(src[:m.start], '\n') + 1
	to := m.end + strings.IndexByte(src[m.end:]+"\n", '\n')
	minus = trimmed(src[from:to])
	plus = trimmed(src[from:m.start] + m.text + src[m.end:to])
	for len(minus) > 0 && len(plus) > 0 && minus[0] == plus[0] {
		minus, plus = minus[1:], plus[1:]
	}
	for len(minus) > 0 && len(plus) > 0 && minus[len(minus)-1] == plus[len(plus)-1] {
		minus, plus = minus[:len(minus)-1], plus[:len(plus)-1]
	}
	return minus, plus
}

func trimmed(s string) []string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}

// change identifies a mutant by what it does to which function; lines that move keep it.
func (m *mutant) change() string {
	minus, plus := m.diff()
	return change(m.file.pkg, m.owner.name, minus, plus)
}

func change(pkg, function string, minus, plus []string) string {
	return pkg + " " + function + "\n- " + strings.Join(minus, "\n- ") + "\n+ " + strings.Join(plus, "\n+ ")
}

// rank orders mutants by chance: the sample is those with the lowest. It depends on nothing but
// the seed and the change.
func (m *mutant) rank(seed uint64) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%d", seed, m.change(), m.nth))
	return binary.BigEndian.Uint64(sum[:])
}
