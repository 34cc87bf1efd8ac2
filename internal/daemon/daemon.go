// Package daemon makes a fleet real: it observes, lets package reconcile decide, acts on one
// decision after the other, and records what came of it, durably, before it goes on.
//
// It owns everything that touches the world for longer than a call: the loop, the timers, the
// state file, the watched file, the HTTP endpoints. It must not decide: what to do, in which
// order and when is package reconcile's word, and `plan`, `apply` and `run` differ only in how
// far they follow it.
package daemon

import (
	"log/slog"
	"maps"
	"time"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/internal/change"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/look"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/bounded"
	"github.com/aurad/aurad/spec"
)

// API is what the daemon asks of Aura. *aura.Client is the only real one.
type API interface {
	look.API
	change.API
	create.API
	AuthorizedUntil() time.Time
}

// Config is what a Daemon is made of. All of the first block is required. Fleet is the part of one
// account; several accounts have a Daemon each.
type Config struct {
	API    API
	Budget *budget.Budget
	Store  secrets.Store
	State  *state.State
	Clock  clock.Clock
	Log    *slog.Logger
	Fleet  *spec.Fleet

	Owners  *book.Owners        // shared by the daemons of one file; nil when it has one account
	Notify  func(journal.Event) // told of everything that happens, in order; must not block
	Crash   func(point string)  // told of every boundary of the create protocol; for tests that kill
	Alive   func()              // called by the loop itself at every turn and every nap, at least twice a minute
	Workers int                 // requests under way at once; 0 means 1, which keeps runs deterministic
}

// Daemon is one account's part of a fleet and what is known of it. Its methods belong to one goroutine;
// only Snapshot may be called from others.
type Daemon struct {
	*book.Book // its Clock is turns
	api        API
	budget     *budget.Budget
	Alive      func() // called by the loop itself at every turn and every nap, at least twice a minute
	workers    int    // requests under way at once

	looks    *look.Looker
	changes  *change.Requester
	creates  *create.Maker
	surveyed bool     // every instance of the file has been looked at, or a look has failed
	passage  *passage // of the fleet file, of aurad's life, and what they are stamped by
	blocks   blocks   // what people were told
	board    *board   // what others may see
	holding
	supplies
}

// New reads the state and returns a daemon that has not looked at anything yet.
func New(cfg Config) (*Daemon, error) {
	cfg = cfg.complete()
	turns := clock.NewTurns(cfg.Clock)
	b := &book.Book{State: cfg.State, Store: bounded.New(cfg.Store), Clock: turns, Log: cfg.Log, Notify: cfg.Notify, Owners: cfg.Owners}
	if err := b.Read(); err != nil {
		return nil, err
	}
	d := &Daemon{Book: b, api: cfg.API, budget: cfg.Budget, Alive: cfg.Alive, workers: max(1, cfg.Workers),
		looks: look.New(b, cfg.API), changes: change.New(b, cfg.API), creates: create.New(b, cfg.API, cfg.Crash)}
	d.board = newBoard(cfg)
	d.holding, d.supplies = holding{b, d.board}, supplies{d.creates, d.board, cfg.API.Instance}
	d.changes.Moved = d.holding.moved
	d.board.showHolds(b.Holds)
	var err error
	if d.blocks.now, err = cfg.State.Blocks(); err != nil {
		return nil, err
	}
	if d.passage, err = readPassage(b, d.looks, turns); err != nil {
		return nil, err
	}
	if err := d.passage.catchUp(); err != nil {
		return nil, err
	}
	cfg.Owners.Tell(book.AccountOf(cfg.Fleet), b.Ledger)
	return d, d.takeFleet(cfg.Fleet)
}

// complete puts functions that do nothing where a Config has none.
func (cfg Config) complete() Config {
	if cfg.Notify == nil {
		cfg.Notify = func(journal.Event) {}
	}
	if cfg.Alive == nil {
		cfg.Alive = func() {}
	}
	if cfg.Crash == nil {
		cfg.Crash = func(string) {}
	}
	return cfg
}

// SetFleet takes a new fleet.yaml into force under a running daemon. It may be half written, so that
// what it alone asks for waits for a moment.
func (d *Daemon) SetFleet(f *spec.Fleet) error {
	d.passage.changed(f.Digest)
	return d.takeFleet(f)
}

// takeFleet takes a fleet.yaml into force: what must outlive a block is noted, what left the
// file begins to be absent, and what came back is forgiven.
func (d *Daemon) takeFleet(f *spec.Fleet) error {
	d.Fleet = f
	d.budget.Limit(f.Budget.RequestsPerMinute - f.Budget.Reserve)
	changed := d.Ledger.Read(f, d.Clock.Now())
	for _, key := range changed.Keys() {
		if err := d.Remember(key, changed[key]); err != nil {
			return err
		}
	}
	return d.passage.begin(f.Digest)
}

// World is what a plan is made from, at now.
func (d *Daemon) World(now time.Time) reconcile.World { return d.worldOf(d.Fleet, d.Ledger, now) }

// worldOf is what the plan of a fleet is made from, in force or not, with what is remembered once
// it was read.
func (d *Daemon) worldOf(f *spec.Fleet, led reconcile.Ledger, now time.Time) reconcile.World {
	owners, _ := d.Owners.Others(book.AccountOf(f), f)
	steady, at := d.passage.steady(f.Digest, now)
	looks, list := d.looks.Failing()
	return reconcile.World{
		Fleet: f.Name, Policy: f.Policy, Blocks: f.Blocks(), Moved: f.Moved, Removed: f.Removed,
		Proven: d.looks.Proven(f.Name), Foreign: d.looks.Foreign(f.Name), Store: d.Store.Name(),
		Account: book.AccountOf(f), Elsewhere: f.Elsewhere, Owners: owners,
		Now: now, TenantID: f.TenantID, Desired: f.At(now, d.Holds),
		Lived: d.passage.lived(), Steady: steady, SteadyAt: at, WholeAt: d.passage.wholeAt(now),
		Observed: d.Observed, Ledger: led, Timings: d.Timings, LookFailed: looks, ListFailed: list,
		AuthorizedUntil: d.api.AuthorizedUntil(), Limit: d.budget.State().Limit, Surveying: !d.surveyed, JumpedAt: d.passage.jumpedAt,
	}
}

// Plan says what is to be done at now. It is the one and only source of what plan prints and
// what apply and run do.
func (d *Daemon) Plan(now time.Time) reconcile.Plan { return d.decide(d.Fleet, d.World(now)) }

// PlanOf says what would be done at now if f, the part of this account, came into force. Nothing
// is remembered of it.
func (d *Daemon) PlanOf(f *spec.Fleet, now time.Time) reconcile.Plan {
	led := maps.Clone(d.Ledger)
	maps.Copy(led, led.Read(f, now))
	return d.decide(f, d.worldOf(f, led, now))
}

func (d *Daemon) decide(f *spec.Fleet, w reconcile.World) reconcile.Plan {
	_, removed := d.Owners.Others(book.AccountOf(f), f)
	return reconcile.PermitBeside(reconcile.Diff(w), f.Policy, len(f.Elsewhere), removed)
}
