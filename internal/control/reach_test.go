package control_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/httpd"
)

// Where nobody answers on the socket, what is asked is done in the state, and what only a daemon can do is
// said to need one.
func TestNobodyAnswers(t *testing.T) {
	dir := t.TempDir()
	its, err := control.Reach(t.Context(), control.OverSocket(dir), &control.Local{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(its.Comes(), "No daemon runs on "+dir) {
		t.Error(its.Comes())
	}
	_, err = its.Status(t.Context())
	for _, err := range []error{err, its.Reload(t.Context())} {
		if !errors.Is(err, control.ErrNoDaemon) || !strings.Contains(err.Error(), "aurad run") {
			t.Error(err)
		}
	}
	r, err := its.Holds(t.Context())
	if err != nil || len(r.Holds) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Whoever answers is asked; what it refuses is said in its own words; a socket that hangs up is nobody.
func TestWhoAnswersIsAsked(t *testing.T) {
	dir := short(t)
	var asked []string
	stop := serve(t, dir, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		if r.Method == http.MethodDelete {
			http.Error(w, "release a: it is not held", http.StatusConflict)
		}
	}))
	its, err := control.Reach(t.Context(), control.OverSocket(dir), &control.Local{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := its.Reload(t.Context()); err != nil {
		t.Error(err)
	}
	if err := its.Release(t.Context(), "a"); err == nil || err.Error() != "release a: it is not held" {
		t.Error(err)
	}
	stop()
	if got := strings.Join(asked, ", "); got != "GET /-/healthy, POST /-/reload, DELETE /api/v1/holds/a" {
		t.Error(got)
	}
	if err := its.Reload(t.Context()); !errors.Is(err, control.ErrNoDaemon) {
		t.Errorf("a daemon that has ended: %v", err)
	}
}

// A question that is given up is no reason to work on the state.
func TestGivenUpIsNotNobody(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if its, err := control.Reach(ctx, control.OverSocket(short(t)), &control.Local{}); err == nil || errors.Is(err, control.ErrNoDaemon) {
		t.Errorf("%v, %v", its, err)
	}
}

// serve answers on the socket of a state folder until the test ends, or sooner.
func serve(t *testing.T, dir string, h http.Handler) (stop func()) {
	t.Helper()
	l, err := control.ListenSocket(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func(l net.Listener) { ended <- httpd.Serve(ctx, &http.Server{Handler: h}, l, nil) }(l)
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// short is a folder whose path is short enough for a socket.
func short(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "a")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
