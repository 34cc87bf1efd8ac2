package daemon

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/secrets"
)

// serveDeposit takes a credential from whoever may use the unix socket. The store and Aura are
// asked here, beside the loop: an edge must not wait for a person. Nothing of the body is ever
// repeated, not even in an error.
func (d *Daemon) serveDeposit(w http.ResponseWriter, r *http.Request, asks chan<- Ask) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
	if err != nil {
		http.Error(w, "the body does not arrive", http.StatusBadRequest)
		return
	}
	c, err := secrets.ParseEnv(r.PathValue("key"), body)
	if err != nil {
		http.Error(w, "the body is no credential: "+err.Error(), http.StatusBadRequest)
		return
	}
	if err := d.take(r.Context(), asks, c); err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// take stores c and remembers that. The loop is asked before and after, since what key stands for
// may have changed meanwhile.
func (d *Daemon) take(ctx context.Context, asks chan<- Ask, c secrets.Credential) error {
	var claim secrets.Claim
	err := onLoop(ctx, asks, func(d *Daemon) (err error) {
		claim = create.ClaimOf(d.Fleet.Name, c.Key, d.Ledger[c.Key])
		c, err = d.creates.Accepts(c)
		return err
	})
	if err != nil {
		return err
	}
	if err := create.Deposit(ctx, d.Store, c, claim, d.api.Instance); err != nil {
		return err
	}
	by := PeerOf(ctx).Name
	return onLoop(ctx, asks, func(d *Daemon) error { return d.Deposited(c, by) })
}

func serveRecover(w http.ResponseWriter, r *http.Request, loops ...chan<- Ask) {
	all := []create.Recovered{}
	for _, asks := range loops {
		err := onLoop(r.Context(), asks, func(d *Daemon) error {
			its, err := d.RecoverSpooled(context.WithoutCancel(r.Context()))
			all = append(all, its...)
			return err
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
	}
	reply(w, all)
}

// errHungUp is what nobody reads: whoever asked went away.
var errHungUp = errors.New("the request was given up")

// onLoop runs f on the daemon's own goroutine and returns its error.
func onLoop(ctx context.Context, asks chan<- Ask, f func(*Daemon) error) error {
	answer := make(chan error, 1)
	select {
	case asks <- func(d *Daemon) { answer <- f(d) }:
		return <-answer
	case <-ctx.Done():
		return errHungUp
	}
}

// serveRaw hands the reply to whoever may use the unix socket.
func (d *Daemon) serveRaw(w http.ResponseWriter, r *http.Request) {
	raw, err := create.RawReply(d.State, r.PathValue("key"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(raw.Reveal()))
}
