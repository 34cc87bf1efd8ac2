package daemon

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/crashpoint"
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

// Budget reads when requests were sent in the last window, ascending.
func (s *State) Budget() (sent []time.Time, err error) {
	err = s.requests.View(func(tx *bolt.Tx) error {
		if raw := tx.Bucket(bucketMeta).Get([]byte("budget")); raw != nil {
			return json.Unmarshal(raw, &sent)
		}
		return nil
	})
	return sent, readable(s.dir, "requests.db", err)
}

// PutBudget remembers when requests were sent.
func (s *State) PutBudget(sent []time.Time) error {
	return s.updateRequests("remember the budget", func(tx *bolt.Tx) error { return putJSON(tx, bucketMeta, "budget", sent) })
}

func (s *State) updateRequests(what string, f func(*bolt.Tx) error) error {
	crashpoint.BeforeCommit(what)
	defer crashpoint.AfterCommit(what)
	if err := s.requests.Update(f); err != nil {
		return fmt.Errorf("%s in %s: %w", what, filepath.Join(s.dir, "requests.db"), err)
	}
	return nil
}
