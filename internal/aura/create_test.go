package aura

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
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
			noCanary(t, "reply and log", fmt.Sprintf("%+v %#v", r, r)+s.log.String())
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
		e := asError(err)
		if e == nil || !e.Uncertain || e.Status != 202 || e.Kind != Later {
			t.Fatalf("cut at %d: %#v", cut, err)
		}
		if got := r.Body.Reveal(); got != createdBody[:cut] || r.Status != 202 {
			t.Fatalf("cut at %d: kept %q of a %d", cut, got, r.Status)
		}
		noCanary(t, "error", err.Error())
	}
	if got := len(s.seen()); got != cut {
		t.Errorf("%d creates sent for %d calls", got, cut)
	}
	noCanary(t, "log", s.log.String())
}

// TestCreateTooLarge: even an absurd reply is kept as far as it goes.
func TestCreateTooLarge(t *testing.T) {
	s := newServer(t, says(202, strings.Repeat("x", bodyLimit+1)))
	r, err := s.client().Create(t.Context(), CreateRequest{})
	if !errors.Is(err, errTooLarge) || !Uncertain(err) || len(r.Body.Reveal()) != bodyLimit {
		t.Errorf("%d bytes, %v", len(r.Body.Reveal()), err)
	}
}

func TestParseCreated(t *testing.T) {
	got, err := ParseCreated([]byte(createdBody))
	if err != nil || got.Password.Reveal() != canaryPassword {
		t.Fatalf("%v, %q", err, got.Password.Reveal())
	}
	want := Created{ID: "9c8d7e6f", Name: "orders-ci", TenantID: "t-1", ConnectionURL: "neo4j+s://9c8d7e6f.databases.neo4j.io",
		Username: "neo4j", CloudProvider: "aws", Region: "us-east-1", Type: "professional-db", CreatedAt: time.Date(2026, 3, 2, 8, 15, 30, 0, time.UTC)}
	got.Password = want.Password
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v", got)
	}
}

// TestParseCreatedSalvages: cut at every byte, the password comes out whole or not at all, and
// comes out wherever it can.
func TestParseCreatedSalvages(t *testing.T) {
	whole := strings.Index(createdBody, canaryPassword) + len(canaryPassword) + 1
	for cut := range len(createdBody) {
		got, err := ParseCreated([]byte(createdBody[:cut]))
		switch {
		case cut < whole && (err != ErrUnreadableReply || !got.Password.Empty()):
			t.Errorf("cut at %d: %v, %q", cut, err, got.Password.Reveal())
		case cut >= whole && (err != nil || got.Password.Reveal() != canaryPassword || got.ID != "9c8d7e6f" || got.ConnectionURL == "" || got.Username != "neo4j"):
			t.Errorf("cut at %d: %v, %+v", cut, err, got)
		}
	}
	for _, body := range []string{
		`{"data":{"id":"a","connection_url":"u","nested":{"password":"x"`,
		`{"data":{"id":"a","connection_url":"u","password":7,`,
		`{"data":{"password":"x","connection_url":"u","id":"a`,
		`{"meta":1,"data":{"id":"a","connection_url":"u","password":"x"`,
		`[{"data":{"id":"a","connection_url":"u","password":"x"`,
	} {
		if got, err := ParseCreated([]byte(body)); err != ErrUnreadableReply {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
}

// TestParseCreatedRefuses: without a password it is no success, and no error quotes the reply.
func TestParseCreatedRefuses(t *testing.T) {
	for body, want := range map[string]error{
		`{"data":{"id":"a"}}`:                                ErrNoPassword,
		`{"data":{"id":"a","password":null}}`:                ErrNoPassword,
		`{"data":{"id":"a","password":""}}`:                  ErrNoPassword,
		`{"data":{"password":"canary-password"}}`:            ErrUnreadableReply,
		`{"data":{"id":"a","password":["canary-password"]}}`: ErrUnreadableReply,
		`{"data":{"id":"a","password":424242}}`:              ErrUnreadableReply,
		`{"data":{"id":"a","password":"canary-password"`:     ErrUnreadableReply,
		`canary-password`:                                    ErrUnreadableReply,
		``:                                                   ErrUnreadableReply,
	} {
		got, err := ParseCreated([]byte(body))
		if err != want || !got.Password.Empty() {
			t.Errorf("%s: %v, %v", body, got, err)
		}
		noCanary(t, "error", err.Error())
		if strings.Contains(err.Error(), "424242") {
			t.Errorf("%s: %v", body, err)
		}
		if want == ErrNoPassword && got.ID != "a" {
			t.Errorf("%s: the id is lost", body)
		}
	}
}
