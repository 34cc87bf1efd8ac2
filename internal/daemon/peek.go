package daemon

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// PeekState opens the state in dir for a plan: what is remembered there meanwhile is forgotten with
// Close, and aurad.db stays as it is to the byte. It is a copy, so that a daemon may start beside
// it. Requests to Aura are counted in dir all the same. ErrHeld: somebody works in it.
func PeekState(dir, sealKey string) (*State, error) {
	tmp, err := os.MkdirTemp("", "aurad-plan-")
	if err != nil {
		return nil, fmt.Errorf("make room for a copy of the state: %w", err)
	}
	s := &State{dir: dir, copy: tmp}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		s.dir = tmp
	}
	path := filepath.Join(tmp, "aurad.db")
	if err := copyState(filepath.Join(dir, "aurad.db"), path); err != nil {
		if errors.Is(err, bolterrors.ErrTimeout) {
			err = fmt.Errorf("%w%s", ErrHeld, holder(dir))
		}
		return nil, errors.Join(fmt.Errorf("read the state in %s: %w", dir, err), os.RemoveAll(tmp))
	}
	if s.db, err = openFile(path); err != nil {
		return nil, errors.Join(fmt.Errorf("read the state in %s: %w", dir, err), os.RemoveAll(tmp))
	}
	s.db.NoSync = true
	return s.opened(sealKey)
}

// copyState copies a state file under its lock, which it does not keep. A folder without one is
// that of a fleet of which nothing is remembered.
func copyState(from, to string) (err error) {
	if _, err := os.Stat(from); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := whole(from); err != nil {
		return err
	}
	db, err := openWith(from, &bolt.Options{ReadOnly: true, Timeout: lockPatience})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.View(func(tx *bolt.Tx) error { return tx.CopyFile(to, 0o600) })
}
