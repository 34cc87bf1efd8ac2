package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/spec"
)

// joint is a session for each account of a fleet, and their daemons as one.
type joint struct {
	dir     string // the state folder that they share
	clock   clock.Clock
	group   *daemon.Group
	closers []func() error // undone last first
}

// blueprint is what a joint is made from: how the sessions are linked, and how each one gets its
// daemon.
type blueprint struct {
	dir   string
	peek  bool // as link has it
	log   *slog.Logger
	meter func(http.RoundTripper) http.RoundTripper
	equip func(*session, *spec.Fleet) (*daemon.Daemon, error) // of one account's part
}

// join opens the sessions of all accounts. It sends nothing but what equip does.
func (p program) join(ctx context.Context, fleet *spec.Fleet, b blueprint) (*joint, error) {
	accounts, err := p.accounts(fleet)
	if err != nil {
		return nil, err
	}
	if err := requireTenants(fleet); err != nil {
		return nil, err
	}
	j := &joint{dir: b.dir}
	if err := j.open(ctx, p, fleet, accounts, b); err != nil {
		return nil, errors.Join(err, j.close())
	}
	return j, nil
}

func (j *joint) open(ctx context.Context, p program, fleet *spec.Fleet, accounts []account, b blueprint) error {
	if accounts[0].name != "" {
		if err := j.hold(link{account: account{spoolKey: p.spoolKey()}, dir: j.dir, fleet: fleet.Name, peek: b.peek}); err != nil {
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
		s, err := p.connect(ctx, link{account: a, dir: folder.Of(b.dir, a.name), fleet: fleet.Name, peek: b.peek, limit: requestLimit(part), log: log, meter: b.meter})
		if err != nil {
			return err
		}
		j.closers = append(j.closers, s.close)
		s.owners, j.clock = owners, s.clock
		d, err := b.equip(s, part)
		if err != nil {
			return err
		}
		daemons = append(daemons, d)
	}
	j.group = daemon.NewGroup(fleet, daemons...)
	return nil
}

// hold keeps the shared folder from others. A state in it is that of a fleet without accounts:
// what it owns would be taken for somebody else's.
func (j *joint) hold(l link) error {
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
		j.dir, words.Plural(len(owned), "instance"), words.Some(owned.Keys(), 4), folder.Of(j.dir, "NAME"))
}

func (j *joint) close() error {
	var errs []error
	for len(j.closers) > 0 {
		last := len(j.closers) - 1
		errs = append(errs, j.closers[last]())
		j.closers = j.closers[:last]
	}
	return errors.Join(errs...)
}

// suffix of the variables of an account: AURA_CLIENT_ID_TEAM_BLUE.
func suffix(name string) string {
	if name == "" {
		return ""
	}
	return "_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// accounts reads the credentials of all accounts of a fleet from the environment. One client id
// with two budgets would be sent more than it may.
func (p program) accounts(fleet *spec.Fleet) ([]account, error) {
	var all []account
	first := map[string]string{}
	for _, named := range fleet.Accounts {
		a, err := p.accountNamed(named.Name)
		if err != nil {
			return nil, err
		}
		if other, ok := first[a.clientID]; ok {
			return nil, fmt.Errorf("the accounts %s and %s have the same client id: make one for each, or one account of both", other, a.name)
		}
		first[a.clientID] = a.name
		all = append(all, a)
	}
	return all, nil
}

// tenants fills in from the environment what the file leaves to it.
func (p program) tenants(fleet *spec.Fleet) {
	for i, a := range fleet.Accounts {
		if a.TenantID == "" {
			fleet.Accounts[i].TenantID = p.env("AURA_TENANT_ID" + suffix(a.Name))
		}
	}
	if len(fleet.Accounts) == 1 {
		fleet.TenantID = fleet.Accounts[0].TenantID
	}
}

// requireTenants is for commands that act: an instance is made in a tenant.
func requireTenants(f *spec.Fleet) error {
	first := map[string]string{}
	for _, a := range f.Accounts {
		other, taken := first[a.TenantID]
		switch {
		case a.Name == "":
			return requireTenant(f)
		case a.TenantID == "":
			return fmt.Errorf("account %s names no tenant: add accounts.%s.tenant_id to %s, or set AURA_TENANT_ID%s (the Aura console shows it as the project id)", a.Name, a.Name, f.File, suffix(a.Name))
		case taken:
			return fmt.Errorf("the accounts %s and %s have the same tenant: a tenant belongs to one account", other, a.Name)
		}
		first[a.TenantID] = a.Name
	}
	return nil
}

// sameAccounts reports whether two files have accounts of the same names.
func sameAccounts(a, b *spec.Fleet) bool {
	if len(a.Accounts) != len(b.Accounts) {
		return false
	}
	for i := range a.Accounts {
		if a.Accounts[i].Name != b.Accounts[i].Name {
			return false
		}
	}
	return true
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
