package state

import (
	"encoding/json"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/reconcile"
)

// Two write to the entry of a create that is under way: its flight, which takes the create on, and
// the loop, which goes on with a new file or with the time. So a flight writes no entry but a
// transition of the one that is there, and an entry that the loop writes meanwhile takes the
// transitions of the flight along.

// amendment is the transitions that a flight has made durable and that the loop knows nothing of yet.
type amendment struct {
	nonce string
	steps []func(reconcile.Entry) reconcile.Entry
}

func (a amendment) of(e reconcile.Entry) reconcile.Entry {
	if e.Birth == nil || e.Birth.Nonce != a.nonce {
		return e
	}
	for _, step := range a.steps {
		e = step(e)
	}
	return e
}

// Amend makes a transition of the create of key durable; e is its entry as it was when the flight began.
// It has happened even if the engine does not take it: the loop hears of it all the same.
func (s *entries) Amend(key string, e reconcile.Entry, step func(reconcile.Entry) reconcile.Entry) error {
	err := s.amendWith("remember "+key, key, e, step)
	if err != nil {
		s.amending.Lock()
		defer s.amending.Unlock()
		s.tell(key, e, step)
	}
	return err
}

// amendWith makes a transition durable together with other changes, in one step, or neither.
func (s *entries) amendWith(what, key string, e reconcile.Entry, step func(reconcile.Entry) reconcile.Entry, also ...Change) error {
	s.amending.Lock()
	defer s.amending.Unlock()
	err := s.fleet.commit(what, append(also, put(Entries, key, step(s.entryNow(key, e))))...)
	if err == nil {
		s.tell(key, e, step)
	}
	return err
}

// tell keeps a transition until the loop asks for it.
func (s *entries) tell(key string, e reconcile.Entry, step func(reconcile.Entry) reconcile.Entry) {
	if e.Birth == nil {
		return
	}
	all := s.amendments[key]
	if all.nonce != e.Birth.Nonce {
		all = amendment{nonce: e.Birth.Nonce}
	}
	all.steps = append(all.steps, step)
	s.amendments[key] = all
}

// entryNow is the entry of key as it was committed last, if that is of the same create; e itself if not.
func (s *entries) entryNow(key string, e reconcile.Entry) reconcile.Entry {
	var now reconcile.Entry
	err := json.Unmarshal(s.fleet.get(Entries, key), &now)
	if err != nil || now.Birth == nil || e.Birth == nil || now.Birth.Nonce != e.Birth.Nonce {
		return e
	}
	return now
}

// PutEntry remembers e under key.
func (s *entries) PutEntry(key string, e reconcile.Entry) error {
	s.amending.Lock()
	defer s.amending.Unlock()
	return s.fleet.commit("remember "+key, put(Entries, key, s.newest(key, e)))
}

// newest is an entry of the loop with what its flight has made durable meanwhile.
func (s *entries) newest(key string, e reconcile.Entry) reconcile.Entry {
	if e.AnswerAwaited() {
		e = s.amendments[key].of(e)
	}
	return e
}

// Amended is the loop's entry of key with what its flight made durable, of which it knows now.
func (s *entries) Amended(key string, e reconcile.Entry) reconcile.Entry {
	s.amending.Lock()
	defer s.amending.Unlock()
	defer delete(s.amendments, key)
	return s.amendments[key].of(e)
}

// Stamps is all that is durable and that was stamped by the wall clock, but for what people named by it.
type Stamps struct {
	Entries reconcile.Ledger // those that have any
	File    FileRead
	Anchor  clock.Anchor
}

// PutStamps remembers all of it in one step, or nothing: what is moved twice would be wrong.
func (s *entries) PutStamps(all Stamps) error {
	s.amending.Lock()
	defer s.amending.Unlock()
	changes := []Change{put(Meta, "file", all.File), put(Meta, "anchor", all.Anchor)}
	for _, key := range all.Entries.Keys() {
		changes = append(changes, put(Entries, key, s.newest(key, all.Entries[key])))
	}
	return s.fleet.commit("follow the clock", changes...)
}
