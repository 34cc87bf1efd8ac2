// Package command is what all commands of aurad share: the process around them, their common flags, and how they
// print, ask and end.
//
// It knows terminals and people. It must not know any single command, nor what one does.
package command

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/aurad/aurad/internal/app"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/logging"
	"github.com/aurad/aurad/internal/process"
	"github.com/aurad/aurad/spec"
)

// Process is what commands use of the process that they run in.
type Process struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	Lookup   func(name string) (string, bool) // of the environment
	Clock    clock.Clock                      // the machine's
	Workers  int                              // requests under way at once; with one, runs are in the plan's very order
	Build    process.Build                    // which aurad this is
	Terminal func(stream any) bool
	Hangups  func() (c <-chan os.Signal, stop func())
	Foreign  *logging.Foreign // what libraries write to the standard log; nil when nobody catches it
}

// Call is a command that is called: the process around it, and the flags that all commands share, which
// are known once it runs.
type Call struct {
	*Process
	*Flags
}

// App is aurad for the fleet file and the state folder that the flags name.
func (c Call) App() app.App {
	return app.App{
		Env:  app.Env{Lookup: c.Lookup, Clock: c.Clock, Workers: c.Workers, Version: c.Build.Version},
		File: c.File, StateDir: c.StateDir,
		Log: c.Logger(c.Stderr, "warn"), Observing: c.observing,
	}
}

// Logger writes to w as the flags say. level is what the command logs from by default.
func (c Call) Logger(w io.Writer, level string) *slog.Logger {
	log := logging.Options{Format: c.LogFormat, Level: c.LogLevel, Terminal: c.Terminal(c.Stderr), Colour: c.colour(c.Stderr)}.New(w, level)
	c.Foreign.Tell(log)
	return log
}

// colour reports whether escape codes may go to stream: https://no-color.org.
func (c Call) colour(stream any) bool {
	noColour, _ := c.Lookup("NO_COLOR")
	kind, _ := c.Lookup("TERM")
	return c.Terminal(stream) && noColour == "" && kind != "dumb"
}

// Paint colours what goes to stream, if it takes colours.
func (c Call) Paint(stream any) format.Paint { return format.Paint{On: c.colour(stream)} }

// observing shows how far a look at the fleet is, where it takes longer than one minute's budget.
func (c Call) observing(fleet *spec.Fleet) func(done, all int) {
	if !c.Terminal(c.Stderr) {
		return func(int, int) {}
	}
	return func(done, all int) {
		switch {
		case all <= app.RequestLimit(fleet):
		case done == all:
			fmt.Fprint(c.Stderr, "\r\x1b[K")
		default:
			fmt.Fprintf(c.Stderr, "\rlooking at the fleet: %d of %d instances, %d requests a minute\x1b[K", done, all, app.RequestLimit(fleet))
		}
	}
}

// WithLog is the same call with other flags for its log.
func (c Call) WithLog(format, level string) Call {
	flags := *c.Flags
	flags.LogFormat, flags.LogLevel = format, level
	c.Flags = &flags
	return c
}
