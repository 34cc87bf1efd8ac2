package daemon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/aurad/aurad/internal/crashpoint"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// State is what aurad remembers over restarts, in a folder of its own with mode 0700: a bbolt file,
// aurad.db, of the fleet, and another one, requests.db, of what was sent to Aura and with which
// token. Every change is synced before the call returns. Their locks keep a second writer out.
type State struct {
	dir        string
	db         *bolt.DB
	requests   *bolt.DB
	seal       seal
	afloat     atomic.Int32           // replies that are in memory alone
	refused    atomic.Bool            // the state file did not take a reply, and has taken nothing sealed since
	broken     func(way string) error // nil but in tests
	amending   sync.Mutex             // of entries whose create is under way
	amendments map[string]amendment   // by key
	copy       string                 // the folder of db when that is a copy, which goes with the State: see PeekState
}

// ErrHeld is wrapped by the error of OpenState when another process has the folder.
var ErrHeld = errors.New("another aurad works in this state folder")

// Buckets of the state files. Values are JSON but for the two that are sealed.
var (
	bucketEntries = []byte("entries") // key -> reconcile.Entry
	bucketTimings = []byte("timings") // class -> []time.Duration
	bucketSealed  = []byte("sealed")  // "spool/<key>"; in requests.db "token" -> sealed bytes
	bucketHolds   = []byte("holds")   // key -> spec.Hold
	bucketMeta    = []byte("meta")    // "schema", "fleet", "lived", "file", "path", "anchor"; in requests.db "budget", "anchor"
)

// stateSchema is written into every state file. An older one is upgraded: see upgrade. Any other
// is refused, not guessed at.
const (
	stateSchema  = "aurad.state/v2"
	stateSchema1 = "aurad.state/v1"
)

const lockPatience = 500 * time.Millisecond

// OpenState opens the state in dir, making it if need be. sealKey is the path of the key that
// seals replies and tokens at rest; "" keeps one beside the state.
func OpenState(dir, sealKey string) (*State, error) {
	if err := makeDir(dir); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	s := &State{dir: dir, amendments: map[string]amendment{}}
	var err error
	if s.db, err = s.openFile("aurad.db"); err != nil {
		return nil, err
	}
	return s.opened(sealKey)
}

// opened goes on with the rest once the lock of aurad.db is held.
func (s *State) opened(sealKey string) (*State, error) {
	err := s.openRequests()
	if err == nil {
		err = s.prepare()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	// Only who has the lock may make a key: the loser of a race would put its own in the place
	// of one that is in use already.
	if s.seal, err = newSeal(s.dir, sealKey, s.spooling); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.copy == "" {
		err = s.takeBack()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *State) openFile(name string) (*bolt.DB, error) {
	db, err := openFile(filepath.Join(s.dir, name))
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open the state in %s: %w%s", s.dir, ErrHeld, holder(s.dir))
	}
	if err != nil {
		return nil, fmt.Errorf("open the state in %s: %w", s.dir, err)
	}
	return db, nil
}

// makeDir makes the state folder and syncs the folder it is in: a state file that a power cut
// takes away with its folder was not durable. Who may not read that folder did not make this one.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	err := syncDir(filepath.Dir(dir))
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

// prepare makes the buckets, checks the schema and upgrades an older one, and says who holds the
// folder.
func (s *State) prepare() error {
	err := s.update("prepare the state", func(tx *bolt.Tx) error {
		if err := makeBuckets(tx, bucketEntries, bucketTimings, bucketSealed, bucketHolds, bucketMeta); err != nil {
			return err
		}
		return upgrade(tx)
	})
	if s.copy != "" || err != nil {
		return err
	}
	if err = syncDir(s.dir); err != nil { // the file may be new
		return err
	}
	me := fmt.Sprintf("process %d since %s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339))
	return os.WriteFile(holderFile(s.dir), []byte(me), 0o600)
}

// makeBuckets makes those that are missing. Another one is a name that was damaged: its
// contents would be missed without a word.
func makeBuckets(tx *bolt.Tx, names ...[]byte) error {
	err := tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
		if !slices.ContainsFunc(names, func(b []byte) bool { return bytes.Equal(b, name) }) {
			return fmt.Errorf("%w (it has a part %q that no aurad writes)", errDamaged, name)
		}
		return nil
	})
	for _, b := range names {
		if err == nil {
			_, err = tx.CreateBucketIfNotExists(b)
		}
	}
	return err
}

func holderFile(dir string) string { return filepath.Join(dir, "holder") }

// holder says who has the folder, as far as that is known.
func holder(dir string) string {
	who, err := os.ReadFile(holderFile(dir))
	if err != nil {
		return ""
	}
	return ": " + strings.TrimSpace(string(who))
}

// Dir is the state folder.
func (s *State) Dir() string { return s.dir }

// Close gives the folder back.
func (s *State) Close() error {
	if s.copy == "" {
		os.Remove(holderFile(s.dir))
	}
	var errs []error
	for _, db := range []*bolt.DB{s.requests, s.db} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.copy != "" {
		errs = append(errs, os.RemoveAll(s.copy))
	}
	return errors.Join(errs...)
}

