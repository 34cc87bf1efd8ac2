package control

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Server serves what a group of daemons knows and does.
type Server struct {
	Group  *group.Group
	Reload func()           // reads the fleet file again
	Parse  fleetfile.Parser // reads a fleet file that is sent to be planned
}

// Public is what strangers may ask. Everything is read only but /-/reload.
//
//	GET  /api/v1/status  daemon.Snapshot
//	GET  /api/v1/plan    reconcile.Plan, for ?at=RFC3339 or now
//	GET  /-/healthy      200 while the process serves
//	GET  /-/ready        200 once every instance of the file has been looked at
//	POST /-/reload       read fleet.yaml again
func (s Server) Public() http.Handler {
	mux := http.NewServeMux()
	s.public(mux)
	return mux
}

func (s Server) public(mux *http.ServeMux) {
	mux.Handle("GET /api/v1/status", OfNow(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { plaintext.Reply(w, s.Group.Snapshot()) })))
	mux.HandleFunc("GET /api/v1/plan", s.servePlan)
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "aurad is healthy.") })
	mux.HandleFunc("GET /-/ready", s.serveReady)
	mux.HandleFunc("POST /-/reload", func(http.ResponseWriter, *http.Request) { s.Reload() })
}

// Private adds what only this machine's user may ask for, over the unix socket. By is whoever asks.
//
//	POST   /api/v1/plan                     body a fleet file; the plan of it
//	PUT    /api/v1/holds/{key}              body spec.Hold
//	DELETE /api/v1/holds/{key}
//	PUT    /api/v1/credentials/{key}        body secrets.FormatEnv; what is "" but the password is filled in
//	GET    /api/v1/credentials/{key}/reply  what Aura answered to its create, while it is kept
//	DELETE /api/v1/credentials/{key}/reply  there is no password in it
//	POST   /api/v1/credentials/recover      []create.Recovered: what was spooled goes to the store now
//	POST   /api/v1/forget/{key}             body daemon.Forgetting, reply daemon.Forgotten
func (s Server) Private() http.Handler {
	mux := http.NewServeMux()
	s.public(mux)
	mux.HandleFunc("POST /api/v1/plan", s.serveCandidate)
	mux.HandleFunc("PUT /api/v1/holds/{key}", s.serveHold)
	mux.HandleFunc("DELETE /api/v1/holds/{key}", change(s.Group.Release))
	mux.HandleFunc("PUT /api/v1/credentials/{key}", s.serveDeposit)
	mux.HandleFunc("GET /api/v1/credentials/{key}/reply", s.serveRaw)
	mux.HandleFunc("DELETE /api/v1/credentials/{key}/reply", change(func(ctx context.Context, key string) error {
		return s.Group.Discard(ctx, key, PeerOf(ctx).Name)
	}))
	mux.HandleFunc("POST /api/v1/credentials/recover", func(w http.ResponseWriter, r *http.Request) {
		all, err := s.Group.Recover(r.Context())
		answer(w, all, err)
	})
	mux.HandleFunc("POST /api/v1/forget/{key}", s.serveForget)
	return mux
}

func refuse(w http.ResponseWriter, err error) { http.Error(w, err.Error(), http.StatusConflict) }

// answer replies with v, or with what was refused.
func answer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		refuse(w, err)
		return
	}
	plaintext.Reply(w, v)
}

// done replies with nothing, or with what was refused.
func done(w http.ResponseWriter, err error) {
	if err != nil {
		refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// change serves what is about a key and has no answer.
func change(f func(ctx context.Context, key string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { done(w, f(r.Context(), r.PathValue("key"))) }
}

// body decodes at most 64 KB of JSON. If they are none, the complaint is the answer.
func body(w http.ResponseWriter, r *http.Request, v any, complaint string) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(v); err != nil {
		http.Error(w, complaint+": "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func (s Server) serveReady(w http.ResponseWriter, _ *http.Request) {
	if !s.Group.Snapshot().Ready {
		http.Error(w, "aurad has not looked at the whole fleet yet.", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "aurad is ready.")
}

func (s Server) serveHold(w http.ResponseWriter, r *http.Request) {
	var h spec.Hold
	if !body(w, r, &h, "the body is not a hold") {
		return
	}
	h.Key, h.By = r.PathValue("key"), PeerOf(r.Context()).Name
	done(w, s.Group.Hold(r.Context(), h))
}

func (s Server) serveForget(w http.ResponseWriter, r *http.Request) {
	var f daemon.Forgetting
	if !body(w, r, &f, "the body says not what to forget") {
		return
	}
	was, err := s.Group.Forget(r.Context(), r.PathValue("key"), PeerOf(r.Context()).Name, f)
	answer(w, was, err)
}

// serveDeposit takes a credential from whoever may use the unix socket. Nothing of the body is ever
// repeated, not even in an error.
func (s Server) serveDeposit(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
	if err != nil {
		http.Error(w, "the body does not arrive", http.StatusBadRequest)
		return
	}
	c, err := secrets.ParseEnv(r.PathValue("key"), text)
	if err != nil {
		http.Error(w, "the body is no credential: "+err.Error(), http.StatusBadRequest)
		return
	}
	done(w, s.Group.Deposit(r.Context(), c, PeerOf(r.Context()).Name))
}

// serveRaw hands the reply to whoever may use the unix socket.
func (s Server) serveRaw(w http.ResponseWriter, r *http.Request) {
	raw, err := s.Group.RawReply(r.PathValue("key"))
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(raw.Reveal()))
}
