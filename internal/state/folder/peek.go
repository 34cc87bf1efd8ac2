package folder

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/aurad/aurad/internal/state"
)

// Peek opens the state in dir for a plan: what is remembered there meanwhile is forgotten with
// Close, and aurad.db stays as it is to the byte. It is read once, so that a daemon may start beside
// it. Requests to Aura are counted in dir all the same. state.ErrHeld: somebody works in it.
func Peek(dir, sealKey string) (*state.State, error) {
	path := filepath.Join(dir, fleetFile)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		nothing := func() state.Scratch { return state.Scratch{Records: state.Records{}, At: path} }
		return state.Open(state.Config{Fleet: nothing(), Requests: nothing(), SealKey: passingKey})
	}
	all, err := readOnce(dir)
	if err != nil {
		return nil, fmt.Errorf("read the state in %s: %w", dir, err)
	}
	requests, err := openEngine(dir, requestsFile, state.RequestKinds())
	if err != nil {
		return nil, err
	}
	return state.Open(state.Config{Fleet: state.Scratch{Records: all, At: path}, Requests: requests, SealKey: keyIn(dir, sealKey)})
}

// readOnce reads a state file under its lock, which it does not keep. A folder without one is that of a
// fleet of which nothing is remembered.
func readOnce(dir string) (all state.Records, err error) {
	path := filepath.Join(dir, fleetFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return state.Records{}, nil
	}
	err = whole(path)
	var db *bolt.DB
	if err == nil {
		db, err = openWith(path, &bolt.Options{ReadOnly: true, Timeout: lockPatience})
	}
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%w%s", state.ErrHeld, holder(dir))
	}
	if err != nil {
		return nil, err
	}
	all, err = engine{dir, fleetFile, state.FleetKinds(), db}.Load()
	return all, errors.Join(err, db.Close())
}

// passingKey seals for as long as this process lives.
func passingKey([]string) (state.SealKey, error) {
	key := make([]byte, state.SealKeySize)
	rand.Read(key) // never fails: the runtime aborts instead
	return state.SealKey{Key: key, Path: "of this process"}, nil
}
