// Package simfront is the port of `aurad sim --tls`: it speaks TLS as the real API does, and lets
// clients that know no other host than the API's be led to it, as their proxy.
//
// On one port it takes TLS and plain connections. Plain requests are sent to https, as Aura does
// with a 308, but for CONNECT: that is answered, for the API's host and its own alone, by going on
// with the connection itself. Nothing is ever forwarded to anywhere.
package simfront

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// patience is how long a new connection may say nothing.
const patience = 10 * time.Second

// Front is a listener on which TLS and plain connections arrive alike.
type Front struct {
	net.Listener
	tls   *tls.Config
	ready chan net.Conn
	done  chan struct{}
	ended sync.WaitGroup

	mu     sync.Mutex
	silent map[net.Conn]bool // those that have not said what they are; nil when closed
	failed error             // of the listener
}

// New takes over a listener. The certificate is one of Certificate, with its Leaf.
func New(l net.Listener, cert tls.Certificate) *Front {
	f := &Front{Listener: l, tls: &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}},
		ready: make(chan net.Conn), done: make(chan struct{}), silent: map[net.Conn]bool{}}
	f.ended.Go(f.listen)
	return f
}

func (f *Front) listen() {
	for {
		conn, err := f.Listener.Accept()
		if err != nil {
			f.fail(err)
			return
		}
		f.ended.Go(func() { f.sort(conn, bufio.NewReader(conn)) })
	}
}

// sort waits for the first byte of a connection, which tells TLS from HTTP, and hands it to Accept.
func (f *Front) sort(conn net.Conn, r *bufio.Reader) {
	if !f.await(conn) {
		conn.Close()
		return
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	first, err := r.Peek(1)
	_ = conn.SetReadDeadline(time.Time{})
	f.heard(conn)
	if err != nil {
		conn.Close()
		return
	}
	var next net.Conn = read{conn, r}
	if first[0] == 22 { // a TLS handshake
		next = tls.Server(next, f.tls)
	}
	select {
	case f.ready <- next:
	case <-f.done:
		conn.Close()
	}
}

// await notes that a connection is silent, so that Close can end it. ok is false after Close.
func (f *Front) await(conn net.Conn) (ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.silent == nil {
		return false
	}
	f.silent[conn] = true
	return true
}

func (f *Front) heard(conn net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.silent, conn)
}

// fail ends the front; its first error is what Accept says from now on.
func (f *Front) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed != nil {
		return
	}
	f.failed = err
	for conn := range f.silent {
		conn.Close()
	}
	f.silent = nil
	close(f.done)
}

// Accept returns the next connection that has said what it is: a *tls.Conn, or a plain one.
func (f *Front) Accept() (net.Conn, error) {
	select {
	case conn := <-f.ready:
		return conn, nil
	case <-f.done:
		f.mu.Lock()
		defer f.mu.Unlock()
		return nil, f.failed
	}
}

// Close ends the listener, and the connections that nobody has accepted.
func (f *Front) Close() error {
	err := f.Listener.Close()
	f.fail(net.ErrClosed)
	f.ended.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// read is a connection of which something was read already.
type read struct {
	net.Conn
	r *bufio.Reader
}

// Read implements net.Conn.
func (c read) Read(b []byte) (int, error) { return c.r.Read(b) }

// Handler answers plain requests and CONNECT; what comes over TLS goes to next.
func (f *Front) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodConnect:
			f.connect(w, r)
		case r.TLS == nil:
			w.Header().Set("Location", "https://"+r.Host+r.URL.RequestURI())
			w.WriteHeader(http.StatusPermanentRedirect)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// connect goes on with a connection as if it had been made to the host that it asks for.
func (f *Front) connect(w http.ResponseWriter, r *http.Request) {
	if !f.isMine(r.Host) {
		http.Error(w, "this proxy leads to the simulator alone, not to "+r.Host, http.StatusForbidden)
		return
	}
	h, ok := w.(http.Hijacker)
	if !ok {
		http.Error(w, "CONNECT needs HTTP/1.1", http.StatusNotImplemented)
		return
	}
	conn, rw, err := h.Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		conn.Close()
		return
	}
	f.sort(conn, rw.Reader)
}

// isMine says that a host and port are the API's or those of the certificate.
func (f *Front) isMine(address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == Host {
		return port == "443"
	}
	_, mine, _ := net.SplitHostPort(f.Addr().String())
	return port == mine && f.tls.Certificates[0].Leaf.VerifyHostname(host) == nil
}
