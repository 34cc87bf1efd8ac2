package daemon

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

// errDamaged is what a state file that bbolt can't be trusted with gives. bbolt maps the file
// into memory and believes it: a page that is missing or foreign would end the process instead.
var errDamaged = errors.New("the file is damaged; put it back from a backup, or move it away: aurad finds its instances again by their credentials, but forgets creates under way")

// openFile opens a state file after checking that it is whole, and refuses one that is not
// consistent in itself.
func openFile(path string) (db *bolt.DB, err error) {
	if err := whole(path); err != nil {
		return nil, err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, fmt.Errorf("%w (%v)", errDamaged, r)
		}
	}()
	db, err = bolt.Open(path, 0o600, &bolt.Options{Timeout: lockPatience})
	if err != nil {
		return nil, err
	}
	if err := consistent(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// consistent reads every page there is.
func consistent(db *bolt.DB) error {
	return db.View(func(tx *bolt.Tx) error {
		var first error
		for err := range tx.Check() { // to its end, or its goroutine never ends
			if first == nil {
				first = fmt.Errorf("%w (%v)", errDamaged, err)
			}
		}
		return first
	})
}

// whole refuses a file that ends before its last page. One that is new or empty is whole.
func whole(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	if need := bytesOf(f); info.Size() < need {
		return fmt.Errorf("%w (it has %d bytes of %d)", errDamaged, info.Size(), need)
	}
	return nil
}

// bytesOf is how long the file must be at least, by the newest of its two meta pages; 0 when
// neither can be read, which bbolt itself refuses.
func bytesOf(f io.ReaderAt) (need int64) {
	var newest uint64
	size := int64(os.Getpagesize())
	for _, at := range []int64{0, size} {
		m := make([]byte, metaSize)
		if _, err := f.ReadAt(m, at+pageHeader); err != nil || !metaValid(m) {
			continue
		}
		if txid := binary.NativeEndian.Uint64(m[48:]); txid >= newest {
			newest = txid
			need = int64(binary.NativeEndian.Uint64(m[40:])) * int64(binary.NativeEndian.Uint32(m[8:]))
		}
	}
	return need
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
