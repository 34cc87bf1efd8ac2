package daemon

import (
	"encoding/json"

	bolt "go.etcd.io/bbolt"

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

// amend makes a transition of the create of key durable; e is its entry as it was when the flight began.
// It has happened even if the state does not take it: the loop hears of it all the same.
func (s *State) amend(key string, e reconcile.Entry, step func(reconcile.Entry) reconcile.Entry) error {
	err := s.amendWith("remember "+key, key, e, step, func(*bolt.Tx) error { return nil })
	if err != nil {
		s.amending.Lock()
		defer s.amending.Unlock()
		s.tell(key, e, step)
	}
	return err
}

// amendWith makes a transition durable together with something else, in one step, or neither.
func (s *State) amendWith(what, key string, e reconcile.Entry, step func(reconcile.Entry) reconcile.Entry, also func(*bolt.Tx) error) error {
	s.amending.Lock()
	defer s.amending.Unlock()
	err := s.update(what, func(tx *bolt.Tx) error {
		if err := also(tx); err != nil {
			return err
		}
		return putJSON(tx, bucketEntries, key, step(entryNow(tx, key, e)))
	})
	if err == nil {
		s.tell(key, e, step)
	}
	return err
}

// tell keeps a transition until the loop asks for it.
func (s *State) tell(key string, e reconcile.Entry, step func(reconcile.Entry) reconcile.Entry) {
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

// entryNow is the entry of key as the state has it, if that is of the same create; e itself if not.
func entryNow(tx *bolt.Tx, key string, e reconcile.Entry) reconcile.Entry {
	var now reconcile.Entry
	err := json.Unmarshal(tx.Bucket(bucketEntries).Get([]byte(key)), &now)
	if err != nil || now.Birth == nil || e.Birth == nil || now.Birth.Nonce != e.Birth.Nonce {
		return e
	}
	return now
}

// PutEntry remembers e under key.
func (s *State) PutEntry(key string, e reconcile.Entry) error {
	s.amending.Lock()
	defer s.amending.Unlock()
	e = s.newest(key, e)
	return s.update("remember "+key, func(tx *bolt.Tx) error { return putJSON(tx, bucketEntries, key, e) })
}

// newest is an entry of the loop with what its flight has made durable meanwhile.
func (s *State) newest(key string, e reconcile.Entry) reconcile.Entry {
	if e.AnswerAwaited() {
		e = s.amendments[key].of(e)
	}
	return e
}

// amended is the loop's entry of key with what its flight made durable, of which it knows now.
func (s *State) amended(key string, e reconcile.Entry) reconcile.Entry {
	s.amending.Lock()
	defer s.amending.Unlock()
	defer delete(s.amendments, key)
	return s.amendments[key].of(e)
}

// stamps is all that is durable and that was stamped by the wall clock, but for what people named by it.
type stamps struct {
	entries reconcile.Ledger // those that have any
	file    FileRead
	anchor  Anchor
}

// putStamps remembers all of it in one step, or nothing: what is moved twice would be wrong.
func (s *State) putStamps(all stamps) error {
	s.amending.Lock()
	defer s.amending.Unlock()
	return s.update("follow the clock", func(tx *bolt.Tx) error {
		for key, e := range all.entries {
			if err := putJSON(tx, bucketEntries, key, s.newest(key, e)); err != nil {
				return err
			}
		}
		if err := putJSON(tx, bucketMeta, "file", all.file); err != nil {
			return err
		}
		return putJSON(tx, bucketMeta, "anchor", all.anchor)
	})
}
