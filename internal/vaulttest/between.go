package vaulttest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// Between is a server between a client and Vault, where the network goes wrong; it is not started yet.
// handle answers each request, and pass is Vault, should it get that far. To hang up on the client,
// panic with http.ErrAbortHandler.
func Between(t testing.TB, s *Server, handle func(w http.ResponseWriter, r *http.Request, pass http.Handler)) *httptest.Server {
	t.Helper()
	target, err := url.Parse(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	reverse := httputil.NewSingleHostReverseProxy(target)
	reverse.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	reverse.Transport = &http.Transport{DisableKeepAlives: true} // Vault restarts
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body) // only then does the server notice a client that leaves
		r.Body = io.NopCloser(bytes.NewReader(text))
		handle(w, r, reverse)
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server
}

// CutBefore hangs up before Vault sees a request.
func CutBefore(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// CutAfter hangs up after Vault has done what it was asked.
func CutAfter(_ http.ResponseWriter, r *http.Request, pass http.Handler) {
	pass.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}
