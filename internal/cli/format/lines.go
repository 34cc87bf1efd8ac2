package format

import (
	"fmt"
	"io"
	"time"

	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/reconcile"
)

// Progress shows what happens while it happens. As an io.Writer it takes the log, which must
// not run through what it draws.
type Progress interface {
	io.Writer
	Begin(reconcile.Plan)
	Event(journal.Event)
	End()
}

// NewProgress draws bars if out is a terminal, and prints a line per event elsewhere; the log goes
// to log where no bars are. Moments are shown in loc.
func NewProgress(out, log io.Writer, loc *time.Location, terminal bool, c Paint) Progress {
	l := lines{out, log, loc}
	if terminal {
		return newBars(l, c)
	}
	return l
}

// lines is one line per event, for pipes and CI.
type lines struct {
	out, log io.Writer
	loc      *time.Location
}

func (l lines) Write(b []byte) (int, error) { return l.log.Write(b) }
func (lines) Begin(reconcile.Plan)          {}
func (lines) End()                          {}

func (l lines) Event(e journal.Event) {
	fmt.Fprintf(l.out, "%s  %-8s  %s: %s\n", e.At.In(l.loc).Format(time.TimeOnly), e.Kind, e.Key, plaintext.Line(e.Text))
}
