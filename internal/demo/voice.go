package demo

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/service"
)

// spoken is the voice of the demo: what the narrator says and what the daemon reports come from
// two goroutines and go to one place, line by line.
type spoken struct {
	mu    sync.Mutex
	out   io.Writer
	paint format.Paint
	loc   *time.Location
}

// Write takes what other parts of the program print.
func (s *spoken) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(text)
}

func (s *spoken) say(format string, args ...any) {
	fmt.Fprintf(s, "\n%s\n", s.paint.Bold(fmt.Sprintf(format, args...)))
}

func (s *spoken) show(text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(s, "    %s", line)
	}
}

// event is one line, at the time of the story.
func (s *spoken) event(e journal.Event) {
	sign, colour := "…", s.paint.Yellow
	switch e.Kind {
	case journal.Finished:
		sign, colour = "✓", s.paint.Green
	case journal.Failed:
		sign, colour = "✗", s.paint.Red
	case journal.Noted:
		sign, colour = "·", s.paint.Dim
	}
	fmt.Fprintf(s, "  %s  %s %s: %s\n", e.At.In(s.loc).Format("Mon 15:04:05"), colour(sign), e.Key, plaintext.Line(e.Text))
}

// told reports to the narrator, and to the status page.
type told struct {
	*spoken
	page *service.Telemetry
}

func (t told) event(e journal.Event) {
	t.spoken.event(e)
	t.page.Event(e)
}
