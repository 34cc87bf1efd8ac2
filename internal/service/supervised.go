package service

import (
	"context"
	"log/slog"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/internal/systemd"
)

// Supervise makes the service tell systemd how it is: the loop feeds the watchdog, and a reload
// lasts from the moment the file was read until the loop has it in force.
func (s *Service) Supervise(log *slog.Logger) {
	m := systemd.New(log)
	s.Group.Watch(m.Alive)
	s.Sides = append(s.Sides, func(ctx context.Context) { m.Watch(ctx, s.Group.Snapshot) })
	s.announce = func(ctx context.Context, from <-chan fleetfile.Reload, to chan<- fleetfile.Reload, asks chan<- daemon.Ask) {
		for {
			select {
			case <-ctx.Done():
				return
			case re := <-from:
				m.Reloading()
				if !pass(ctx, to, re) || !pass(ctx, asks, func(*daemon.Daemon) { m.Reloaded() }) {
					return
				}
			}
		}
	}
}

// pass sends v, unless ctx ends first.
func pass[T any](ctx context.Context, to chan<- T, v T) bool {
	select {
	case to <- v:
		return true
	case <-ctx.Done():
		return false
	}
}
