package daemon

import (
	"strings"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

func spoolKey(key string) []byte { return []byte("spool/" + key) }

// Spool makes the raw reply to a create durable, sealed, together with the entry that tells of
// it: from here on the password can't be lost.
func (s *State) Spool(key string, e reconcile.Entry, raw secrets.Secret) error {
	sealed, err := s.seal.close(spoolKey(key), []byte(raw.Reveal()))
	if err != nil {
		return err
	}
	return s.update("spool the reply for "+key, func(tx *bolt.Tx) error {
		if err := tx.Bucket(bucketSealed).Put(spoolKey(key), sealed); err != nil {
			return err
		}
		return putJSON(tx, bucketEntries, key, e)
	})
}

// Spooled returns the raw reply kept for key; the zero Secret when there is none.
func (s *State) Spooled(key string) (secrets.Secret, error) { return s.sealed(s.db, spoolKey(key)) }

// spooling lists the keys whose replies are kept.
func (s *State) spooling() (keys []string, err error) {
	err = s.each(bucketSealed, func(name string, _ []byte) error {
		if key, ok := strings.CutPrefix(name, "spool/"); ok {
			keys = append(keys, key)
		}
		return nil
	})
	return keys, err
}

// Unspool remembers e and removes the reply, in one step: it is in the store now.
func (s *State) Unspool(key string, e reconcile.Entry) error {
	return s.update("clear the spool of "+key, func(tx *bolt.Tx) error {
		if err := tx.Bucket(bucketSealed).Delete(spoolKey(key)); err != nil {
			return err
		}
		return putJSON(tx, bucketEntries, key, e)
	})
}

// sealed reads and opens one sealed value.
func (s *State) sealed(db *bolt.DB, name []byte) (secrets.Secret, error) {
	var found []byte
	err := db.View(func(tx *bolt.Tx) error {
		found = append(found, tx.Bucket(bucketSealed).Get(name)...)
		return nil
	})
	if err != nil || found == nil {
		return secrets.Secret{}, err
	}
	raw, err := s.seal.open(name, found)
	if err != nil {
		return secrets.Secret{}, err
	}
	return secrets.NewSecret(string(raw)), nil
}
