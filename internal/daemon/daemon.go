// Package daemon makes a fleet real: it observes, lets package reconcile decide, acts on one
// decision after the other, and records what came of it, durably, before it goes on.
//
// It owns everything that touches the world for longer than a call: the loop, the timers, the
// state file, the watched file, the HTTP endpoints. It must not decide: what to do, in which
// order and when is package reconcile's word, and `plan`, `apply` and `run` differ only in how
// far they follow it.
package daemon

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/budget"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// API is what the daemon asks of Aura. *aura.Client is the only real one.
type API interface {
	Authorize(ctx context.Context, until time.Time) error
	AuthorizedUntil() time.Time
	Instances(ctx context.Context, tenantID string) ([]aura.Summary, error)
	Instance(ctx context.Context, id string) (aura.Instance, error)
	Create(ctx context.Context, req aura.CreateRequest) (aura.Reply, error)
	Patch(ctx context.Context, id string, p aura.PatchRequest) (*aura.Instance, error)
	Delete(ctx context.Context, id string) (*aura.Instance, error)
	Pause(ctx context.Context, id string) (*aura.Instance, error)
	Resume(ctx context.Context, id string) (*aura.Instance, error)
	Upgrade(ctx context.Context, id string, u aura.UpgradeRequest) (*aura.Instance, error)
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

	Owners  *Owners             // shared by the daemons of one file; nil when it has one account
	Notify  func(journal.Event) // told of everything that happens, in order; must not block
	Crash   func(point string)  // told of every boundary of the create protocol; for tests that kill
	Alive   func()              // called by the loop itself at every turn and every nap, at least twice a minute
	Workers int                 // requests under way at once; 0 means 1, which keeps runs deterministic
}

// Daemon is one fleet and what is known of it. Its methods belong to one goroutine; only
// Snapshot may be called from others.
type Daemon struct {
	Config                // its Clock is turns
	turns    *clock.Turns // put to the wall at the start of every turn
	observed reconcile.Observed
	ledger   reconcile.Ledger
	timings  reconcile.Timings
	holds    []spec.Hold
	surveyed bool                     // every instance of the file has been looked at, or a look has failed
	stored   map[string]secrets.Owned // by key, what the store says; as of the newest list that asked it
	history  histories                // what instances were, for people
	unlisted map[string]bool          // ids of ours that the newest list does not show
	faults   string                   // entries of the newest list that can't be worked with, as they were warned of
	troubles map[string]trouble       // looks and lists that failed, by what was looked at
	jumpedAt time.Time                // when the clock last went ahead of the time that passed here
	anchor   clock.Anchor             // what is durable is stamped by it
	reading  reading                  // of the fleet file, and how long aurad has lived
	blocks   []reconcile.Block        // what people were told is blocked, before this process too
	told     map[blockID]bool         // likewise, by this process
	flights  map[string]*flight       // creates that are waited for beside the loop, by key
	landed   chan struct{}            // one of them has ended

	mu       sync.Mutex
	snapshot Snapshot
}

// New reads the state and returns a daemon that has not looked at anything yet.
func New(cfg Config) (*Daemon, error) {
	d := &Daemon{Config: cfg, unlisted: map[string]bool{}, troubles: map[string]trouble{}, history: histories{},
		flights: map[string]*flight{}, landed: make(chan struct{}, 1)}
	d.turns = clock.NewTurns(cfg.Clock)
	d.Clock, d.Workers = d.turns, max(1, cfg.Workers)
	d.Store = &boundedStore{Store: cfg.Store}
	if d.Notify == nil {
		d.Notify = func(journal.Event) {}
	}
	if d.Alive == nil {
		d.Alive = func() {}
	}
	if d.Crash == nil {
		d.Crash = func(string) {}
	}
	var err error
	if d.ledger, err = cfg.State.Ledger(); err != nil {
		return nil, err
	}
	if d.timings, err = cfg.State.Timings(); err != nil {
		return nil, err
	}
	if d.holds, err = cfg.State.Holds(); err != nil {
		return nil, err
	}
	if d.blocks, err = cfg.State.Blocks(); err != nil {
		return nil, err
	}
	d.setHolds(d.holds)
	if err := d.reading.load(d); err != nil {
		return nil, err
	}
	if err := d.catchUp(); err != nil {
		return nil, err
	}
	cfg.Owners.tell(account(cfg.Fleet), d.ledger)
	d.snapshot.Config = ConfigStatus{File: cfg.Fleet.File, Digest: cfg.Fleet.Digest, LoadedAt: cfg.Clock.Now()}
	return d, d.takeFleet(cfg.Fleet)
}

