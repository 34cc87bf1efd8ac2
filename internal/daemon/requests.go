package daemon

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/crashpoint"
	"github.com/aurad/aurad/reconcile"
)

// What was sent to Aura, and the token it was sent with, is kept apart from what is remembered of
// the fleet: a plan sends requests and must be counted, and yet changes nothing of the fleet's.

// openRequests opens requests.db. What the state file of an older aurad has of it is taken along.
func (s *State) openRequests() (err error) {
	if s.requests, err = s.openFile("requests.db"); err != nil {
		return err
	}
	return s.requests.Update(func(tx *bolt.Tx) error {
		for _, b := range [][]byte{bucketSealed, bucketMeta} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
}

// SentLog is when requests were sent in the last window, ascending, and the anchor of the clock that
// stamped them.
type SentLog struct {
	Times  []time.Time
	Anchor Anchor
}

// onClock is the log as the clock of now would have stamped it.
func (l SentLog) onClock(now Anchor) []time.Time {
	return reconcile.Log{Sent: l.Times}.Shifted(l.Anchor.setBy(now)).Sent
}

// Budget reads when requests were sent.
func (s *State) Budget() (sent SentLog, err error) {
	err = s.requests.View(func(tx *bolt.Tx) error {
		for name, part := range map[string]any{"budget": &sent.Times, "anchor": &sent.Anchor} {
			if raw := tx.Bucket(bucketMeta).Get([]byte(name)); raw != nil {
				if err := json.Unmarshal(raw, part); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return sent, readable(s.dir, "requests.db", err)
}

// PutBudget remembers when requests were sent.
func (s *State) PutBudget(sent SentLog) error {
	return s.updateRequests("remember the budget", func(tx *bolt.Tx) error {
		if err := putJSON(tx, bucketMeta, "budget", sent.Times); err != nil {
			return err
		}
		return putJSON(tx, bucketMeta, "anchor", sent.Anchor)
	})
}

func (s *State) updateRequests(what string, f func(*bolt.Tx) error) error {
	crashpoint.BeforeCommit(what)
	defer crashpoint.AfterCommit(what)
	if err := s.requests.Update(f); err != nil {
		return fmt.Errorf("%s in %s: %w", what, filepath.Join(s.dir, "requests.db"), err)
	}
	return nil
}
