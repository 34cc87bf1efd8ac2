package spec

import "unicode"

// isInvisible finds what changes a text without being seen in it: control characters, and all
// that Unicode formats with, such as marks that turn the direction of reading around.
func isInvisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Noncharacter_Code_Point, r) || r == '\u2800'
}

// Invisible reports whether a character must not be in anything that people are shown: control
// characters, Unicode's format characters (bidirectional marks and isolates, zero width spaces and
// joiners, tags), line and paragraph separators, and blanks that count as letters.
func Invisible(r rune) bool { return isInvisible(r) }
