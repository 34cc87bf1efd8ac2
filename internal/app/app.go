package app

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/stores"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// App is aurad for one fleet file and one state folder.
type App struct {
	Env
	File     string // the fleet file
	StateDir string // where the state is; "" for where the environment and the fleet's name say

	Log       *slog.Logger                          // of what is looked at; Open takes its own
	Observing func(*spec.Fleet) func(done, all int) // told how far a look at the fleet is
}

// Open is what apply and run need: the accounts, the stores, the states and the daemons on them.
// A state comes before the store, so that who holds it is known before anything is made.
func (a App) Open(ctx context.Context, fleet *spec.Fleet, notify func(journal.Event), log *slog.Logger, meter func(http.RoundTripper) http.RoundTripper) (*Joint, error) {
	dir, err := a.stateOf(fleet)
	if err == nil {
		err = a.notMisplaced(fleet, dir)
	}
	if err != nil {
		return nil, err
	}
	notify = inTurn(notify)
	return a.join(ctx, fleet, blueprint{dir: dir, log: log, meter: meter, equip: func(s *Session, part *spec.Fleet) (*daemon.Daemon, error) {
		if err := onlyUnnamed(s.state, part); err != nil {
			return nil, err
		}
		store, release, err := a.openStore(part)
		if err != nil {
			return nil, err
		}
		s.closers = append(s.closers, release)
		return s.daemon(part, store, notify)
	}})
}

// openStore opens the credential store that the fleet file names.
func (e Env) openStore(f *spec.Fleet) (store secrets.Store, release func() error, err error) {
	return stores.Open(e.Get, f)
}
