package cli

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// The HTTP port of a running daemon turns away what a browser was made to ask, takes no large
// requests, and lets go of who does not go on; the socket, which no browser reaches, asks nothing.
func TestRunGuardsItsPort(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	address := freeAddress(t)
	r := w.start("--listen", address, "--web.allowed-host", "aurad.example.com", "--web.allowed-host", "other.example.com")
	for request, want := range map[string]int{
		"GET / HTTP/1.1\r\nHost: " + address + "\r\n":                                          200,
		"GET / HTTP/1.1\r\nHost: evil.example\r\n":                                             421,
		"GET /metrics HTTP/1.1\r\nHost: evil.example:9780\r\n":                                 421,
		"GET /api/v1/status HTTP/1.1\r\nHost: other.example.com\r\n":                           200,
		"GET /api/v1/status?at=2026-11-28T08:00:00Z HTTP/1.1\r\nHost: localhost\r\n":           400,
		"GET /?at=9999-12-31T23:59:59Z HTTP/1.1\r\nHost: localhost\r\n":                        400,
		"GET /api/v1/plan?at=9999-12-31T23:59:59Z HTTP/1.1\r\nHost: localhost\r\n":             400,
		"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n":        403,
		"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nOrigin: https://aurad.example.com\r\n":  200,
		"GET /-/reload HTTP/1.1\r\nHost: localhost\r\n":                                        405,
		"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + strings.Repeat("x", 64<<10) + "\r\n": 431,
		"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\n":              200,
	} {
		if got := w.raw(address, request+"Connection: close\r\n\r\n"); got != want {
			t.Errorf("%.80q: %d, want %d", request, got, want)
		}
	}
	if code := r.terminate(); code != 0 {
		t.Errorf("exit %d\n%s", code, r.log.String())
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// raw sends a request as it stands, and returns the status of the answer.
func (w *world) raw(address, request string) int {
	w.t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		w.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, request); err != nil {
		w.t.Fatal(err)
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	var code int
	if _, scan := fmt.Sscanf(line, "HTTP/1.1 %d", &code); scan != nil {
		w.t.Fatalf("%.60q: %q, %v", request, line, err)
	}
	return code
}
