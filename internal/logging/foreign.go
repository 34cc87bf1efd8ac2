package logging

import (
	"log"
	"log/slog"
	"sync"
)

// Foreign is where the standard logger of Go ends: that of net/http's client and server and of
// every library that has none of its own. What they write can quote what a server sent, the
// password in the reply to a create included, so the text goes nowhere. It is counted.
type Foreign struct {
	mu    sync.Mutex
	lines int
	log   *slog.Logger // told of it; nil before there is one
}

// Catch sends all that is written to the standard logger to f from now on. Only main calls it: it
// is the process's.
func (f *Foreign) Catch() {
	log.SetFlags(0)
	log.SetPrefix("")
	log.SetOutput(f)
}

// Tell names the logger that learns how many lines there were.
func (f *Foreign) Tell(to *slog.Logger) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = to
}

// Write drops one line. It is said at the first, the second, the fourth and so on: a server that
// causes thousands must not fill a disk.
func (f *Foreign) Write(line []byte) (int, error) {
	f.mu.Lock()
	f.lines++
	n, to := f.lines, f.log
	f.mu.Unlock()
	if to != nil && n&(n-1) == 0 {
		to.Warn("a library wrote to the standard log; the text is dropped, for it may quote what a server sent", "lines", n)
	}
	return len(line), nil
}
