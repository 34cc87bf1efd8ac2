// Package systemd tells a service manager how the daemon is: sd_notify(3), and nothing else.
//
// It knows the notify protocol and how a daemon.Snapshot reads in one line of `systemctl status`.
// It must not know flags, files or HTTP, and it decides nothing: the watchdog lives of the
// reconcile loop alone, because a process whose loop hangs is of no use however well it serves.
package systemd

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	sd "github.com/coreos/go-systemd/v22/daemon"

	"github.com/aurad/aurad/internal/daemon"
)

// Service is one service under a service manager; without one ($NOTIFY_SOCKET) all of it does
// nothing. Its methods may be called from any goroutine.
type Service struct {
	Every time.Duration // between two looks of Watch; 0 means a second

	log     *slog.Logger
	guarded bool // there is a watchdog to feed

	mu       sync.Mutex
	ready    bool // said once
	deaf     bool // the manager could not be told, and that was logged
	stopping bool
	status   string
}

// shortest is the least that a watchdog has to wait: the loop gives a sign of life twice a minute,
// and before every request, which may take a while.
const shortest = time.Minute

// New reads what systemd asks for ($WATCHDOG_USEC). A watchdog that would bite a healthy loop is
// reported.
func New(log *slog.Logger) *Service {
	patience, err := sd.SdWatchdogEnabled(false)
	switch {
	case err != nil:
		log.Warn("can't understand what systemd says of its watchdog; it will not be fed", "error", err)
	case patience > 0 && patience < shortest:
		log.Warn("the watchdog will end this service although nothing is wrong: set WatchdogSec to a minute or more", "watchdog", patience)
	}
	return &Service{log: log, guarded: patience > 0}
}

// grace is by how much a start may take longer, from every sign of life on. A fleet of 500 on
// 25 requests a minute is looked at for 20 minutes.
const grace = 5 * time.Minute

// Alive is to be called by the reconcile loop itself: it feeds the watchdog, and it asks for
// patience while the first look at the fleet is under way.
func (s *Service) Alive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.guarded {
		s.tell(sd.SdNotifyWatchdog)
	}
	if !s.ready {
		s.tell(fmt.Sprintf("EXTEND_TIMEOUT_USEC=%d", grace.Microseconds()))
	}
}

// Watch reports readiness, once every instance has been looked at, and the status line, until
// ctx ends; then it says that the service stops.
func (s *Service) Watch(ctx context.Context, snapshot func() daemon.Snapshot) {
	every := time.NewTicker(cmp.Or(s.Every, time.Second))
	defer every.Stop()
	for {
		s.show(snapshot())
		select {
		case <-ctx.Done():
			s.stop()
			return
		case <-every.C:
		}
	}
}

// show tells what changed.
func (s *Service) show(snap daemon.Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if status := Line(snap); status != s.status {
		s.tell("STATUS=" + status)
		s.status = status
	}
	if snap.Ready && !s.ready {
		s.tell(sd.SdNotifyReady)
		s.ready = true
	}
}

func (s *Service) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	s.tell(sd.SdNotifyStopping + "\nSTATUS=finishing the step in hand")
}

// Reloading says that a new fleet file is being taken into force. The manager waits for
// Reloaded.
func (s *Service) Reloading() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready && !s.stopping {
		s.tell(sd.SdNotifyReloading + "\n" + sd.SdNotifyMonotonicUsec())
	}
}

// Reloaded ends what Reloading began, whether the file was good or not: an older one is still
// in force then, and the status line says so.
func (s *Service) Reloaded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready && !s.stopping {
		s.tell(sd.SdNotifyReady)
	}
}

// tell sends one message. That nobody hears it is worth one line in the log, not a stop.
func (s *Service) tell(message string) {
	if _, err := sd.SdNotify(false, message); err != nil && !s.deaf {
		s.deaf = true
		s.log.Warn("can't tell the service manager how the service is", "error", err)
	}
}
