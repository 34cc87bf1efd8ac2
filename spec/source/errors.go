package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Error is one fault of a fleet file, at the place where it is to be mended.
type Error struct {
	File   string
	Line   int    // from 1
	Column int    // from 1, in characters
	Path   string // instances.orders-dev.memory; "" for the file as a whole
	Text   string // what is wrong and what would be right
	Write  string // what to type there instead, as YAML: `memory: 4GB`; "" when Text says all there is to say
}

// Error has the form that editors and CI systems turn into a link: file:line:column: path: text.
func (e Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.sentence())
}

// Warning is the same for what is valid, in the form of compilers: file:line:column: warning: text.
func (e Error) Warning() string {
	return fmt.Sprintf("%s:%d:%d: warning: %s", e.File, e.Line, e.Column, e.sentence())
}

func (e Error) sentence() string {
	text := e.Text
	if e.Path != "" {
		text = e.Path + ": " + text
	}
	if e.Write != "" {
		text += "; write `" + e.Write + "`"
	}
	return text
}

// Position is a place in a file; lines and columns count from 1.
type Position struct{ Line, Column int }

// Errors are all faults of one file, sorted by place.
type Errors []Error

// Error is one line per fault.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the single faults.
func (es Errors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}

// Sorted orders by place and drops exact doubles, so that equal files give equal reports.
func (es Errors) Sorted() Errors {
	slices.SortStableFunc(es, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Path, b.Path), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Write, b.Write))
	})
	return slices.Compact(es)
}

// PositionOf is where a node stands; the beginning of the file for none.
func PositionOf(n *yaml.Node) Position {
	if n == nil {
		return Position{1, 1}
	}
	return Position{n.Line, n.Column}
}
