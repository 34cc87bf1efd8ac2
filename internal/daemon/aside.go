package daemon

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

func asideName(nonce string) string { return "spool-" + nonce + ".sealed" }

// setAside makes a reply durable in a sealed file beside the state.
func (s *State) setAside(nonce string, raw secrets.Secret) error {
	if err := s.fails("aside"); err != nil {
		return err
	}
	name := asideName(nonce)
	sealed, err := s.seal.close([]byte(name), []byte(raw.Reveal()))
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, name)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(sealed)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(s.dir)
}

// aside reads the reply that was set aside for a mark; the zero Secret when there is none.
func (s *State) aside(nonce string) (secrets.Secret, error) {
	name := asideName(nonce)
	sealed, err := os.ReadFile(filepath.Join(s.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return secrets.Secret{}, nil
	}
	if err != nil {
		return secrets.Secret{}, err
	}
	raw, err := s.seal.open([]byte(name), sealed)
	if err != nil {
		return secrets.Secret{}, err
	}
	return secrets.NewSecret(string(raw)), nil
}

// asides lists the marks whose replies are set aside.
func (s *State) asides() (nonces []string, err error) {
	files, err := os.ReadDir(s.dir)
	for _, f := range files {
		nonce, isSpool := strings.CutPrefix(f.Name(), "spool-")
		nonce, sealed := strings.CutSuffix(nonce, ".sealed")
		if isSpool && sealed {
			nonces = append(nonces, nonce)
		}
	}
	return nonces, err
}

// dropAside removes the file of a mark whose reply is elsewhere by now.
func (s *State) dropAside(nonce string) error {
	if s.copy != "" {
		return nil // a plan takes nothing away
	}
	err := os.Remove(filepath.Join(s.dir, asideName(nonce)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// takeBack brings replies that were set aside into the state file. One whose create nobody remembers
// is left where it is: it may have a password.
func (s *State) takeBack() error {
	nonces, err := s.asides()
	for _, nonce := range nonces {
		raw, readErr := s.aside(nonce)
		if err = errors.Join(err, readErr); readErr != nil {
			continue
		}
		if err = errors.Join(err, s.respool(nonce, raw)); err != nil {
			return fmt.Errorf("take back the reply in %s: %w", filepath.Join(s.dir, asideName(nonce)), err)
		}
	}
	return err
}

// respool spools a reply for the key whose create has this mark, unless its password is stored already.
func (s *State) respool(nonce string, raw secrets.Secret) error {
	if err := s.fails("spool"); err != nil {
		return err
	}
	led, err := s.Ledger()
	if err != nil {
		return err
	}
	for key, e := range led {
		if e.Birth == nil || e.Birth.Nonce != nonce {
			continue
		}
		sealed, err := s.seal.close(spoolKey(key), []byte(raw.Reveal()))
		if err != nil {
			return err
		}
		err = s.update("take back the reply for "+key, func(tx *bolt.Tx) error { return putReply(tx, key, nonce, sealed) })
		if err != nil {
			return err
		}
		return s.dropAside(nonce)
	}
	return nil
}

// putReply spools a reply if the create with this mark, as it is now, still waits for it.
func putReply(tx *bolt.Tx, key, nonce string, sealed []byte) error {
	var e reconcile.Entry
	if err := json.Unmarshal(tx.Bucket(bucketEntries).Get([]byte(key)), &e); err != nil {
		return err
	}
	if e.Birth == nil || e.Birth.Nonce != nonce || e.Birth.Stage == reconcile.Stored {
		return nil
	}
	if e.Birth.Stage == reconcile.Intended {
		e = e.Spooled()
	}
	if err := tx.Bucket(bucketSealed).Put(spoolKey(key), sealed); err != nil {
		return err
	}
	return putJSON(tx, bucketEntries, key, e)
}
