package main

import (
	"fmt"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/spec"
)

// printForecast writes the plan to stdout. In JSON it is the plan and nothing else, so that notes
// go to stderr.
func (p program) printForecast(fc format.Forecast, output string) error {
	switch output {
	case "json":
		for _, note := range fc.Notes {
			fmt.Fprintln(p.stderr, "note:", plaintext.Line(note))
		}
		return p.printJSON(fc.Plan)
	case "markdown":
		_, err := fmt.Fprint(p.stdout, fc.Markdown())
		return err
	}
	_, err := fmt.Fprint(p.stdout, fc.Text(p.paint(p.stdout)))
	return err
}

// newProgress draws bars on a terminal and prints a line per event elsewhere.
func (p program) newProgress(fleet *spec.Fleet) format.Progress {
	return format.NewProgress(p.stdout, p.stderr, fleet.Location, p.terminal(p.stdout) && p.terminal(p.stderr), p.paint(p.stdout))
}
