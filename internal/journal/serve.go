package journal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/plaintext"
)

// Schema names the version of the events' JSON form.
const Schema = "aurad.events/v1"

// Events is the reply of GET /api/v1/events.
type Events struct {
	Schema string  `json:"schema"`
	Events []Entry `json:"events"` // newest first
}

const (
	eventsUsual = 100
	eventsMost  = 1000
	heartbeat   = 15 * time.Second // keeps proxies from closing a quiet stream
	readersMost = 64               // streams at once
	readerTime  = 30 * time.Second // for a reader to take in what was written
)

// ServeHTTP answers GET /api/v1/events?n=100 with the newest events, and to `Accept:
// text/event-stream` with a stream of server-sent events that begins after Last-Event-ID, or
// now.
func (j *Journal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		j.stream(w, r)
		return
	}
	n := eventsUsual
	if text := r.URL.Query().Get("n"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 || n > eventsMost {
			http.Error(w, fmt.Sprintf("n is not a number from 1 to %d", eventsMost), http.StatusBadRequest)
			return
		}
	}
	plaintext.Reply(w, Events{Schema, j.Recent(n)})
}

func (j *Journal) stream(w http.ResponseWriter, r *http.Request) {
	if j.readersNow() >= readersMost {
		http.Error(w, "too many streams of events are open", http.StatusServiceUnavailable)
		return
	}
	news, cancel := j.Subscribe()
	defer cancel()
	last := j.begin(r)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	out := http.NewResponseController(w)
	_ = out.SetReadDeadline(time.Time{}) // a stream outlives the server's limits, if the writer has any
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	fmt.Fprint(w, ": aurad\n\n")
	for {
		_ = out.SetWriteDeadline(time.Now().Add(readerTime))
		for _, e := range j.After(last) {
			writeEvent(w, e)
			last = e.Seq
		}
		if out.Flush() != nil {
			return
		}
		_ = out.SetWriteDeadline(time.Time{})
		select {
		case <-r.Context().Done():
			return
		case _, open := <-news:
			if !open {
				return
			}
		case <-beat.C:
			fmt.Fprint(w, ": still here\n\n")
		}
	}
}

// begin is the number of the event that the reader saw last.
func (j *Journal) begin(r *http.Request) uint64 {
	if seen, err := strconv.ParseUint(r.Header.Get("Last-Event-ID"), 10, 64); err == nil {
		return seen
	}
	if newest := j.Recent(1); len(newest) == 1 {
		return newest[0].Seq
	}
	return 0
}

// writeEvent writes e as one server-sent event. JSON has no raw line breaks, so neither has it.
func writeEvent(w http.ResponseWriter, e Entry) {
	data, err := json.Marshal(e)
	if err != nil {
		return // an event has nothing that can't be encoded
	}
	fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, data)
}
