package state

import (
	"fmt"
	"sync"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// entries are what is remembered by key, and how long operations took.
type entries struct {
	fleet      *records
	amending   sync.Mutex           // of entries whose create is under way
	amendments map[string]amendment // by key
}

// Ledger reads all entries.
func (s *entries) Ledger() (reconcile.Ledger, error) {
	led := reconcile.Ledger{}
	for _, key := range s.fleet.names(Entries) {
		var e reconcile.Entry
		if err := s.fleet.read(Entries, key, fmt.Sprintf("%.40q", key), &e); err != nil {
			return nil, err
		}
		led[key] = e
	}
	return led, nil
}

// Forget drops key and what was spooled for it.
func (s *entries) Forget(key string) error {
	return s.fleet.commit("forget "+key, drop(Sealed, spoolName(key)), drop(Entries, key))
}

// Move remembers entries under other keys, forgets those left, and replaces all holds, in one step.
func (s *entries) Move(changed reconcile.Ledger, left []string, holds []spec.Hold) error {
	var all []Change
	for _, key := range left {
		all = append(all, drop(Entries, key))
	}
	for _, key := range changed.Keys() {
		all = append(all, put(Entries, key, changed[key]))
	}
	for _, key := range s.fleet.names(Holds) {
		all = append(all, drop(Holds, key))
	}
	for _, h := range holds {
		all = append(all, put(Holds, h.Key, h))
	}
	return s.fleet.commit("move keys", all...)
}

// Holds reads the holds that people asked for, sorted by key, ended ones included.
func (s *entries) Holds() (holds []spec.Hold, err error) {
	for _, key := range s.fleet.names(Holds) {
		var h spec.Hold
		if err := s.fleet.read(Holds, key, "the hold of "+key, &h); err != nil {
			return nil, err
		}
		holds = append(holds, h)
	}
	return holds, nil
}

// PutHold remembers a hold, in place of an earlier one of its key.
func (s *entries) PutHold(h spec.Hold) error {
	return s.fleet.commit("hold "+h.Key, put(Holds, h.Key, h))
}

// DropHold forgets the hold of key.
func (s *entries) DropHold(key string) error {
	return s.fleet.commit("release "+key, drop(Holds, key))
}

// Timings reads how long operations took.
func (s *entries) Timings() (reconcile.Timings, error) {
	t := reconcile.Timings{}
	for _, class := range s.fleet.names(Timings) {
		var all []time.Duration
		if err := s.fleet.read(Timings, class, fmt.Sprintf("the timings of %.40q", class), &all); err != nil {
			return nil, err
		}
		t[class] = all
	}
	return t, nil
}

// PutTimings remembers the durations of one class.
func (s *entries) PutTimings(class string, all []time.Duration) error {
	return s.fleet.commit("remember timings", put(Timings, class, all))
}
