package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/aurasim"
)

// What a process leaves behind says which boot of the machine it was stamped in: the next one tells by
// that how far the clock was set in between.
func TestBinaryKeepsTheBoot(t *testing.T) {
	t.Parallel()
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		t.Fatal(err)
	}
	sh := &shell{t: t, bin: binary(t), dir: t.TempDir()}
	sh.serve(aurasim.New(aurasim.Config{RequestsPerMinute: -1}), 1)
	sh.must(0, "apply", "--yes", "--state-dir", "state")
	for _, name := range []string{"aurad.db", "requests.db"} {
		db, err := bolt.Open(filepath.Join(sh.dir, "state", name), 0o600, &bolt.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(func(tx *bolt.Tx) error {
			if got := string(tx.Bucket([]byte("meta")).Get([]byte("anchor"))); !strings.Contains(got, strings.TrimSpace(string(id))) {
				t.Errorf("%s: the anchor is %s, and the boot %s", name, got, id)
			}
			return nil
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
	}
}
