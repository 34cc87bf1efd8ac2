// Package journal is what happened, in the order in which it happened, in words for people. It knows who
// reads it and how far; it must not know what any of it leads to.
package journal

import (
	"sync"

	"github.com/aurad/aurad/internal/plaintext"
)

// Journal keeps the newest events, for pages and people that come later. Adding never waits for
// a reader: readers are told that there is news, and read as far as they got.
type Journal struct {
	mu      sync.Mutex
	size    int
	entries []Entry // ascending by Seq
	seq     uint64
	readers map[chan struct{}]bool
	closed  bool
}

// Entry is an event with its number; numbers begin at 1 with the process and have no gaps.
type Entry struct {
	Seq uint64 `json:"seq"`
	Event
}

// New keeps the newest size events.
func New(size int) *Journal {
	return &Journal{size: max(1, size), readers: map[chan struct{}]bool{}}
}

// Add takes an event; it fits the daemon's Config.Notify. Its words are for people, wherever they end up.
func (j *Journal) Add(e Event) {
	e.Text = plaintext.Line(e.Text)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	j.entries = append(j.entries, Entry{j.seq, e})
	if len(j.entries) >= 2*j.size {
		j.entries = append([]Entry(nil), j.entries[len(j.entries)-j.size:]...)
	}
	for news := range j.readers {
		select {
		case news <- struct{}{}:
		default: // it has not read the last news yet
		}
	}
}

// Recent returns the newest n events that are kept, newest first.
func (j *Journal) Recent(n int) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	kept := min(n, j.size, len(j.entries))
	recent := make([]Entry, 0, max(0, kept))
	for i := range kept {
		recent = append(recent, j.entries[len(j.entries)-1-i])
	}
	return recent
}

// After returns what is kept of the events after number seq, oldest first. A number that this process
// has not given yet comes from an earlier one: everything is after it.
func (j *Journal) After(seq uint64) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	if seq > j.seq {
		seq = 0
	}
	kept := min(j.size, len(j.entries))
	n := min(uint64(kept), j.seq-seq)
	return append([]Entry(nil), j.entries[len(j.entries)-int(n):]...)
}

// Subscribe returns a channel that receives whenever there is news and is closed when the
// journal is, and a function that ends the subscription.
func (j *Journal) Subscribe() (news <-chan struct{}, cancel func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	c := make(chan struct{}, 1)
	if j.closed {
		close(c)
		return c, func() {}
	}
	j.readers[c] = true
	return c, func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		delete(j.readers, c)
	}
}

// readersNow is how many subscriptions there are.
func (j *Journal) readersNow() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.readers)
}

// Close sends all readers home. Events are taken after it too.
func (j *Journal) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for news := range j.readers {
		close(news)
	}
	clear(j.readers)
	j.closed = true
}
