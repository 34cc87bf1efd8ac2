package crash

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/aurasim"
)

// remembered is what the state file holds of one key, read without any code of aurad's.
type remembered struct {
	ID    string
	Birth *struct{ Nonce, Stage string }
}

// readState returns the entries and the keys with something in the spool. No state file yet, or
// one without buckets, is an empty one.
func (w *world) readState() (entries map[string]remembered, spooled []string) {
	w.t.Helper()
	entries = map[string]remembered{}
	path := w.file("state/aurad.db")
	if is, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && is.Size() == 0 { // just made
		return entries, nil
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		w.t.Fatalf("read the state file: %v", err)
	}
	defer db.Close()
	err = db.View(func(tx *bolt.Tx) error {
		each(tx, "sealed", func(k, _ []byte) {
			if key, ok := strings.CutPrefix(string(k), "spool/"); ok {
				spooled = append(spooled, key)
			}
		})
		each(tx, "entries", func(k, v []byte) {
			var e remembered
			if err := json.Unmarshal(v, &e); err != nil {
				w.t.Errorf("entry of %s: %v", k, err)
			}
			entries[string(k)] = e
		})
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return entries, spooled
}

func each(tx *bolt.Tx, bucket string, f func(k, v []byte)) {
	if b := tx.Bucket([]byte(bucket)); b != nil {
		_ = b.ForEach(func(k, v []byte) error { f(k, v); return nil })
	}
}

// noteWhole remembers the instances that are past the point of no loss.
func (w *world) noteWhole() {
	w.t.Helper()
	entries, spooled := w.readState()
	for _, key := range spooled {
		birth := entries[key].Birth
		if birth == nil {
			w.t.Fatalf("a reply for %s is spooled and the state tells of no create\n%s", key, w.story())
		}
		for _, in := range w.sim.Instances() {
			if strings.HasSuffix(in.Name, "~"+birth.Nonce) {
				w.whole[in.ID] = in.Password
			}
		}
	}
}

// verdict is what the ground truth says against the promise. All zero is what is promised.
type verdict struct {
	lost       int // passwords that were past the point of no loss and are not in Vault
	duplicates int // living instances beyond one for each key
	marked     int // living instances under a nonce name
	wrong      []string
}

func (v verdict) sound() bool { return v.lost+v.duplicates+v.marked+len(v.wrong) == 0 }

// judge compares the account with Vault and the state file, once all has converged.
func (w *world) judge(keys ...string) verdict {
	w.t.Helper()
	var v verdict
	complain := func(format string, args ...any) { v.wrong = append(v.wrong, fmt.Sprintf(format, args...)) }
	alive, stored := map[string]aurasim.Instance{}, map[string]bool{}
	living := 0
	for _, in := range w.sim.Instances() {
		if in.Deleted {
			continue
		}
		living++
		alive[in.Name] = in
		if strings.Contains(in.Name, "~") {
			v.marked++
		}
	}
	v.duplicates = max(0, living-len(keys))
	for _, key := range keys {
		in, ok := alive[key]
		if !ok {
			complain("no living instance is named %s", key)
			continue
		}
		data, custom := w.vault.Stored("secret", w.path+"/"+key)
		if data["NEO4J_PASSWORD"] != in.Password || data["AURA_INSTANCEID"] != in.ID || data["AURA_INSTANCENAME"] != key {
			complain("Vault does not hold the password of %s, instance %s", key, in.ID)
		}
		if custom["aurad_key"] != key || custom["aura_instance_id"] != in.ID || custom["managed_by"] != "aurad" {
			complain("the custom_metadata of %s is %v", key, custom)
		}
		stored[in.ID] = data["NEO4J_PASSWORD"] == w.whole[in.ID]
	}
	for id := range w.whole {
		if !stored[id] {
			v.lost++
		}
	}
	if _, spooled := w.readState(); len(spooled) > 0 {
		complain("still spooled: %v", spooled)
	}
	return v
}
