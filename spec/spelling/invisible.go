package spelling

import (
	"unicode"
)

// IsInvisible finds what a text can hold without being seen: control characters, all that Unicode
// formats with, such as marks that turn the direction of reading around, and letters without shape.
func IsInvisible(r rune) bool {
	const brailleBlank = 0x2800
	return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) || r == brailleBlank ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// TurnsText finds the marks that make a line read otherwise than it is, in comments too.
func TurnsText(r rune) bool { return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' }
