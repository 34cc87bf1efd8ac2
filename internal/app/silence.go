package app

import (
	"log/slog"
	"net/http"
	"time"
)

// firstWord is how long Aura may be silent before somebody is told; then twice as long, and so on.
const firstWord = 5 * time.Second

// silence says of a request that goes unanswered that it is waited for, and for how long already.
type silence struct {
	next  http.RoundTripper
	log   *slog.Logger
	first time.Duration
}

func (s silence) RoundTrip(req *http.Request) (*http.Response, error) {
	answered, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		began, wait := time.Now(), s.first
		for {
			select {
			case <-answered:
				return
			case <-time.After(wait):
			}
			s.log.Warn("waiting for Aura", "request", req.Method+" "+req.URL.Path, "for", time.Since(began).Round(time.Second))
			wait *= 2
		}
	}()
	resp, err := s.next.RoundTrip(req)
	close(answered)
	<-told
	return resp, err
}
