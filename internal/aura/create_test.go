package aura

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
)

const createdBody = `{"data":{"id":"9c8d7e6f","connection_url":"neo4j+s://9c8d7e6f.databases.neo4j.io","username":"neo4j",
 "password":"` + canaryPassword + `","tenant_id":"t-1","cloud_provider":"aws","region":"us-east-1","type":"professional-db",
 "name":"orders-ci","created_at":"2026-03-02T08:15:30Z","vector_optimized":false,"graph_analytics_plugin":false}}`

// TestCreateReturnsTheBodyUnread: whatever a 2xx says, the caller gets every byte of it.
func TestCreateReturnsTheBodyUnread(t *testing.T) {
	for _, status := range []int{200, 201, 202} {
		for _, body := range []string{createdBody, "", "{}", "<html>", `{"data":`, "\xff\x00"} {
			s := newServer(t, says(status, body))
			r, err := s.client().Create(t.Context(), CreateRequest{Name: "orders-ci"})
			if err != nil || r.Body.Reveal() != body || r.Status != status || r.RequestID != "req-1" {
				t.Errorf("%d %q: %q, %+v, %v", status, body, r.Body.Reveal(), r, err)
			}
			NoCanary(t, "reply and log", fmt.Sprintf("%+v %#v", r, r)+s.log.String())
		}
	}
}

// TestCreateCutAtEveryByte: what arrived is kept, and the error says that the instance is there.
func TestCreateCutAtEveryByte(t *testing.T) {
	cut := 0
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(createdBody)))
		w.WriteHeader(202)
		fmt.Fprint(w, createdBody[:cut])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	c := s.client()
	for ; cut < len(createdBody); cut++ {
		r, err := c.Create(t.Context(), CreateRequest{Name: "orders-ci"})
		e := failure.Of(err)
		if e == nil || !e.Uncertain || e.Status != 202 || e.Kind != failure.Later {
			t.Fatalf("cut at %d: %#v", cut, err)
		}
		if got := r.Body.Reveal(); got != createdBody[:cut] || r.Status != 202 {
			t.Fatalf("cut at %d: kept %q of a %d", cut, got, r.Status)
		}
		NoCanary(t, "error", err.Error())
	}
	if got := len(s.seen()); got != cut {
		t.Errorf("%d creates sent for %d calls", got, cut)
	}
	NoCanary(t, "log", s.log.String())
}

// TestCreateTooLarge: even an absurd reply is kept as far as it goes.
func TestCreateTooLarge(t *testing.T) {
	s := newServer(t, says(202, strings.Repeat("x", exchange.BodyLimit+1)))
	r, err := s.client().Create(t.Context(), CreateRequest{})
	if !errors.Is(err, exchange.ErrTooLarge) || !uncertain(err) || len(r.Body.Reveal()) != exchange.BodyLimit {
		t.Errorf("%d bytes, %v", len(r.Body.Reveal()), err)
	}
}
