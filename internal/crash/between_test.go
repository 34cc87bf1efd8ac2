package crash

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aurad/aurad/internal/vaulttest"
)

// between is a proxy in front of the real Vault, where the network goes wrong.
type between struct {
	server *httptest.Server
	struck atomic.Int64

	mu    sync.Mutex
	fault fault
}

// fault handles a request instead of Vault; pass lets Vault do its part.
type fault func(w http.ResponseWriter, r *http.Request, pass http.Handler)

func newBetween(t *testing.T, v *vaulttest.Server) *between {
	t.Helper()
	b := &between{}
	b.server = vaulttest.Between(t, v, b.handle)
	b.server.Start()
	return b
}

// set installs the fault of all later requests; nil ends it.
func (b *between) set(f fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault = f
}

func (b *between) handle(w http.ResponseWriter, r *http.Request, pass http.Handler) {
	b.mu.Lock()
	f := b.fault
	b.mu.Unlock()
	if f == nil {
		f = passes
	}
	f(w, r, pass)
}

func passes(w http.ResponseWriter, r *http.Request, pass http.Handler) { pass.ServeHTTP(w, r) }

// cutEvery cuts every n-th request, in turn before and after it is carried out, and leaves the others to
// next. With n 0 it cuts none.
func cutEvery(n int, next fault) fault {
	var came atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		switch i := int(came.Add(1)); {
		case n == 0 || i%n != 0:
			next(w, r, pass)
		case i/n%2 == 0:
			vaulttest.CutBefore(w, r, pass)
		default:
			vaulttest.CutAfter(w, r, pass)
		}
	}
}

func silent(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

func answers(code int, body string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// only limits a fault to some requests, which are counted; the others pass.
func (b *between) only(match func(*http.Request) bool, f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if match(r) {
			b.struck.Add(1)
			f(w, r, pass)
			return
		}
		pass.ServeHTTP(w, r)
	}
}

// isPut matches the write of a password, which takes the place of its claim, isReadBack the read that
// follows it.
func isPut(r *http.Request) bool { return r.Method == http.MethodPatch && isData(r) }

func isReadBack(r *http.Request) bool { return r.Method == http.MethodGet && isData(r) }

func isData(r *http.Request) bool { return strings.Contains(r.URL.Path, "/data/") }

func isMark(r *http.Request) bool { return r.Method == http.MethodPatch && !isData(r) }
