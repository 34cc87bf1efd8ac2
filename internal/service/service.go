// Package service is aurad as a service: the watched file, the unix socket, the HTTP port, systemd and
// telemetry around a group of daemons, started together and ended together.
//
// It must not know how the daemons were put together, nor flags, and decides nothing about a fleet.
package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/fleetfile"
)

// Service is a daemon with its ears: the watched file, the socket, the HTTP port.
type Service struct {
	Group     *group.Group
	Watcher   *fleetfile.Watcher
	Around    func(http.Handler) http.Handler // around the daemon's own
	Parse     fleetfile.Parser                // reads a fleet file that is sent to be planned
	Sides     []func(context.Context)         // run beside it until the context ends
	listeners []net.Listener
	Begin     func(*http.Server, net.Listener) error // how the HTTP port is served; nil for plainly
	Hosts     []string                               // names the HTTP port answers to beside its own

	// announce hands on what the watcher sends, and tells somebody of it; nil for nobody.
	announce func(ctx context.Context, from <-chan fleetfile.Reload, to chan<- fleetfile.Reload, asks chan<- daemon.Ask)
}

// Listen opens the unix socket, and the address if there is one.
func (s *Service) Listen(stateDir, address string) error {
	socket, err := control.ListenSocket(stateDir)
	if err != nil {
		return fmt.Errorf("open the socket of the state folder: %w", err)
	}
	s.listeners = append(s.listeners, socket)
	if address == "" {
		return nil
	}
	tcp, err := net.Listen("tcp", address)
	if err != nil {
		return errors.Join(fmt.Errorf("--listen: %w", err), socket.Close())
	}
	s.listeners = append(s.listeners, tcp)
	return nil
}

// Address is where HTTP is served; "" when only the socket is.
func (s *Service) Address() string {
	if len(s.listeners) < 2 {
		return ""
	}
	return s.listeners[1].Addr().String()
}

// Run serves until ctx ends or a part fails, and returns when all parts have ended.
func (s *Service) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	reloads, asks, nudges := make(chan fleetfile.Reload), make(chan daemon.Ask), make(chan os.Signal, 1)
	hup := s.Watcher.Nudge
	s.Watcher.Nudge = nudges
	group.Go(func() error { relay(ctx, hup, nudges); return nil })
	read := reloads
	if s.announce != nil {
		read = make(chan fleetfile.Reload)
		group.Go(func() error { s.announce(ctx, read, reloads, asks); return nil })
	}
	group.Go(func() error { return s.Watcher.Watch(ctx, read) })
	group.Go(func() error { return s.Group.Run(ctx, reloads, asks) })
	for _, side := range s.Sides {
		group.Go(func() error { side(ctx); return nil })
	}
	its := control.Server{Group: s.Group, Reload: func() { nudge(nudges) }, Parse: s.Parse}
	for i, l := range s.listeners {
		handler, begin := public(s.Around(its.Public()), l.Addr(), s.Hosts), s.Begin
		if i == 0 { // the socket, which only this user can reach
			handler, begin = s.Around(its.Private()), nil
		}
		group.Go(func() error { return control.Serve(ctx, l, handler, begin) })
	}
	return group.Wait()
}
