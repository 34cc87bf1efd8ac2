package control

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/source"
)

// OfNow turns away who asks for another moment what is only known of now.
func OfNow(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("at") {
			http.Error(w, "this is of now; for another moment ask /api/v1/plan?at=2026-11-28T08:00:00Z", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// planTime is the moment that a request wants the plan of; zero means now. If it is no moment
// that can be planned, that is the answer.
func planTime(w http.ResponseWriter, r *http.Request) (at time.Time, ok bool) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		http.Error(w, "the query can't be read: "+plaintext.Line(err.Error()), http.StatusBadRequest)
		return time.Time{}, false
	}
	text := strings.Replace(query.Get("at"), " ", "+", 1) // a + that was not escaped
	if text == "" {
		return time.Time{}, true
	}
	at, err = time.Parse(time.RFC3339, text)
	if err != nil {
		err = errors.New("at is not a time such as 2026-11-28T08:00:00Z")
	} else if err = spec.CheckMoment(at); err != nil {
		err = fmt.Errorf("at=%s: %w", plaintext.Line(text), err)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
	return at.UTC(), err == nil
}

// servePlan answers GET /api/v1/plan with what is to be done.
func (s Server) servePlan(w http.ResponseWriter, r *http.Request) {
	at, ok := planTime(w, r)
	if !ok {
		return
	}
	if p, err := s.Group.PlanAt(r.Context(), at); err == nil { // else who asked has gone
		plaintext.Reply(w, p)
	}
}

// serveCandidate answers POST /api/v1/plan?file=NAME&at=RFC3339, whose body is a fleet file, with the
// plan of that file. It is never in force, and nothing is remembered of it.
func (s Server) serveCandidate(w http.ResponseWriter, r *http.Request) {
	at, ok := planTime(w, r)
	if !ok {
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, source.MaxBytes+1))
	if err != nil {
		http.Error(w, "the body is no fleet file: "+err.Error(), http.StatusBadRequest)
		return
	}
	f, err := s.Parse(r.URL.Query().Get("file"), data)
	if err != nil {
		refuse(w, err)
		return
	}
	p, err := s.Group.PlanOf(r.Context(), f, at)
	answer(w, p, err)
}