// Ledger reads all entries.
func (s *State) Ledger() (reconcile.Ledger, error) {
	led := reconcile.Ledger{}
	err := s.each(bucketEntries, func(key string, value []byte) error {
		var e reconcile.Entry
		if err := json.Unmarshal(value, &e); err != nil {
			return fmt.Errorf("read what the state says of %.40q: %w", key, err)
		}
		led[key] = e
		return nil
	})
	return led, err
}

// Forget drops key and what was spooled for it.
func (s *State) Forget(key string) error {
	return s.update("forget "+key, func(tx *bolt.Tx) error {
		if err := tx.Bucket(bucketSealed).Delete(spoolKey(key)); err != nil {
			return err
		}
		return tx.Bucket(bucketEntries).Delete([]byte(key))
	})
}

// Timings reads how long operations took.
func (s *State) Timings() (reconcile.Timings, error) {
	t := reconcile.Timings{}
	err := s.each(bucketTimings, func(class string, value []byte) error {
		var all []time.Duration
		if err := json.Unmarshal(value, &all); err != nil {
			return fmt.Errorf("read the timings of %.40q: %w", class, err)
		}
		t[class] = all
		return nil
	})
	return t, err
}

// PutTimings remembers the durations of one class.
func (s *State) PutTimings(class string, all []time.Duration) error {
	return s.update("remember timings", func(tx *bolt.Tx) error { return putJSON(tx, bucketTimings, class, all) })
}

// Fleet is the name of the fleet whose state this is; "" when nobody has said so yet.
func (s *State) Fleet() (name string, err error) {
	err = s.meta("fleet", &name)
	return name, err
}

// PutFleet makes the state that of a fleet.
func (s *State) PutFleet(name string) error { return s.putMeta("fleet", name) }

// Lived reads how long aurad has lived with this state, as far as that is durable.
func (s *State) Lived() (d time.Duration, err error) {
	err = s.meta("lived", &d)
	return d, err
}

// PutLived remembers how long aurad has lived with this state.
func (s *State) PutLived(d time.Duration) error { return s.putMeta("lived", d) }

// FilePath is where the fleet file is that this state was last used with; "" when that is not known.
func (s *State) FilePath() (path string, err error) {
	err = s.meta("path", &path)
	return path, err
}

// PutFilePath remembers where the fleet file is.
func (s *State) PutFilePath(path string) error { return s.putMeta("path", path) }

// FileRead reads which fleet file came into force last.
func (s *State) FileRead() (f FileRead, err error) {
	err = s.meta("file", &f)
	return f, err
}

// PutFileRead remembers which fleet file came into force last.
func (s *State) PutFileRead(f FileRead) error { return s.putMeta("file", f) }

// Anchor reads what the instants of this state are stamped by.
func (s *State) Anchor() (a Anchor, err error) {
	err = s.meta("anchor", &a)
	return a, err
}

func (s *State) meta(name string, value any) error {
	return s.readable(s.db.View(func(tx *bolt.Tx) error {
		if raw := tx.Bucket(bucketMeta).Get([]byte(name)); raw != nil {
			if err := json.Unmarshal(raw, value); err != nil {
				return fmt.Errorf("read what the state says of the %s: %w", name, err)
			}
		}
		return nil
	}))
}

func (s *State) putMeta(name string, value any) error {
	return s.update("remember the "+name, func(tx *bolt.Tx) error { return putJSON(tx, bucketMeta, name, value) })
}

func (s *State) update(what string, f func(*bolt.Tx) error) error {
	crashpoint.BeforeCommit(what)
	defer crashpoint.AfterCommit(what)
	if err := s.db.Update(f); err != nil {
		return fmt.Errorf("%s in %s: %w", what, filepath.Join(s.dir, "aurad.db"), err)
	}
	return nil
}

// each reads a bucket. What can't be read is damage, which only a person can judge.
func (s *State) each(bucket []byte, f func(key string, value []byte) error) error {
	return s.readable(s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucket).ForEach(func(k, v []byte) error { return f(string(k), v) })
	}))
}

// readable says of an error in reading which file it is about, and what to do.
func (s *State) readable(err error) error { return readable(s.dir, "aurad.db", err) }

func readable(dir, name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w (%w)", filepath.Join(dir, name), errDamaged, err)
}

func putJSON(tx *bolt.Tx, bucket []byte, key string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return tx.Bucket(bucket).Put([]byte(key), raw)
}

// Move remembers entries under other keys, forgets those left, and replaces all holds, in one step.
func (s *State) Move(changed reconcile.Ledger, left []string, holds []spec.Hold) error {
	return s.update("move keys", func(tx *bolt.Tx) error {
		for _, key := range left {
			if err := tx.Bucket(bucketEntries).Delete([]byte(key)); err != nil {
				return err
			}
		}
		for _, key := range changed.Keys() {
			if err := putJSON(tx, bucketEntries, key, changed[key]); err != nil {
				return err
			}
		}
		if err := tx.DeleteBucket(bucketHolds); err != nil {
			return err
		}
		if _, err := tx.CreateBucket(bucketHolds); err != nil {
			return err
		}
		for _, h := range holds {
			if err := putJSON(tx, bucketHolds, h.Key, h); err != nil {
				return err
			}
		}
		return nil
	})
}
