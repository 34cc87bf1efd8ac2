// Package value has the values of a fleet file that have a syntax of their own: how each is
// read, how it is described to others, and what is to be written for what can't be read.
//
// It knows names, ids, sizes, times and their syntax, and must not know YAML, nor in which field
// a value stands.
package value

import "github.com/aurad/aurad/spec/correct"

// Syntax describes a value that has a syntax of its own to those who describe the format to
// others, such as package spec/schema.
type Syntax struct {
	Types   []string // JSON types that YAML may make of it, "string" first; nil is "string" alone
	Pattern string   // ECMA 262; "" when Enum says it all
	Enum    []string
	Example string
}

// Scalar is a value with a syntax of its own: a size, a duration, a window.
type Scalar interface {
	// Parse gets the text as it stands in the file; its error is the rest of the sentence after
	// the path.
	Parse(text string) error

	// Syntax says what Parse takes.
	Syntax() Syntax

	// Correct reads generously what Parse refuses, and says how it is written.
	Correct(text string) correct.Correction
}
