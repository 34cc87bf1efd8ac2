package journal_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/journal"
)

func texts(entries []journal.Entry) string {
	var all []string
	for _, e := range entries {
		all = append(all, fmt.Sprintf("%d:%s", e.Seq, e.Text))
	}
	return strings.Join(all, " ")
}

func TestJournalKeepsTheNewest(t *testing.T) {
	j := journal.New(3)
	if got := texts(j.Recent(5)) + texts(j.After(0)); got != "" {
		t.Errorf("an empty journal has %q", got)
	}
	for i := 1; i <= 10; i++ {
		j.Add(journal.Event{Text: fmt.Sprint("e", i)})
		if n := len(j.Recent(99)); n != min(i, 3) {
			t.Fatalf("after %d events it shows %d, want %d", i, n, min(i, 3))
		}
	}
	for name, got := range map[string]struct{ have, want string }{
		"recent":                       {texts(j.Recent(2)), "10:e10 9:e9"},
		"after 9":                      {texts(j.After(9)), "10:e10"},
		"after the newest":             {texts(j.After(10)), ""},
		"after what is forgotten":      {texts(j.After(2)), "8:e8 9:e9 10:e10"},
		"after one of another process": {texts(j.After(77)), "8:e8 9:e9 10:e10"},
	} {
		if got.have != got.want {
			t.Errorf("%s: %q, want %q", name, got.have, got.want)
		}
	}
}

// A reader that never reads must not hold up the daemon, and what one reads must not change.
func TestJournalNeverWaitsForAReader(t *testing.T) {
	j := journal.New(8)
	_, _ = j.Subscribe() // never reads, never leaves
	kept := j.Recent(8)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 1000 {
					j.Add(journal.Event{Text: "x"})
					_ = j.After(3)
				}
			})
		}
		wg.Wait()
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("adding blocks")
	}
	if len(kept) != 0 || j.Recent(1)[0].Seq != 4000 {
		t.Errorf("newest is %d, want 4000", j.Recent(1)[0].Seq)
	}
}

func TestEventsAsJSON(t *testing.T) {
	j := journal.New(10)
	for i := range 3 {
		j.Add(journal.Event{Key: "a", Kind: journal.Noted, Text: fmt.Sprint("</script>", i)})
	}
	for query, want := range map[string]int{"": 200, "?n=2": 200, "?n=0": 400, "?n=x": 400, "?n=1001": 400} {
		w := httptest.NewRecorder()
		j.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/events"+query, nil))
		if w.Code != want {
			t.Errorf("%q: %d, want %d", query, w.Code, want)
		}
		var got journal.Events
		if err := json.Unmarshal(w.Body.Bytes(), &got); want == 200 && (err != nil || got.Schema != journal.Schema || got.Events[0].Text != "</script>2") {
			t.Errorf("%q: %v %+v", query, err, got)
		}
	}
}

// stream opens the event stream and returns its lines that carry something.
func stream(t *testing.T, url, last string) (lines <-chan string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Last-Event-ID", last)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if ct := resp.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Errorf("content type %q", ct)
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			if strings.Contains(s.Text(), ": ") && s.Text()[0] != ':' {
				out <- s.Text()
			}
		}
	}()
	return out, cancel
}

func TestEventsAsAStream(t *testing.T) {
	j := journal.New(10)
	j.Add(journal.Event{Text: "old"})
	j.Add(journal.Event{Text: "missed", Kind: journal.Noted})
	srv := httptest.NewServer(j)
	defer srv.Close()

	resumed, stopResumed := stream(t, srv.URL, "1")
	defer stopResumed()
	for _, want := range []string{"id: 2", "event: noted", `data: {"seq":2`} {
		if got := <-resumed; !strings.HasPrefix(got, want) {
			t.Errorf("a reader that comes back got %q, want %q", got, want)
		}
	}
	fresh, stopFresh := stream(t, srv.URL, "")
	defer stopFresh()
	j.Add(journal.Event{Text: "line\nbreak", Kind: journal.Failed})
	for _, want := range []string{"id: 3", "event: failed", `data: {"seq":3`} {
		if got := <-fresh; !strings.HasPrefix(got, want) {
			t.Errorf("a new reader got %q, want %q", got, want)
		}
	}
	j.Close()
	select {
	case _, open := <-fresh:
		if open {
			t.Error("more than was added")
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the stream goes on after Close, and would hold up the end of the process")
	}
	if _, open := <-func() <-chan struct{} { c, _ := j.Subscribe(); return c }(); open {
		t.Error("a subscription after Close is open")
	}
}
