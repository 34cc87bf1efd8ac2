package httpd_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/httpd"
)

// A client that begins a request and never ends it holds nobody up for long, and its hanging
// there is no reason to end with an error.
func TestServeEndsBesideASlowClient(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	reading := make(chan struct{})
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(reading)
		_, _ = io.Copy(io.Discard, r.Body)
	})
	done := make(chan error, 1)
	go func() { done <- httpd.Serve(ctx, &http.Server{Handler: h}, l, nil) }()
	c, err := net.Dial("tcp", l.Addr().String())
	must(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nslow")
	must(t, err)
	<-reading
	stop()
	select {
	case err := <-done:
		if err != http.ErrServerClosed && err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it never ends")
	}
	must(t, c.SetReadDeadline(time.Now().Add(10*time.Second)))
	if _, err := bufio.NewReader(c).ReadByte(); err == nil {
		t.Error("the client was answered")
	} else if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Error("the client still hangs there")
	}
}
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
