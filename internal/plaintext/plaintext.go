// Package plaintext makes text that came from a file, a server or a person safe to show.
//
// It is the one place that knows what a terminal, a page or a reader can be misled by: control
// characters, marks that turn the direction of the text around, and characters nobody sees, which
// make two names look the same. Such a character is shown by its number, as `\u202e`, so that a
// person sees that it is there and can take it out. It must not be used on what a machine reads.
package plaintext

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line is text on one line.
func Line(text string) string { return clean(text, "") }

// Lines is text that may have lines and tabs.
func Lines(text string) string { return clean(text, "\n\t") }

func clean(text, keep string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !shown(r, keep) }) {
		return text
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, string(utf8.RuneError)) {
		switch {
		case shown(r, keep):
			b.WriteRune(r)
		case unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			b.WriteString(number(r))
		}
	}
	return b.String()
}

// number is how Go, JSON and YAML write a character that can't be shown.
func number(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func shown(r rune, keep string) bool { return strings.ContainsRune(keep, r) || Visible(r) }

// Visible reports whether a reader sees r for what it is. Formatting characters are not, and
// neither are letters, marks and symbols that have no shape of their own. Invalid UTF-8 arrives
// as the replacement character, which is seen.
func Visible(r rune) bool {
	const brailleBlank = 0x2800
	return unicode.IsPrint(r) && r != brailleBlank &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// JSON is a JSON text with the characters that Line does not let through written as escapes: it
// means the same to a machine, and steers no terminal.
func JSON(text []byte) []byte {
	if !bytes.ContainsFunc(text, func(r rune) bool { return !shown(r, "\n\t") }) {
		return text
	}
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if shown(r, "\n\t") {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}
