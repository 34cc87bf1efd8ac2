package decode

import (
	"reflect"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
)

// Amend is the correction of a value: of its typography first, then of what its type knows, and
// for a variable that nobody filled in an example. Whatever it returns, the type itself reads:
// nothing is suggested that would be the next error.
func Amend(s value.Scalar, text string) correct.Correction {
	read := func(text string) bool {
		return reflect.New(reflect.TypeOf(s).Elem()).Interface().(value.Scalar).Parse(text) == nil
	}
	plain := spelling.Typewritten(text)
	if spelling.IsVariable(text) {
		return correct.Correction{Values: exampleOf(s), Note: correct.VariableNote}
	}
	if read(plain) {
		return correct.Correction{Values: []string{plain}}
	}
	fix := s.Correct(plain)
	for _, v := range fix.Values {
		if !read(v) {
			return correct.Correction{Note: fix.Note}
		}
	}
	return fix
}

// exampleOf is a value that the type takes, for where nothing is known of the one that is meant.
func exampleOf(s value.Scalar) []string {
	if example := s.Syntax().Example; example != "" {
		return []string{example}
	}
	return nil
}
