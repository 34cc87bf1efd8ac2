package aura

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/token"
	"github.com/aurad/aurad/secrets"
)

// dyingServer speaks HTTP/1.1 over raw connections. On each it answers one request and keeps
// the connection; it reads a second one whole and then hangs up without a word. That is how a
// server or load balancer dies at the worst moment for a client that repeats.
type dyingServer struct {
	net.Listener
	wg sync.WaitGroup
	mu sync.Mutex
	n  map[string]int // requests read whole, by method and path
}

func newDyingServer(t *testing.T) *dyingServer {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dyingServer{Listener: l, n: map[string]int{}}
	s.wg.Go(s.accept)
	t.Cleanup(func() { l.Close(); s.wg.Wait() })
	return s
}

func (s *dyingServer) accept() {
	for {
		conn, err := s.Accept()
		if err != nil {
			return
		}
		s.wg.Go(func() { s.serve(conn) })
	}
}

func (s *dyingServer) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	if !s.take(r) {
		return
	}
	io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"data\":[]}")
	s.take(r)
}

func (s *dyingServer) take(r *bufio.Reader) bool {
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n[req.Method+" "+req.URL.Path]++
	return true
}

func (s *dyingServer) count(request string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n[request]
}

// keepAlive keeps connections, as a proxy between may do whatever a client asks for.
type keepAlive struct{ http.RoundTripper }

func (k keepAlive) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Close = false
	return k.RoundTripper.RoundTrip(r)
}

// TestWritesReachTheServerOnce: net/http repeats requests by itself on a kept connection that
// died; no write may be one of them. The read shows that this server does provoke it.
func TestWritesReachTheServerOnce(t *testing.T) {
	tests := []struct {
		request string
		want    int
		run     func(context.Context, *Client) error
	}{
		{"GET /v1/tenants", 2, func(ctx context.Context, c *Client) error { _, err := c.authorizedTenants(ctx); return err }},
		{"POST /v1/instances", 1, func(ctx context.Context, c *Client) error {
			_, err := c.Create(ctx, CreateRequest{Name: "orders"})
			return err
		}},
		{"PATCH /v1/instances/" + anID, 1, func(ctx context.Context, c *Client) error {
			_, err := c.Patch(ctx, anID, PatchRequest{"name": "n"})
			return err
		}},
		{"POST /v1/instances/" + anID + "/pause", 1, func(ctx context.Context, c *Client) error { _, err := c.Pause(ctx, anID); return err }},
		{"POST /v1/instances/" + anID + "/snapshots", 1, func(ctx context.Context, c *Client) error { _, err := c.CreateSnapshot(ctx, anID); return err }},
		{"DELETE /v1/instances/" + anID, 1, func(ctx context.Context, c *Client) error { _, err := c.Delete(ctx, anID); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.request, func(t *testing.T) {
			s := newDyingServer(t)
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			c := clientOf(t, s.Addr().String(), keepAlive{transport})
			if _, err := c.Instances(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
			err := tt.run(t.Context(), c)
			if got := s.count(tt.request); got != tt.want {
				t.Errorf("the server read it %d times, want %d; error: %v", got, tt.want, err)
			}
			if write := tt.want == 1; write && (!uncertain(err) || failure.KindOf(err) != failure.Later) {
				t.Errorf("not uncertain: %v", err)
			}
		})
	}
}

// authorizedTenants is Tenants without this package's own retries.
func (c *Client) authorizedTenants(ctx context.Context) (exchange.Reply, error) {
	return c.authorized(ctx, exchange.Call{Op: failure.OpTenants, Method: http.MethodGet, Path: "/tenants"})
}

// clientOf has a token already, so that only API requests meet the server.
func clientOf(t *testing.T, addr string, transport http.RoundTripper) *Client {
	t.Helper()
	c, err := New(Config{BaseURL: "http://" + addr, ClientID: "id", ClientSecret: secrets.NewSecret("s"),
		HTTP: &http.Client{Transport: transport}, Tokens: &memory{tok: token.Token{AccessToken: secrets.NewSecret("t"), Expiry: farFuture}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestASecondCopyAnswersNothing: a server that sends every reply twice, the second time when the next
// request is there, answers none of ours with the reply to an older one.
func TestASecondCopyAnswersNothing(t *testing.T) {
	n := 0 // requests are sent one after the other
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		body := fmt.Sprintf(`{"access_token":"t","token_type":"Bearer","expires_in":3600,"data":[{"id":"answer-%d"}]}`, n)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		reply := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		io.WriteString(conn, reply)
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			io.WriteString(conn, reply)
		}
	}))
	defer server.Close()
	c, err := New(Config{BaseURL: server.URL, ClientID: "id", ClientSecret: secrets.NewSecret("a-client-secret"), HTTP: &http.Client{Transport: &http.Transport{}}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		got, err := c.Tenants(t.Context())
		if want := fmt.Sprintf("answer-%d", i+2); err != nil || len(got) != 1 || got[0].ID != want { // the first one was the token's
			t.Errorf("request %d was answered with %+v, want %s: %v", i, got, want, err)
		}
	}
}

// TestWritesCannotBeRewound: HTTP/2 repeats what it can rewind, bodyless POSTs included.
func TestWritesCannotBeRewound(t *testing.T) {
	s := newServer(t, says(202, ""))
	c := s.client()
	for _, method := range []string{http.MethodPost, http.MethodPatch} {
		for _, body := range []any{nil, CreateRequest{}} {
			req, err := c.sender.Request(t.Context(), exchange.Call{Method: method, Path: "/instances", Body: body}, secrets.Secret{})
			if err != nil || req.GetBody != nil || req.Body == nil || req.Body == http.NoBody || req.ContentLength <= 0 {
				t.Errorf("%s with %v can be repeated: %v", method, body, err)
			}
		}
	}
}

// TestNotSentIsCertain: what never left can be tried again at once.
func TestNotSentIsCertain(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	refuse := roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, errors.Join(failure.ErrNotSent, errors.New("budget spent"))
	})
	vanish := roundTripper(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	tests := []struct {
		name      string
		ctx       context.Context
		transport http.RoundTripper
		uncertain bool
		says      string
	}{
		{"nobody listens", t.Context(), &http.Transport{}, false, "refused"},
		{"held back by the limiter", t.Context(), refuse, false, "not sent: "},
		{"cancelled before", cancelled, vanish, false, "canceled"},
		{"a transport that does not tell", t.Context(), vanish, true, "may have been carried out"},
	}
	for _, tt := range tests {
		_, err := clientOf(t, closed.Addr().String(), tt.transport).Create(tt.ctx, CreateRequest{})
		if _, err := clientOf(t, closed.Addr().String(), tt.transport).authorizedTenants(tt.ctx); uncertain(err) || err == nil {
			t.Errorf("%s, a read: %v", tt.name, err)
		}
		if uncertain(err) != tt.uncertain || failure.KindOf(err) != failure.Later || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
