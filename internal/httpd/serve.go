// Package httpd serves HTTP until a context ends, and says whom a port is there for.
//
// It knows servers, listeners and the headers that tell a visitor from a page of somebody else's. It must
// not know what is served.
package httpd

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Serve lets srv answer on l until ctx ends, and waits a moment for what is being answered. Who is still
// busy then, as a client that never ends its request, is hung up on.
//
// begin serves in a way of its own, as with TLS; nil serves plainly.
func Serve(ctx context.Context, srv *http.Server, l net.Listener, begin func(*http.Server, net.Listener) error) error {
	srv.ReadHeaderTimeout = 10 * time.Second
	if begin == nil {
		begin = (*http.Server).Serve
	}
	failed := make(chan error, 1)
	go func() { failed <- begin(srv, l) }()
	select {
	case err := <-failed:
		return unlessClosed(err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := srv.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) { // a slow client is no failure of ours
		err = srv.Close()
	}
	<-failed
	return unlessClosed(err)
}

func unlessClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
