package folder

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/aurad/aurad/internal/state"
)

// bbolt maps the file into memory and believes it: a page that is missing or foreign would end the
// process. So a file is checked before it is opened, and each of its pages after.

// lockPatience is how long the lock of another process is waited for.
const lockPatience = 500 * time.Millisecond

// openFile opens a state file after checking that it is whole, and refuses one that is not
// consistent in itself.
func openFile(path string) (*bolt.DB, error) {
	if err := whole(path); err != nil {
		return nil, err
	}
	return openWith(path, &bolt.Options{Timeout: lockPatience})
}

// openWith opens a file that is whole.
func openWith(path string, options *bolt.Options) (db *bolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, fmt.Errorf("%s: %w (%v)", path, state.ErrDamaged, r)
		}
	}()
	db, err = bolt.Open(path, 0o600, options)
	if err != nil {
		return nil, err
	}
	if err := consistent(db); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	return db, nil
}

// consistent reads every page there is.
func consistent(db *bolt.DB) error {
	return db.View(func(tx *bolt.Tx) error {
		var first error
		for err := range tx.Check() { // to its end, or its goroutine never ends
			if first == nil {
				first = fmt.Errorf("%w (%v)", state.ErrDamaged, err)
			}
		}
		return first
	})
}

// whole refuses a file that bbolt can't be trusted with. While another process has it, which may be
// writing to it, that is the error.
func whole(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() // gives the lock back, too
	for end := time.Now().Add(lockPatience); ; time.Sleep(lockPatience / 10) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(end) {
			return bolterrors.ErrTimeout
		}
	}
	if err := walkPages(path); err != nil {
		return fmt.Errorf("%s: %w (%w)", path, state.ErrDamaged, err)
	}
	return nil
}

// The layout of a bbolt file, version 2: a page begins with a header, a meta page goes on with
// magic, version, page size, flags, root, freelist, page count, transaction and a checksum.
const (
	pageHeader = 16
	metaSize   = 64
	metaSum    = 56
	metaMagic  = 0xED0CDAED
)

func metaValid(m []byte) bool {
	sum := fnv.New64a()
	sum.Write(m[:metaSum])
	return binary.NativeEndian.Uint32(m) == metaMagic && sum.Sum64() == binary.NativeEndian.Uint64(m[metaSum:])
}
