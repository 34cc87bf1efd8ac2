package spec

import (
	"reflect"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// correction is what is to be written instead of a value that can't be read.
type correction struct {
	values []string // one, or where a list may stand several; none when only a person can tell
	note   string   // what the values alone don't say
}

// correctable is a scalar that reads generously what it refuses, and says how it is written.
type correctable interface {
	correct(text string) correction
}

// amend is the correction of a value: of its typography first, then of what its type knows, and
// for a variable that nobody filled in an example. Whatever it returns, the type itself reads:
// nothing is suggested that would be the next error.
func amend(s scalar, text string) correction {
	read := func(value string) bool {
		return reflect.New(reflect.TypeOf(s).Elem()).Interface().(scalar).parse(value) == nil
	}
	plain := typewritten(text)
	if isVariable(text) {
		return correction{values: exampleOf(s), note: variableNote}
	}
	if read(plain) {
		return correction{values: []string{plain}}
	}
	c, ok := s.(correctable)
	if !ok {
		return correction{}
	}
	fix := c.correct(plain)
	for _, v := range fix.values {
		if !read(v) {
			return correction{note: fix.note}
		}
	}
	return fix
}

// exampleOf is a value that the type takes, for where nothing is known of the one that is meant.
func exampleOf(s scalar) []string {
	if d, ok := s.(interface{ Syntax() Syntax }); ok && d.Syntax().Example != "" {
		return []string{d.Syntax().Example}
	}
	return nil
}

const variableNote = "aurad fills in no variables: put the value in, or render the file first, as with envsubst"

// isVariable finds what a shell, a template or a CI system was to fill in: ${MEM}, $MEM, %MEM%,
// {{ x }}, <%= x %>, $(MEM), @MEM@, __MEM__, <memory>.
func isVariable(text string) bool {
	return regexp.MustCompile(`\$\{.*\}|\$\(.*\)|\$[A-Za-z_]\w*|^%[A-Za-z_]\w*%$|\{\{.*\}\}|<%.*%>|^@[A-Za-z_]\w*@$|^__\w+__$|^<[A-Za-z_ -]+>$`).MatchString(text)
}

// typewritten undoes what a word processor does to text: typographic quotes around it, long
// dashes, spaces that don't break, full-width signs.
func typewritten(text string) string {
	text = asciiSigns(text)
	text = strings.Join(strings.Fields(text), " ")
	for _, q := range []string{`"`, "'", "`"} {
		if n := len(text); n >= 2 && strings.HasPrefix(text, q) && strings.HasSuffix(text, q) {
			text = text[1 : n-1]
		}
	}
	return strings.TrimSpace(text)
}

// asciiSigns replaces signs of typography by those of a keyboard, letter by letter.
func asciiSigns(text string) string {
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
		if isInvisible(r) {
			return -1
		}
		if '０' <= r && r <= '９' {
			return '0' + r - '０'
		}
		return r
	}, text)
}

// writing is what is to stand in the file: `field: value`, or the value alone in a list.
func writing(n, key *yaml.Node, values []string) string {
	if len(values) == 0 {
		return ""
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = scalarText(v)
	}
	value := strings.Join(texts, ", ")
	if key == nil || key == n || key.Kind != yaml.ScalarNode {
		return value
	}
	return scalarText(key.Value) + ": " + value
}

// scalarText is a value as YAML, in quotes wherever one of its readers could make something else
// of it.
func scalarText(value string) string {
	plain := regexp.MustCompile(`^[A-Za-z0-9/+](?:[A-Za-z0-9_./:+-]*[A-Za-z0-9_./+-])?$`).MatchString(value)
	if plain && !NeedsQuotes(value) {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
