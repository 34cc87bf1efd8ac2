// Package control is how people ask an aurad that may or may not be running: one interface, Aurad, and
// what stands behind it. A Client asks a daemon over its unix socket, or wherever else it serves; a Server
// is what the client speaks to; a Local does in the state folder what a daemon would do there.
//
// It knows the control API, sockets and who is at their other end, and states. It must not know commands,
// flags, terminals, nor how an account, a store or a fleet file is found: that is handed in.
package control

import (
	"context"
	"errors"
	"time"

	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Aurad is what people ask of the aurad that looks after a fleet. What it refuses is an error in words for
// whoever asked.
type Aurad interface {
	Status(ctx context.Context) (daemon.Snapshot, error)
	Reload(ctx context.Context) error

	Plan(ctx context.Context, r PlanRequest) (PlanReply, error)

	Holds(ctx context.Context) (HoldsReply, error)
	Hold(ctx context.Context, h spec.Hold) error // By may be filled in
	Release(ctx context.Context, key string) error
	Forget(ctx context.Context, key string, f daemon.Forgetting) (daemon.Forgotten, error)

	Credentials(ctx context.Context) (map[string]reconcile.Credential, error) // by key; never nil
	Supply(ctx context.Context, s Supply) (where string, err error)
	Recover(ctx context.Context) ([]create.Recovered, error)
	RawReply(ctx context.Context, key string) (secrets.Secret, error)
	Discard(ctx context.Context, key string) error

	// Comes says, in a sentence, when what was asked for comes about.
	Comes() string
}

// PlanRequest asks what would be done if a file came into force.
type PlanRequest struct {
	Fleet *spec.Fleet
	Text  []byte    // of the file, for who has to read it elsewhere
	At    time.Time // zero means now
}

// PlanReply is a plan, and what its reader must know of how it came about.
type PlanReply struct {
	Plan  reconcile.Plan
	Notes []string
}

// HoldsReply is the holds that are known. Note says what keeps them from being those of the file.
type HoldsReply struct {
	Holds []spec.Hold
	Note  string
}

// Supply is a password that a person knows. Ask is called once it is known which instance it is of.
type Supply struct {
	Key string
	ID  string // of the instance, where nothing else tells
	Ask func(id, name string) (secrets.Credential, error)
}

// ErrNoDaemon is wrapped when nobody answers.
var ErrNoDaemon = errors.New("no aurad daemon runs")

// Reach is the daemon behind c, or here when none answers.
func Reach(ctx context.Context, c *Client, here *Local) (Aurad, error) {
	err := c.Alive(ctx)
	switch {
	case err == nil:
		return c, nil
	case errors.Is(err, ErrNoDaemon):
		here.unreached = err
		return here, nil
	}
	return nil, err
}
