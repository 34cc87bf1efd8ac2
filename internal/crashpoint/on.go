//go:build crashpoints

package crashpoint

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// What the environment says. The log gets one line per mark, so that a test knows the names and
// where the process died.
const (
	atVariable  = "AURAD_CRASHPOINT_AT"  // kill at the n-th mark, counted from 1, or at the first of this name
	logVariable = "AURAD_CRASHPOINT_LOG" // file to append the marks to
)

var counted = sync.OnceValue(open)

type counter struct {
	mu   sync.Mutex
	n    int
	at   string
	file *os.File
}

func open() *counter {
	c := &counter{at: os.Getenv(atVariable)}
	if path := os.Getenv(logVariable); path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		c.file = f
	}
	return c
}

// Here counts one place, and kills the process if it is the one. While one goroutine dies no
// other gets past a mark.
func Here(name string) {
	c := counted()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	if c.file != nil {
		fmt.Fprintln(c.file, name)
	}
	if name == c.at || strconv.Itoa(c.n) == c.at {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// BeforeCommit and AfterCommit mark a transaction of the state file.
func BeforeCommit(what string) { Here("before commit: " + what) }
func AfterCommit(what string)  { Here("after commit: " + what) }

// Wire marks each request to what, but for the renewals of a token, whose time is not ours.
func Wire(what string, next http.RoundTripper) http.RoundTripper { return wire{what, next} }

type wire struct {
	what string
	next http.RoundTripper
}

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/renew-self") {
		return w.next.RoundTrip(r)
	}
	name := w.what + " " + r.Method + " " + r.URL.Path
	Here("before " + name)
	resp, err := w.next.RoundTrip(r)
	Here("after " + name)
	return resp, err
}
