// Package state is what aurad remembers over restarts: which instances are whose, creates under way and
// the replies to them, holds, durations, and what was sent to Aura in the last minute. It knows how each
// is written and what must become true in one step, and hands that to an Engine, which makes it durable.
// It must not know what any of it is for, nor which technology is below it.
package state

import (
	"errors"
	"fmt"
)

// State is the memory of one account of a fleet. Every change is durable before the call returns.
type State struct {
	entries
	meta
	replies
	requests
	fleet *records
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
	s := &State{}
	if err := s.open(cfg); err != nil {
		return nil, errors.Join(err, cfg.Requests.Close(), cfg.Fleet.Close())
	}
	return s, nil
}

func (s *State) open(cfg Config) (err error) {
	if s.fleet, err = load(cfg.Fleet); err != nil {
		return err
	}
	requested, err := load(cfg.Requests)
	if err != nil {
		return err
	}
	if err = upgrade(s.fleet); err != nil {
		return err
	}
	s.entries.fleet, s.meta.fleet = s.fleet, s.fleet
	s.entries.amendments = map[string]amendment{}
	s.replies.entries, s.requests.sent = &s.entries, requested
	sealed, err := s.spooling()
	if err != nil {
		return err
	}
	key, err := cfg.SealKey(sealed)
	if err != nil {
		return err
	}
	sealer, err := newSeal(key)
	if err != nil {
		return err
	}
	s.replies.seal, s.requests.seal = sealer, sealer
	return s.takeBack()
}

// Place says where this state is, for errors.
func (s *State) Place() string { return s.fleet.engine.Place() }

// Close gives the engines back.
func (s *State) Close() error {
	return errors.Join(s.sent.engine.Close(), s.fleet.engine.Close())
}

// Schema names the version of what is written. An older one is upgraded; any other is refused, not
// guessed at.
const Schema = "aurad.state/v2"

func errSchema(have string) error {
	return fmt.Errorf("its schema is %q and this aurad knows %q; use the aurad that wrote it", have, Schema)
}