// SetFleet takes a new fleet.yaml into force under a running daemon. It may be half written, so that
// what it alone asks for waits for a moment.
func (d *Daemon) SetFleet(f *spec.Fleet) error {
	d.reading.changed(d, f.Digest)
	return d.takeFleet(f)
}

// takeFleet takes a fleet.yaml into force: what must outlive a block is noted, what left the
// file begins to be absent, and what came back is forgiven.
func (d *Daemon) takeFleet(f *spec.Fleet) error {
	d.Fleet = f
	d.Budget.Limit(f.Budget.RequestsPerMinute - f.Budget.Reserve)
	changed := d.ledger.Read(f, d.Clock.Now())
	for _, key := range changed.Keys() {
		if err := d.remember(key, changed[key]); err != nil {
			return err
		}
	}
	return d.reading.begin(d, f.Digest)
}

// World is what a plan is made from, at now.
func (d *Daemon) World(now time.Time) reconcile.World { return d.worldOf(d.Fleet, d.ledger, now) }

// worldOf is what the plan of a fleet is made from, in force or not, with what is remembered once
// it was read.
func (d *Daemon) worldOf(f *spec.Fleet, led reconcile.Ledger, now time.Time) reconcile.World {
	owners, _ := d.Owners.others(account(f), f)
	steady, at := d.reading.steady(d, f.Digest, now)
	looks, list := d.failing()
	return reconcile.World{
		Fleet: f.Name, Policy: f.Policy, Blocks: f.Blocks(), Moved: f.Moved, Removed: f.Removed,
		Proven: d.proven(f.Name), Store: d.Store.Name(),
		Account: account(f), Elsewhere: f.Elsewhere, Owners: owners,
		Now: now, TenantID: f.TenantID, Desired: f.At(now, d.holds),
		Lived: d.lived(), Steady: steady, SteadyAt: at, WholeAt: d.reading.wholeAt(d, now),
		Observed: d.observed, Ledger: led, Timings: d.timings, LookFailed: looks, ListFailed: list,
		AuthorizedUntil: d.API.AuthorizedUntil(), Limit: d.Budget.State().Limit, Surveying: !d.surveyed, JumpedAt: d.jumpedAt,
	}
}

// Plan says what is to be done at now. It is the one and only source of what plan prints and
// what apply and run do.
func (d *Daemon) Plan(now time.Time) reconcile.Plan { return d.decide(d.Fleet, d.World(now)) }

// PlanOf says what would be done at now if f, the part of this account, came into force. Nothing
// is remembered of it.
func (d *Daemon) PlanOf(f *spec.Fleet, now time.Time) reconcile.Plan {
	led := maps.Clone(d.ledger)
	maps.Copy(led, led.Read(f, now))
	return d.decide(f, d.worldOf(f, led, now))
}

func (d *Daemon) decide(f *spec.Fleet, w reconcile.World) reconcile.Plan {
	_, removed := d.Owners.others(account(f), f)
	others := reconcile.Beside{Instances: len(f.Elsewhere), Removed: removed}
	return reconcile.PermitBeside(reconcile.Diff(w), f.Policy, others)
}

// remember makes an entry durable, then true.
func (d *Daemon) remember(key string, e reconcile.Entry) error {
	if err := d.State.PutEntry(key, e); err != nil {
		return err
	}
	d.ledger[key] = e
	return nil
}

func (d *Daemon) forget(key string) error {
	d.release(context.Background(), key) // the store's own time bounds it
	if err := d.State.Forget(key); err != nil {
		return err
	}
	delete(d.ledger, key)
	return nil
}

// forgetGone forgets an instance that is no more. Which one it was is kept: its credential gives
// way to that of the next one of this key.
func (d *Daemon) forgetGone(key string, e reconcile.Entry) error {
	if e.ID == "" || !e.Missing.Gone() {
		return d.forget(key)
	}
	return d.remember(key, e.Vacated())
}
