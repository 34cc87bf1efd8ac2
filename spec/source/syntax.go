package source

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// syntaxError turns "yaml: line 3: did not find expected key" into our form. yaml.v3 names the
// line where the surrounding block begins, or one beside it; firstBadLine finds the one to mend.
func (src Text) syntaxError(err error) Errors {
	text := regexp.MustCompile(`^yaml: (line \d+: )?`).ReplaceAllString(err.Error(), "")
	line := src.firstBadLine()
	errs := src.At(line, 0, "not valid YAML: "+text+explain(text))
	if at, text := src.repair(line); text != "" {
		errs = src.At(at, 0, errs[0].Text)
		errs[0].Write = text
	}
	return errs
}

// explain adds the usual cause to yaml.v3's words.
func explain(text string) string {
	for _, known := range []struct{ says, cause string }{
		{"cannot start any token", "a tab, or a character that needs quotes; indent with spaces"},
		{"mapping values are not allowed", "a value that holds `: ` needs quotes, or the indentation is off"},
		{"did not find expected key", "the indentation fits no block above, or a quote or bracket is closed too early"},
		{"expected ',' or", "a bracket is not closed"},
		{"unexpected end of stream", "a quote is not closed"},
		{"unknown anchor", "a value that begins with * needs quotes; aliases are not allowed"},
		{"could not find expected ':'", "a line without `:`, or a quote that is not closed"},
	} {
		if strings.Contains(text, known.says) {
			return " (" + known.cause + ")"
		}
	}
	return ""
}

// firstBadLine is the line after the longest run of whole lines that is valid YAML by itself.
// A run can be bad and a longer one good, where a bracket spans lines; so after each good run
// the search looks some lines ahead before it settles.
func (src Text) firstBadLine() int {
	const ahead = 100
	ends := []int{0} // ends[k] is where line k ends
	for i, c := range src.Data {
		if c == '\n' {
			ends = append(ends, i+1)
		}
	}
	good, bad := 0, len(ends)
	for bad-good > 1 {
		if mid := (good + bad) / 2; src.parses(ends[mid]) {
			good = mid
		} else if next := src.goodWithin(ends, mid+1, min(mid+ahead, bad)); next > 0 {
			good = next
		} else {
			bad = mid
		}
	}
	return bad
}

// goodWithin returns the first k in [from, to) whose first k lines parse, 0 when there is none.
func (src Text) goodWithin(ends []int, from, to int) int {
	if len(src.Data) > 256<<10 {
		return 0 // a hundred readings of a large file take longer than a guess is worth
	}
	for k := from; k < to; k++ {
		if src.parses(ends[k]) {
			return k
		}
	}
	return 0
}

// parses says whether the first n bytes are documents without a fault.
func (src Text) parses(n int) bool {
	dec := yaml.NewDecoder(bytes.NewReader(src.Data[:n]))
	for {
		if _, err := decodeNode(dec); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}
