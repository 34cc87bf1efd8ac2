// Package simbolt lets the databases of a simulated account answer Bolt, each on a port of its own.
//
// It knows what a status of the API means for one who connects, and what the password is. It must
// not know aurad: a credential that is tried here is tried as with Aura.
package simbolt

import (
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/boltsim"
)

const (
	// warmUp is how long an instance that was created or resumed is there without its database, in
	// the time of the account. Aura's own advice is to wait a minute.
	warmUp = 20 * time.Second
	// look is how often a port asks for the status: there may be hundreds of them.
	look = 200 * time.Millisecond
)

// Ports are the ports of an account's databases.
type Ports struct {
	cert  tls.Certificate
	added chan struct{} // holds a token while servers wait to be served

	mu      sync.Mutex
	sim     *aurasim.Sim // nil before Serve
	clock   func() time.Time
	byID    map[string]*boltsim.Server
	waiting []*boltsim.Server
	failed  error // of a port that could not be opened
}

// New has no port open. cert must be good for 127.0.0.1. now is the clock of the account.
func New(cert tls.Certificate, now func() time.Time) *Ports {
	return &Ports{cert: cert, clock: now, added: make(chan struct{}, 1), byID: map[string]*boltsim.Server{}}
}

// Address is the host and port of an instance's database, the same for ever. The first time it is
// asked for, the port is opened; when it can't be, it is "", and Serve ends with the reason.
func (p *Ports) Address(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if server := p.byID[id]; server != nil {
		return server.Address()
	}
	server, err := boltsim.Listen(database{p, id}, boltsim.Config{Certificate: &p.cert, Look: look})
	if err != nil {
		p.failed = fmt.Errorf("the database of %s: %w", id, err)
	} else {
		p.byID[id] = server
		p.waiting = append(p.waiting, server)
	}
	select {
	case p.added <- struct{}{}:
	default:
	}
	if err != nil {
		return ""
	}
	return server.Address()
}

// Serve answers for the databases of sim until ctx ends.
func (p *Ports) Serve(ctx context.Context, sim *aurasim.Sim) error {
	p.mu.Lock()
	p.sim = sim
	p.mu.Unlock()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		for {
			select {
			case <-ctx.Done():
			case <-p.added:
			}
			servers, err := p.take()
			for _, s := range servers { // after the end too: that closes them
				g.Go(func() error { return s.Serve(ctx) })
			}
			if err != nil || ctx.Err() != nil {
				return err
			}
		}
	})
	return g.Wait()
}

func (p *Ports) take() ([]*boltsim.Server, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	servers := p.waiting
	p.waiting = nil
	return servers, p.failed
}

// database is one instance, as boltsim asks for it.
type database struct {
	ports *Ports
	id    string
}

// now is the truth; ok is false before Serve and after the instance.
func (d database) now() (in aurasim.Instance, ok bool) {
	d.ports.mu.Lock()
	sim := d.ports.sim
	d.ports.mu.Unlock()
	if sim == nil {
		return in, false
	}
	return sim.Instance(d.id)
}

// State implements boltsim.Instance. While an instance changes its size it stays; what fills it
// with other data closes its database.
func (d database) State() boltsim.State {
	in, ok := d.now()
	switch {
	case !ok || in.Deleted:
		return boltsim.Paused
	case slices.Contains([]string{aurasim.StatusOverwriting, aurasim.StatusRestoring, aurasim.StatusLoading, aurasim.StatusLoadingFailed}, in.Status):
		return boltsim.Starting
	case slices.Contains([]string{aurasim.StatusResizing, aurasim.StatusUpdating}, in.Status):
		return boltsim.Running
	case in.Status != aurasim.StatusRunning:
		return boltsim.Paused
	case woken(in) && d.ports.clock().Before(in.Since.Add(warmUp)):
		return boltsim.Starting
	}
	return boltsim.Running
}

// woken says that the instance was away before it ran.
func woken(in aurasim.Instance) bool {
	n := len(in.History)
	return n > 1 && slices.Contains([]string{aurasim.StatusCreating, aurasim.StatusResuming, aurasim.StatusPaused}, in.History[n-2].Status)
}

// Username implements boltsim.Instance, as the rest does.
func (d database) Username() string { return "neo4j" }

func (d database) Password() string {
	in, _ := d.now()
	return in.Password
}

func (d database) SetPassword(password string) {
	d.ports.mu.Lock()
	sim := d.ports.sim
	d.ports.mu.Unlock()
	if sim != nil {
		sim.SetPassword(d.id, password)
	}
}

func (d database) Databases() []string                 { return []string{"neo4j"} }
func (d database) Writes() boltsim.Writes              { return boltsim.Accepted }
func (d database) Transactions() []boltsim.Transaction { return nil }
