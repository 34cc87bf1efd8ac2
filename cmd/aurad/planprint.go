package main

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/internal/plaintext"
)

// printForecast writes the plan to stdout. In JSON it is the plan and nothing else, so that notes
// go to stderr.
func (p program) printForecast(fc forecast, output string) error {
	switch output {
	case "json":
		for _, note := range fc.notes {
			fmt.Fprintln(p.stderr, "note:", printable(note))
		}
		return p.printJSON(fc.plan)
	case "markdown":
		_, err := fmt.Fprint(p.stdout, fc.markdown())
		return err
	}
	_, err := fmt.Fprint(p.stdout, fc.text(paint{p.colour(p.stdout)}))
	return err
}

// paint colours text, or leaves it alone.
type paint struct{ on bool }

func (p paint) code(code, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p paint) bold(text string) string   { return p.code("1", text) }
func (p paint) dim(text string) string    { return p.code("2", text) }
func (p paint) red(text string) string    { return p.code("31", text) }
func (p paint) green(text string) string  { return p.code("32", text) }
func (p paint) yellow(text string) string { return p.code("33", text) }
func (p paint) blue(text string) string   { return p.code("36", text) }

// plural is "1 request", "2 requests".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// someOf lists the first few words and counts the rest.
func someOf(words []string, most int) string {
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}

// printable keeps what came from a file or a server from steering a terminal or misleading a reader.
func printable(text string) string { return plaintext.Line(text) }
