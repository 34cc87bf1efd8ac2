package spec

import (
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// isInvisible finds what a text can hold without being seen: control characters, all that Unicode
// formats with, such as marks that turn the direction of reading around, and letters without shape.
func isInvisible(r rune) bool {
	const brailleBlank = 0x2800
	return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) || r == brailleBlank ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Invisible reports whether a reader can't see r. A fleet file has no such character in a key or
// a value, but tabs and line ends.
func Invisible(r rune) bool { return isInvisible(r) }

// turnsText finds the marks that make a line read otherwise than it is, in comments too.
func turnsText(r rune) bool { return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' }

// auditVisible reports a key or a value that holds what nobody sees.
func (d *decoder) auditVisible(n, key *yaml.Node, path string) {
	hidden := func(r rune) bool { return isInvisible(r) && r != '\n' && r != '\t' }
	i := strings.IndexFunc(n.Value, hidden)
	if n.Kind != yaml.ScalarNode || i < 0 {
		return
	}
	clean := strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, n.Value)
	write := writing(n, key, []string{clean})
	if key == nil {
		write = scalarText(clean) + ":"
	}
	d.failWrite(n, path, write, "holds %U, which nobody sees: take it out", []rune(n.Value[i:])[0])
}
