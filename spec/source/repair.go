package source

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/aurad/aurad/spec/spelling"
)

// repair finds the line to mend, at the bad one or just above it, and what is to stand there, with
// its indentation. The best line makes the file a fleet, the next best makes it YAML, and the
// least moves the fault further down; "" when none of the usual mistakes is to blame.
func (src Text) repair(bad int) (line int, text string) {
	if len(src.Data) > 64<<10 {
		return bad, ""
	}
	for _, at := range []int{bad, bad - 1, bad - 2} {
		for _, try := range src.mendings(at) {
			mended := src.with(at, try)
			switch {
			case !mended.parses(len(mended.Data)):
			case mended.Fleet(mended.Data):
				return at, try
			case text == "":
				line, text = at, try
			}
		}
	}
	if text != "" {
		return line, text
	}
	for _, try := range src.mendings(bad) {
		if src.with(bad, try).firstBadLine() > bad {
			return bad, try
		}
	}
	return bad, ""
}

// with is the text with another line in the place of one.
func (src Text) with(line int, text string) Text {
	lines := bytes.SplitAfter(src.Data, []byte("\n"))
	return Text{File: src.File, Fleet: src.Fleet, Data: slices.Concat(bytes.Join(lines[:line-1], nil), []byte(text+"\n"), bytes.Join(lines[line:], nil))}
}

// mendings are a line with the usual mistakes mended, the likeliest first.
func (src Text) mendings(at int) []string {
	lines := strings.Split(strings.ReplaceAll(string(src.Data), "\r\n", "\n"), "\n")
	if at < 1 || at > len(lines) || strings.TrimSpace(lines[at-1]) == "" {
		return nil
	}
	line, typed := lines[at-1], spelling.ASCIISigns(lines[at-1])
	all := []string{quotedValues(line)}
	for _, l := range []string{line, typed, quotedValues(typed), colons(line), colons(typed)} {
		all = append(all, l, closed(l), l+bracketsLeftOpen(l))
	}
	text := strings.TrimSpace(typed)
	indent := lastIndent(lines[:at-1])
	for _, n := range []int{indent, indent + 2, max(indent-2, 0), 0} {
		all = append(all, strings.Repeat(" ", n)+text, strings.Repeat(" ", n)+quotedValues(text))
	}
	if strings.HasPrefix(text, "{%") || strings.HasPrefix(text, "{{") {
		all = append(all, "# "+text)
	}
	all = append(all, strings.TrimRight(line, `"'`), strings.TrimRight(line, "}]"), line+":")
	seen := map[string]bool{line: true}
	return slices.DeleteFunc(all, func(try string) bool {
		again := seen[try]
		seen[try] = true
		return again
	})
}

// colons puts the sign and the space between a field and its value, and behind the dash of a list.
func colons(line string) string {
	line = regexp.MustCompile(`^(\s*(?:- )?["']?[A-Za-z_][A-Za-z0-9_-]*["']?)(?::|\s*=\s*)(\S)`).ReplaceAllString(line, "$1: $2")
	return regexp.MustCompile(`^(\s*)-([A-Za-z"'{])`).ReplaceAllString(line, "$1- $2")
}

// closed ends a quote that is left open, before the brackets that end the line.
func closed(line string) string {
	for _, q := range []string{`"`, "'"} {
		if strings.Count(line, q)%2 == 1 {
			body := strings.TrimRight(line, "}] ")
			return body + q + line[len(body):]
		}
	}
	return line
}

// quotedValues puts the values into quotes that need them: those that hold `: ` or ` #`, and those
// that begin with a sign of YAML's own. In flow style each part of the line is looked at.
func quotedValues(line string) string {
	return regexp.MustCompile(`(\s*["']?[A-Za-z_][A-Za-z0-9_-]*["']?:\s+)([^\s{}\[\],"'][^{}\[\],]*)`).ReplaceAllStringFunc(line, func(pair string) string {
		m := regexp.MustCompile(`^(\s*["']?[A-Za-z_][A-Za-z0-9_-]*["']?:\s+)(.*)$`).FindStringSubmatch(pair)
		value := strings.TrimSpace(m[2])
		if !strings.Contains(value, ": ") && !strings.HasSuffix(value, ":") && !strings.ContainsAny(value[:1], "@`%&*!|>") {
			return pair
		}
		return m[1] + `"` + strings.ReplaceAll(value, `"`, `\"`) + `"`
	})
}

// bracketsLeftOpen are the brackets that close what a line opens.
func bracketsLeftOpen(line string) string {
	var open []byte
	for _, c := range []byte(line) {
		switch c {
		case '[':
			open = append(open, ']')
		case '{':
			open = append(open, '}')
		case ']', '}':
			if n := len(open); n > 0 && open[n-1] == c {
				open = open[:n-1]
			}
		}
	}
	slices.Reverse(open)
	return string(open)
}

// lastIndent is how far the last line that says something is indented.
func lastIndent(lines []string) int {
	for _, line := range slices.Backward(lines) {
		if bare := strings.TrimLeft(line, " "); bare != "" && bare[0] != '#' {
			return len(line) - len(bare)
		}
	}
	return 0
}
