package folder

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aurad/aurad/internal/crashpoint"
	"github.com/aurad/aurad/internal/state"
)

// keyIn finds the key at path, or, when that is "", one kept in dir, which it makes on first use. A new
// key could not open what is sealed already.
func keyIn(dir, path string) func(sealed []string) (state.SealKey, error) {
	own := path == ""
	if own {
		path = filepath.Join(dir, "spool.key")
	}
	return func(sealed []string) (state.SealKey, error) {
		key, err := os.ReadFile(path)
		if own && errors.Is(err, fs.ErrNotExist) {
			if len(sealed) > 0 {
				return state.SealKey{}, fmt.Errorf("the key %s is gone, and passwords of %s are sealed with it: put it back", path, strings.Join(sealed, ", "))
			}
			key, err = makeKey(path)
		}
		if err != nil {
			return state.SealKey{}, fmt.Errorf("read the key that seals the spool: %w", err)
		}
		return state.SealKey{Key: key, Path: path}, nil
	}
}

// makeKey writes a new key and syncs it: a sealed reply without its key is a lost password. Only who has
// the lock of the state may: the loser of a race would put its own in the place of one that is in use.
func makeKey(path string) ([]byte, error) {
	key := make([]byte, state.SealKeySize)
	rand.Read(key) // never fails: the runtime aborts instead
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	crashpoint.Here("spool key made")
	_, err = f.Write(key)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	crashpoint.Here("spool key written")
	if err := os.Rename(path+".new", path); err != nil {
		return nil, err
	}
	crashpoint.Here("spool key named")
	return key, syncDir(filepath.Dir(path))
}
