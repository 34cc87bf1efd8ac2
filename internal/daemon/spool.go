package daemon

import (
	"errors"
	"strings"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

func spoolKey(key string) []byte { return []byte("spool/" + key) }

// Spool makes the raw reply to a create durable, sealed, together with the entry that tells of
// it: from here on the password can't be lost. e is the entry as it was when the create was sent.
func (s *State) Spool(key string, e reconcile.Entry, raw secrets.Secret) error {
	if err := s.fails("spool"); err != nil {
		return err
	}
	sealed, err := s.seal.close(spoolKey(key), []byte(raw.Reveal()))
	if err != nil {
		return err
	}
	return s.amendWith("spool the reply for "+key, key, e, reconcile.Entry.Spooled, func(tx *bolt.Tx) error {
		return tx.Bucket(bucketSealed).Put(spoolKey(key), sealed)
	})
}

// Spooled returns the raw reply kept for key; the zero Secret when there is none.
func (s *State) Spooled(key string) (secrets.Secret, error) {
	raw, err := s.sealed(s.db, spoolKey(key))
	if err != nil || !raw.Empty() {
		return raw, err
	}
	led, err := s.Ledger()
	if b := led[key].Birth; err == nil && b != nil {
		return s.aside(b.Nonce)
	}
	return raw, err
}

// spooling lists the keys whose replies are kept.
func (s *State) spooling() (keys []string, err error) {
	err = s.each(bucketSealed, func(name string, _ []byte) error {
		if key, ok := strings.CutPrefix(name, "spool/"); ok {
			keys = append(keys, key)
		}
		return nil
	})
	nonces, asideErr := s.asides()
	for _, nonce := range nonces {
		keys = append(keys, "the create marked "+nonce)
	}
	return keys, errors.Join(err, asideErr)
}

// Unspool remembers e and removes the reply, in one step: it is in the store now.
func (s *State) Unspool(key string, e reconcile.Entry) error {
	err := s.update("clear the spool of "+key, func(tx *bolt.Tx) error {
		if err := tx.Bucket(bucketSealed).Delete(spoolKey(key)); err != nil {
			return err
		}
		return putJSON(tx, bucketEntries, key, e)
	})
	return s.unspooled(e, err)
}

// stored is Unspool by an attempt that e was the entry of.
func (s *State) stored(key string, e reconcile.Entry, live reconcile.Live) error {
	stored := func(e reconcile.Entry) reconcile.Entry { return e.Spooled().Stored(live) }
	err := s.amendWith("clear the spool of "+key, key, e, stored, func(tx *bolt.Tx) error {
		return tx.Bucket(bucketSealed).Delete(spoolKey(key))
	})
	return s.unspooled(e, err)
}

func (s *State) unspooled(e reconcile.Entry, err error) error {
	if err != nil || e.Birth == nil {
		return err
	}
	return s.dropAside(e.Birth.Nonce)
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
