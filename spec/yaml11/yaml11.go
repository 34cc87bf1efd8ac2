// Package yaml11 knows the words that one of the two YAMLs in use takes for something other than
// text, and how a value is written so that both read the same.
//
// It must not know the fields of a fleet file.
package yaml11

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Two YAMLs are in use. This format is read as 1.2, where `off` is a word. PyYAML, Ansible and
// others read 1.1, where it is a boolean, 0700 is 448, and a file that they write back has
// `false` and `448`. What both leave alone can be written plain; this file knows what they don't.

// IsBoolean says whether YAML 1.1 or 1.2 takes a plain word for a boolean.
func IsBoolean(text string) bool { return IsTrue(text) || IsFalse(text) }

// IsTrue and IsFalse say which boolean that is.
func IsTrue(text string) bool  { return oneOf(text, "true", "yes", "on", "y") }
func IsFalse(text string) bool { return oneOf(text, "false", "no", "off", "n") }

// oneOf compares as YAML does: lower, Capital or UPPER, but not mixed.
func oneOf(text string, words ...string) bool {
	for _, w := range words {
		if text == w || text == strings.ToUpper(w) || text == strings.ToUpper(w[:1])+w[1:] {
			return true
		}
	}
	return false
}

// IsPlain says whether a scalar stands without quotes.
func IsPlain(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// Rewritten is what a scalar becomes in a file that a tool with a reader of YAML 1.1 or of JSON's
// numbers has read and written back. For most it is the text as it was.
func Rewritten(n *yaml.Node) string {
	text := n.Value
	switch {
	case !IsPlain(n):
		return text
	case IsTrue(text):
		return "true"
	case IsFalse(text):
		return "false"
	case text == "~" || oneOf(text, "null"):
		return "null"
	case text == "" || text == "0" || !strings.Contains("0123456789+-.", text[:1]) || strings.Trim(text, "0123456789abcdefABCDEFxo_.:+-") != "":
		return text // most of what is in a file, and quickly
	case regexp.MustCompile(`^[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|[1-9][0-9_]*)$`).MatchString(text):
		i, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
		if err == nil {
			return strconv.FormatInt(i, 10)
		}
	case regexp.MustCompile(`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+$`).MatchString(text):
		return "a number of base 60"
	case regexp.MustCompile(`^[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)([eE][-+]?[0-9]+)?$`).MatchString(text) && strings.ContainsAny(text, ".eE"):
		f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
		if err != nil {
			return "infinity"
		}
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return text
}

// NeedsQuotes reports whether some reader of YAML takes a word for something other than text when
// it stands without quotes.
func NeedsQuotes(text string) bool {
	n := yaml.Node{Kind: yaml.ScalarNode, Value: text}
	return IsBoolean(text) || Rewritten(&n) != text
}

// Text is a value as YAML, in quotes wherever one of its readers could make something else
// of it.
func Text(value string) string {
	plain := regexp.MustCompile(`^[A-Za-z0-9/+](?:[A-Za-z0-9_./:+-]*[A-Za-z0-9_./+-])?$`).MatchString(value)
	if plain && !NeedsQuotes(value) {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
