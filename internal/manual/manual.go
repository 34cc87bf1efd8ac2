// Package manual keeps the manual true: it runs the commands of README.md and docs/, compares the
// outputs that they show, and writes the parts that come from the code.
//
// It knows Markdown and how the manual marks what is to be run. It must not know how anything it
// documents works; what it needs of that it takes from package spec and from the program itself.
//
//	```yaml fleet.yaml       written to a file of that name
//	```sh                    run, in order, by one shell in an empty folder
//	```sh background         likewise, and left running until the page ends
//	```text output           what the fence before it prints, to the byte
//	```console               not run; a comment `<!-- not run: why -->` stands above it
//	<!-- begin generated: NAME -->  up to  <!-- end generated -->  is written by `make docs`
package manual

import (
	"fmt"
	"regexp"
	"strings"
)

// Page is one Markdown file.
type Page struct {
	File   string
	Text   string
	Fences []Fence
}

// Fence is one fenced block.
type Fence struct {
	Line   int    // of its opening, from 1
	Info   string // what follows the backticks
	Body   string // ends with a line break, unless empty
	Before string // the last line above it that is not empty
	start  int    // of Body in Page.Text
}

// Parse finds the fences of a page. A fence that is not closed is an error.
func Parse(file, text string) (Page, error) {
	p := Page{File: file, Text: text}
	var open *Fence
	offset, before := 0, ""
	for n, line := range strings.SplitAfter(text, "\n") {
		trimmed := strings.TrimSpace(line)
		offset += len(line)
		switch {
		case open == nil && strings.HasPrefix(line, "```"):
			open = &Fence{Line: n + 1, Info: strings.TrimPrefix(trimmed, "```"), Before: before, start: offset}
		case open != nil && trimmed == "```":
			open.Body = text[open.start : offset-len(line)]
			p.Fences = append(p.Fences, *open)
			open = nil
		}
		if trimmed != "" && open == nil {
			before = trimmed
		}
	}
	if open != nil {
		return p, fmt.Errorf("%s:%d: the fence is not closed", file, open.Line)
	}
	return p, nil
}

// Replace returns the text of the page with new bodies for some fences, by index.
func (p Page) Replace(bodies map[int]string) string {
	var b strings.Builder
	at := 0
	for i, f := range p.Fences {
		if body, ok := bodies[i]; ok {
			b.WriteString(p.Text[at:f.start])
			b.WriteString(body)
			at = f.start + len(f.Body)
		}
	}
	b.WriteString(p.Text[at:])
	return b.String()
}

var region = regexp.MustCompile(`(?s)(<!-- begin generated: ([a-z-]+) -->\n).*?(<!-- end generated -->)`)

// Generate returns text with every generated region written anew by its source.
func Generate(text string, sources map[string]func() (string, error)) (string, error) {
	var failed error
	out := region.ReplaceAllStringFunc(text, func(match string) string {
		parts := region.FindStringSubmatch(match)
		source, ok := sources[parts[2]]
		if !ok {
			failed = fmt.Errorf("nothing generates %q", parts[2])
			return match
		}
		body, err := source()
		if err != nil {
			failed = fmt.Errorf("generating %s: %w", parts[2], err)
		}
		return parts[1] + "\n" + strings.TrimSpace(body) + "\n\n" + parts[3]
	})
	return out, failed
}
