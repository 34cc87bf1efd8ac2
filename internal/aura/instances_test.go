package aura

import (
	"net/http"
	"testing"
)

func TestInstanceOnTheWire(t *testing.T) {
	s := newServer(t, says(200, `{"data":{"id":"0a1b2c3d","name":"orders","status":"Running","memory":"8G"}}`))
	in, err := s.client().Instance(t.Context(), "0a1b2c3d")
	if err != nil {
		t.Fatal(err)
	}
	if in.Status != Running || in.Memory != "8GB" || in.Name != "orders" {
		t.Errorf("got %+v", in)
	}
	if got := s.seen(); len(got) != 1 || got[0] != "GET /v1/instances/0a1b2c3d" {
		t.Errorf("requests: %q", got)
	}
	h := s.headers[0]
	if h.Get("Authorization") != "Bearer "+tokenNumber(1) || h.Get("User-Agent") != "aurad/test" {
		t.Errorf("headers: %v", h)
	}
}

func TestLifecycleRequests(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) { says(202, "")(w, r) })
	c := s.client()
	if in, err := c.Pause(t.Context(), "0a1b2c3d"); in != nil || err != nil {
		t.Fatal(in, err)
	}
	if got := s.seen()[0]; got != "POST /v1/instances/0a1b2c3d/pause {}" {
		t.Error(got)
	}
}
