package main

import (
	"fmt"
	"io"
	"time"

	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// reporter shows what happens while it happens. As an io.Writer it takes the log, which must
// not run through what it draws.
type reporter interface {
	io.Writer
	level() string // log level unless a flag says otherwise
	begin(reconcile.Plan)
	event(journal.Event)
	end()
}

// newReporter draws bars on a terminal and prints a line per event elsewhere.
func (p program) newReporter(fleet *spec.Fleet) reporter {
	l := lines{p.stdout, p.stderr, fleet.Location}
	if p.terminal(p.stdout) && p.terminal(p.stderr) {
		return newBars(l, paint{p.colour(p.stdout)})
	}
	return l
}

// lines is one line per event, for pipes and CI.
type lines struct {
	out, log io.Writer
	loc      *time.Location
}

func (l lines) Write(b []byte) (int, error) { return l.log.Write(b) }
func (lines) level() string                 { return "warn" }
func (lines) begin(reconcile.Plan)          {}
func (lines) end()                          {}

func (l lines) event(e journal.Event) {
	fmt.Fprintf(l.out, "%s  %-8s  %s: %s\n", e.At.In(l.loc).Format(time.TimeOnly), e.Kind, e.Key, printable(e.Text))
}
