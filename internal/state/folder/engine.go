package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/state"
)

// engine keeps records in a bbolt file: a bucket for each kind.
type engine struct {
	dir, name string
	kinds     []state.Kind
	db        *bolt.DB
}

func (e engine) Place() string { return filepath.Join(e.dir, e.name) }

func (e engine) Aside() state.Aside { return beside{e.dir} }

// Load reads all records. A bucket of another name, or what is no bucket, was damaged: its contents would
// be missed without a word.
func (e engine) Load() (state.Records, error) {
	all := state.Records{}
	err := e.db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(bucket []byte, b *bolt.Bucket) error {
			kind := state.Kind(bucket)
			if b == nil || !slices.Contains(e.kinds, kind) {
				return fmt.Errorf("it has a part %q that no aurad writes", bucket)
			}
			return b.ForEach(func(k, v []byte) error {
				all[state.Name{Kind: kind, Name: string(k)}] = slices.Clone(v)
				return nil
			})
		})
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w (%w)", e.Place(), state.ErrDamaged, err)
	}
	return all, nil
}

func (e engine) Commit(changes []state.Change) error {
	return e.db.Update(func(tx *bolt.Tx) error {
		for _, c := range changes {
			if err := change(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

func change(tx *bolt.Tx, c state.Change) error {
	b, err := tx.CreateBucketIfNotExists([]byte(c.Kind))
	if err != nil {
		return err
	}
	if c.Value == nil {
		return b.Delete([]byte(c.Name.Name))
	}
	return b.Put([]byte(c.Name.Name), c.Value)
}

// Close gives the folder back.
func (e engine) Close() error {
	if e.name == fleetFile {
		os.Remove(holderFile(e.dir))
	}
	return e.db.Close()
}

// Room for a reply is made before the reply is asked for: on a full disk it could not be spooled,
// and its password would be lost. bbolt takes the pages it has freed before it lets the file grow,
// and a page that was written once has its place on the disk. A reply and its entry take few:
// every transaction gives back about as many pages as it takes.
const (
	roomLeast = 64        // free pages that are enough
	roomMade  = 512 << 10 // bytes that are written, and freed, when there are fewer
)

// Reserve makes room if there is little. A crash in it costs nothing.
func (e engine) Reserve() error {
	if free := e.db.Stats(); free.FreePageN+free.PendingPageN >= roomLeast {
		return nil
	}
	room := state.Name{Kind: state.Meta, Name: "room"}
	if err := e.Commit([]state.Change{{Name: room, Value: make([]byte, roomMade)}}); err != nil {
		return err
	}
	return e.Commit([]state.Change{{Name: room}})
}
