// Package state is what aurad remembers over restarts: which instances are whose, creates under way and
// the replies to them, holds, durations, and what was sent to Aura in the last minute. It knows how each
// is written and what must become true in one step, and hands that to an Engine, which makes it durable.
// It must not know what any of it is for, nor which technology is below it.
package state

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// State is the memory of one account of a fleet. Every change is durable before the call returns.
type State struct {
	fleet      *records
	requests   *records // kept apart: a plan sends requests and must be counted, and yet changes nothing of the fleet's
	seal       seal
	afloat     atomic.Int32         // replies that are in memory alone
	refused    atomic.Bool          // the engine did not take a reply, and has taken nothing sealed since
	amending   sync.Mutex           // of entries whose create is under way
	amendments map[string]amendment // by key
}

// Config is what a State is made of.
type Config struct {
	Fleet    Engine // of FleetKinds
	Requests Engine // of RequestKinds

	// SealKey finds the key that seals replies and tokens at rest. A new one can't open what sealed
	// names: whose replies there are.
	SealKey func(sealed []string) (SealKey, error)
}

// Open reads what the engines have, and upgrades what an older aurad has written. The State has them
// from now on, also when this fails: they are closed then.
func Open(cfg Config) (*State, error) {
	s := &State{amendments: map[string]amendment{}}
	if err := s.open(cfg); err != nil {
		return nil, errors.Join(err, cfg.Requests.Close(), cfg.Fleet.Close())
	}
	return s, nil
}

func (s *State) open(cfg Config) (err error) {
	if s.fleet, err = load(cfg.Fleet); err != nil {
		return err
	}
	if s.requests, err = load(cfg.Requests); err != nil {
		return err
	}
	if err = s.upgrade(); err != nil {
		return err
	}
	sealed, err := s.spooling()
	if err != nil {
		return err
	}
	key, err := cfg.SealKey(sealed)
	if err != nil {
		return err
	}
	if s.seal, err = newSeal(key); err != nil {
		return err
	}
	return s.takeBack()
}

// Place says where this state is, for errors.
func (s *State) Place() string { return s.fleet.engine.Place() }

// Close gives the engines back.
func (s *State) Close() error {
	return errors.Join(s.requests.engine.Close(), s.fleet.engine.Close())
}

// Schema names the version of what is written. An older one is upgraded; any other is refused, not
// guessed at.
const Schema = "aurad.state/v2"

func errSchema(have string) error {
	return fmt.Errorf("its schema is %q and this aurad knows %q; use the aurad that wrote it", have, Schema)
}
