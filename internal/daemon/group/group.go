// Package group runs the daemons of one fleet file, one for each account, side by side: to the outside they
// are one.
//
// It routes and adds up, and knows which account a key belongs to. It must not decide anything: each daemon does
// that for itself.
package group

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/spec"
)

// Group is the daemons of one fleet file, one per account, side by side: to the outside they are
// one. It only routes and adds up; each Daemon decides and acts for itself, on its own budget. A
// Group of one is that Daemon.
type Group struct {
	members []*member

	mu    sync.Mutex
	fleet *spec.Fleet // the whole file that is in force
}

// member is one account's daemon and the channels that reach its loop.
type member struct {
	account string
	*daemon.Daemon
	asks    chan daemon.Ask
	reloads chan fleetfile.Reload
}

// New makes a group of the daemons of f's accounts, in the order of f.Accounts.
func New(f *spec.Fleet, daemons ...*daemon.Daemon) *Group {
	g := &Group{fleet: f}
	for _, d := range daemons {
		g.members = append(g.members, &member{d.Account(), d, make(chan daemon.Ask), make(chan fleetfile.Reload)})
	}
	return g
}

// Watch makes f hear of the loops' turns: once whenever all of them have turned since the last
// time, so that one that hangs is not hidden by the others. It is to be called before Run.
func (g *Group) Watch(f func()) {
	if len(g.members) == 1 {
		g.members[0].Alive = f
		return
	}
	var mu sync.Mutex
	turned := map[*member]bool{}
	for _, m := range g.members {
		m.Alive = func() {
			mu.Lock()
			defer mu.Unlock()
			turned[m] = true
			if len(turned) == len(g.members) {
				clear(turned)
				f()
			}
		}
	}
}

// Run runs all daemons until ctx ends or one of them fails, and returns when all have ended. A
// Reload goes to every account in turn; an Ask runs, on the last one's goroutine, once all have
// taken what was sent before it into force.
func (g *Group) Run(ctx context.Context, reloads <-chan fleetfile.Reload, asks <-chan daemon.Ask) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, m := range g.members {
		group.Go(func() error { return m.Run(ctx, m.reloads, m.asks) })
	}
	group.Go(func() error { g.route(ctx, reloads, asks); return nil })
	return group.Wait()
}

func (g *Group) route(ctx context.Context, reloads <-chan fleetfile.Reload, asks <-chan daemon.Ask) {
	for {
		select {
		case <-ctx.Done():
			return
		case re := <-reloads:
			g.reload(ctx, re)
		case ask := <-asks:
			g.ask(ctx, ask)
		}
	}
}

// reload gives every account its part of a new file.
func (g *Group) reload(ctx context.Context, re fleetfile.Reload) {
	if re.Err == nil {
		g.mu.Lock()
		g.fleet = re.Fleet
		g.mu.Unlock()
	}
	for _, m := range g.members {
		part := re
		if re.Err == nil {
			part.Fleet = re.Fleet.For(m.account)
		}
		select {
		case m.reloads <- part:
		case <-ctx.Done():
			return
		}
	}
}

// ask passes every member: one that takes a question has done with what came before it.
func (g *Group) ask(ctx context.Context, last daemon.Ask) {
	for i, m := range g.members {
		ask := func(*daemon.Daemon) {}
		if i == len(g.members)-1 {
			ask = last
		}
		select {
		case m.asks <- ask:
		case <-ctx.Done():
			return
		}
	}
}

// whole is the file in force.
func (g *Group) whole() *spec.Fleet {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.fleet
}

// of is the member that a key of the file belongs to, the first one for a key that is not there.
func (g *Group) of(key string) *member {
	in, _ := g.whole().Instance(key)
	for _, m := range g.members {
		if m.account == in.Account {
			return m
		}
	}
	return g.members[0]
}
