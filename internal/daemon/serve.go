package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/httpd"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// SocketPath is the unix socket that a daemon answers on, for commands on the same machine.
func SocketPath(stateDir string) string { return filepath.Join(stateDir, "aurad.sock") }

// Handler serves what the daemon knows. Everything is read only but /-/reload.
//
//	GET  /api/v1/status  Snapshot
//	GET  /api/v1/plan    reconcile.Plan, for ?at=RFC3339 or now
//	GET  /-/healthy      200 while the process serves
//	GET  /-/ready        200 once every instance of the file has been looked at
//	POST /-/reload       read fleet.yaml again
func (d *Daemon) Handler(asks chan<- Ask, reload func()) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /api/v1/status", OfNow(serveStatus(d.Snapshot)))
	mux.HandleFunc("GET /api/v1/plan", func(w http.ResponseWriter, r *http.Request) { d.servePlan(w, r, asks) })
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "aurad is healthy.") })
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) { serveReady(w, d.Snapshot()) })
	mux.HandleFunc("POST /-/reload", func(w http.ResponseWriter, _ *http.Request) { reload() })
	return mux
}

// Control adds what only this machine's user may ask for, over the unix socket.
//
//	PUT    /api/v1/holds/{key}  body spec.Hold; By is whoever asks
//	DELETE /api/v1/holds/{key}
//	PUT    /api/v1/credentials/{key}    body secrets.FormatEnv; what is "" but the password is filled in
//	GET    /api/v1/credentials/{key}/reply  what Aura answered to its create, while it is kept
//	DELETE /api/v1/credentials/{key}/reply  there is no password in it
//	POST   /api/v1/forget/{key}         body Forgetting, reply Forgotten
//	POST   /api/v1/credentials/recover  []Recovered: what was spooled goes to the store now
func (d *Daemon) Control(asks chan<- Ask, reload func()) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", d.Handler(asks, reload))
	mux.HandleFunc("PUT /api/v1/holds/{key}", func(w http.ResponseWriter, r *http.Request) {
		var h spec.Hold
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&h); err != nil {
			http.Error(w, "the body is not a hold: "+err.Error(), http.StatusBadRequest)
			return
		}
		h.Key, h.By = r.PathValue("key"), PeerOf(r.Context()).Name
		d.change(w, r, asks, func(d *Daemon) error { return d.Hold(h) })
	})
	mux.HandleFunc("DELETE /api/v1/holds/{key}", func(w http.ResponseWriter, r *http.Request) {
		d.change(w, r, asks, func(d *Daemon) error {
			key := r.PathValue("key")
			if was, err := d.Release(key); err != nil || was {
				return err
			}
			return fmt.Errorf("release %s: it is not held", key)
		})
	})
	mux.HandleFunc("PUT /api/v1/credentials/{key}", func(w http.ResponseWriter, r *http.Request) { d.serveDeposit(w, r, asks) })
	mux.HandleFunc("GET /api/v1/credentials/{key}/reply", d.serveRaw)
	mux.HandleFunc("DELETE /api/v1/credentials/{key}/reply", func(w http.ResponseWriter, r *http.Request) {
		d.change(w, r, asks, func(d *Daemon) error { return d.Discard(r.PathValue("key"), PeerOf(r.Context()).Name) })
	})
	mux.HandleFunc("POST /api/v1/forget/{key}", func(w http.ResponseWriter, r *http.Request) { serveForget(w, r, asks) })
	mux.HandleFunc("POST /api/v1/credentials/recover", func(w http.ResponseWriter, r *http.Request) { serveRecover(w, r, asks) })
	return mux
}

// change runs f on the daemon's own goroutine and answers with its error.
func (d *Daemon) change(w http.ResponseWriter, r *http.Request, asks chan<- Ask, f func(*Daemon) error) {
	answer := make(chan error, 1)
	select {
	case asks <- func(d *Daemon) { answer <- f(d) }:
	case <-r.Context().Done():
		return
	}
	if err := <-answer; err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func serveStatus(snapshot func() Snapshot) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, snapshot()) }
}

func serveReady(w http.ResponseWriter, snap Snapshot) {
	if !snap.Ready {
		http.Error(w, "aurad has not looked at the whole fleet yet.", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "aurad is ready.")
}

func (d *Daemon) servePlan(w http.ResponseWriter, r *http.Request, asks chan<- Ask) {
	at, ok := planTime(w, r)
	if !ok {
		return
	}
	if p, err := askPlan(r.Context(), asks, at); err == nil {
		reply(w, p)
	}
}

// planTime is the moment that a request wants the plan of; zero means now. If it is no moment
// that can be planned, that is the answer.
func planTime(w http.ResponseWriter, r *http.Request) (at time.Time, ok bool) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		http.Error(w, "the query can't be read: "+plaintext.Line(err.Error()), http.StatusBadRequest)
		return time.Time{}, false
	}
	text := strings.Replace(query.Get("at"), " ", "+", 1) // a + that was not escaped
	if text == "" {
		return time.Time{}, true
	}
	at, err = time.Parse(time.RFC3339, text)
	if err != nil {
		err = errors.New("at is not a time such as 2026-11-28T08:00:00Z")
	} else if err = spec.CheckMoment(at); err != nil {
		err = fmt.Errorf("at=%s: %w", plaintext.Line(text), err)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
	return at.UTC(), err == nil
}

// OfNow turns away who asks for another moment what is only known of now.
func OfNow(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("at") {
			http.Error(w, "this is of now; for another moment ask /api/v1/plan?at=2026-11-28T08:00:00Z", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// askPlan asks the daemon's own goroutine, so that the plan is of one moment.
func askPlan(ctx context.Context, asks chan<- Ask, at time.Time) (reconcile.Plan, error) {
	answer := make(chan reconcile.Plan, 1)
	ask := func(d *Daemon) {
		if at.IsZero() {
			at = d.Clock.Now()
		}
		answer <- d.Plan(at)
	}
	select {
	case asks <- ask:
		return <-answer, nil
	case <-ctx.Done():
		return reconcile.Plan{}, ctx.Err()
	}
}

func reply(w http.ResponseWriter, v any) { plaintext.Reply(w, v) }

// ListenSocket opens the unix socket for this user alone. A socket left by a killed process is
// replaced: the lock of the state proves that nobody serves it.
func ListenSocket(stateDir string) (net.Listener, error) {
	path := SocketPath(stateDir)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return ownersOnly{l}, os.Chmod(path, 0o600)
}

// Serve answers on l until ctx ends, as httpd.Serve does; a request over the unix socket tells its peer.
func Serve(ctx context.Context, l net.Listener, h http.Handler, begin func(*http.Server, net.Listener) error) error {
	return httpd.Serve(ctx, &http.Server{Handler: h, ConnContext: withPeer}, l, begin)
}
