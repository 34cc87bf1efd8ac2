package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/spec"
)

// PrintForecast writes the plan to stdout. In JSON it is the plan and nothing else, so that notes
// go to stderr.
func (c Call) PrintForecast(fc format.Forecast, output string) error {
	switch output {
	case "json":
		for _, note := range fc.Notes {
			fmt.Fprintln(c.Stderr, "note:", plaintext.Line(note))
		}
		return c.PrintJSON(fc.Plan)
	case "markdown":
		_, err := fmt.Fprint(c.Stdout, fc.Markdown())
		return err
	}
	_, err := fmt.Fprint(c.Stdout, fc.Text(c.Paint(c.Stdout)))
	return err
}

// NewProgress draws bars on a terminal and prints a line per event elsewhere.
func (c Call) NewProgress(fleet *spec.Fleet) format.Progress {
	return format.NewProgress(c.Stdout, c.Stderr, fleet.Location, c.Terminal(c.Stdout) && c.Terminal(c.Stderr), c.Paint(c.Stdout))
}

// PrintJSON writes v to stdout, indented.
func (c Call) PrintJSON(v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := c.Stdout.Write(plaintext.JSON(b.Bytes()))
	return err
}

// Consent asks on a terminal. Elsewhere only --yes will do.
func (c Call) Consent(yes bool) error {
	if yes {
		return nil
	}
	if !c.Terminal(c.Stdin) {
		return errors.New("nothing was done: there is no terminal to ask on; give --yes to go on without asking")
	}
	fmt.Fprint(c.Stdout, "\nDo this? [y/N] ")
	answer, err := bufio.NewReader(c.Stdin).ReadString('\n')
	if a := strings.ToLower(strings.TrimSpace(answer)); err == nil && (a == "y" || a == "yes") {
		return nil
	}
	return errors.New("nothing was done")
}
