package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/spec"
)

// Joint is a session for each account of a fleet, and their daemons as one.
type Joint struct {
	Dir     string // the state folder that they share
	Clock   clock.Clock
	Group   *group.Group
	closers []func() error // undone last first
}

// blueprint is what a joint is made from: how the sessions are linked, and how each one gets its
// daemon.
type blueprint struct {
	dir   string
	peek  bool // as link has it
	log   *slog.Logger
	meter func(http.RoundTripper) http.RoundTripper
	equip func(*Session, *spec.Fleet) (*daemon.Daemon, error) // of one account's part
}

// join opens the sessions of all accounts. It sends nothing but what equip does.
func (e Env) join(ctx context.Context, fleet *spec.Fleet, b blueprint) (*Joint, error) {
	accounts, err := e.accounts(fleet)
	if err != nil {
		return nil, err
	}
	if err := RequireTenants(fleet); err != nil {
		return nil, err
	}
	j := &Joint{Dir: b.dir}
	if err := j.open(ctx, e, fleet, accounts, b); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

func (j *Joint) open(ctx context.Context, e Env, fleet *spec.Fleet, accounts []account, b blueprint) error {
	if accounts[0].name != "" {
		if err := j.hold(link{account: account{spoolKey: e.sealKey()}, dir: j.Dir, fleet: fleet.Name, peek: b.peek}); err != nil {
			return err
		}
	}
	owners := book.NewOwners()
	var daemons []*daemon.Daemon
	for _, a := range accounts {
		part, log := fleet.For(a.name), b.log
		if a.name != "" {
			log = log.With("account", a.name)
		}
		s, err := e.connect(ctx, link{account: a, dir: folder.Of(b.dir, a.name), fleet: fleet.Name, peek: b.peek, limit: RequestLimit(part), log: log, meter: b.meter})
		if err != nil {
			return err
		}
		j.closers = append(j.closers, s.Close)
		s.owners, j.Clock = owners, s.Clock
		d, err := b.equip(s, part)
		if err != nil {
			return err
		}
		daemons = append(daemons, d)
	}
	j.Group = group.New(fleet, daemons...)
	return nil
}

// hold keeps the shared folder from others. A state in it is that of a fleet without accounts:
// what it owns would be taken for somebody else's.
func (j *Joint) hold(l link) error {
	s, err := l.open()
	if err != nil {
		return err
	}
	j.closers = append(j.closers, s.Close)
	owned, err := s.Ledger()
	if err != nil || len(owned) == 0 {
		return err
	}
	return fmt.Errorf("the state in %s is of a time when the fleet file had no `accounts`, and owns %s (%s): move its aurad.db, and its spool.key if it has one, to %s for the account that they are in",
		j.Dir, words.Plural(len(owned), "instance"), words.Some(owned.Keys(), 4), folder.Of(j.Dir, "NAME"))
}

func (j *Joint) Close() error {
	var errs []error
	for len(j.closers) > 0 {
		last := len(j.closers) - 1
		errs = append(errs, j.closers[last]())
		j.closers = j.closers[:last]
	}
	return errors.Join(errs...)
}

// inTurn lets daemons that run side by side tell of what happens one at a time.
func inTurn(notify func(journal.Event)) func(journal.Event) {
	var mu sync.Mutex
	return func(e journal.Event) {
		mu.Lock()
		defer mu.Unlock()
		notify(e)
	}
}
