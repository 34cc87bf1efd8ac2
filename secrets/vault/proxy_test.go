package vault_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aurad/aurad/internal/vaulttest"
)

// proxy stands between the store and the real Vault, cuts connections and counts requests.
type proxy struct {
	*httptest.Server

	mu    sync.Mutex
	log   []string // "METHOD /v1/path"
	fault func(n int, r *http.Request) fault
}

// fault is what happens to one request.
type fault struct {
	lost    bool                            // cut before Vault sees it
	cut     bool                            // cut after Vault has done it
	instead func(w http.ResponseWriter)     // an answer that is not Vault's
	after   func()                          // done before the reply is passed on
	hang    <-chan struct{}                 // wait for it first
	echo    func(r *http.Request, b []byte) // sees the request's body
}

func newProxy(t *testing.T, s *vaulttest.Server) *proxy {
	t.Helper()
	p := unstartedProxy(t, s)
	p.Start()
	return p
}

func unstartedProxy(t *testing.T, s *vaulttest.Server) *proxy {
	t.Helper()
	p := &proxy{}
	p.Server = vaulttest.Between(t, s, p.handle)
	return p
}

// set installs the fault of later requests, counted from 1, and empties the log.
func (p *proxy) set(f func(n int, r *http.Request) fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.log = f, nil
}

func (p *proxy) requests(containing string) (found []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.log {
		if strings.Contains(line, containing) {
			found = append(found, line)
		}
	}
	return found
}

func (p *proxy) next(r *http.Request) fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, r.Method+" "+r.URL.Path)
	if p.fault == nil {
		return fault{}
	}
	return p.fault(len(p.log), r)
}

func (p *proxy) handle(w http.ResponseWriter, r *http.Request, pass http.Handler) {
	f := p.next(r)
	if f.hang != nil {
		select {
		case <-f.hang:
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	if f.echo != nil {
		text, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(text))
		f.echo(r, text)
	}
	switch {
	case f.lost:
		vaulttest.CutBefore(w, r, pass)
	case f.instead != nil:
		f.instead(w)
		return
	}
	reply := httptest.NewRecorder()
	pass.ServeHTTP(reply, r)
	if f.after != nil {
		f.after()
	}
	if f.cut {
		panic(http.ErrAbortHandler)
	}
	for name, values := range reply.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(reply.Code)
	_, _ = w.Write(reply.Body.Bytes())
}
