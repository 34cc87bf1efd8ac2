package spelling

import (
	"regexp"
	"strings"
)

// IsVariable finds what a shell, a template or a CI system was to fill in: ${MEM}, $MEM, %MEM%,
// {{ x }}, <%= x %>, $(MEM), @MEM@, __MEM__, <memory>.
func IsVariable(text string) bool {
	return regexp.MustCompile(`\$\{.*\}|\$\(.*\)|\$[A-Za-z_]\w*|^%[A-Za-z_]\w*%$|\{\{.*\}\}|<%.*%>|^@[A-Za-z_]\w*@$|^__\w+__$|^<[A-Za-z_ -]+>$`).MatchString(text)
}

// Typewritten undoes what a word processor does to text: typographic quotes around it, long
// dashes, spaces that don't break, full-width signs.
func Typewritten(text string) string {
	text = ASCIISigns(text)
	text = strings.Join(strings.Fields(text), " ")
	for _, q := range []string{`"`, "'", "`"} {
		if n := len(text); n >= 2 && strings.HasPrefix(text, q) && strings.HasSuffix(text, q) {
			text = text[1 : n-1]
		}
	}
	return strings.TrimSpace(text)
}

// ASCIISigns replaces signs of typography by those of a keyboard, letter by letter.
func ASCIISigns(text string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '‐', '‑', '‒', '–', '—', '―', '−', '﹘', '－':
			return '-'
		case '“', '”', '„', '‟', '«', '»', '＂', '″':
			return '"'
		case '‘', '’', '‚', '‛', '‹', '›', '´', '′', '＇':
			return '\''
		case '：':
			return ':'
		case '，', '、':
			return ','
		case '．':
			return '.'
		case '＋':
			return '+'
		case '／':
			return '/'
		case '\u00a0', '\u202f', '\u2007', '\u2009', '\u200a', '\u2002', '\u2003', '\u3000', '\t':
			return ' '
		}
		if IsInvisible(r) {
			return -1
		}
		if '０' <= r && r <= '９' {
			return '0' + r - '０'
		}
		return r
	}, text)
}

// Folded is a name without what tells two spellings of it apart.
func Folded(name string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "", "\\", "/", ".", "").Replace(strings.ToLower(name))
}
