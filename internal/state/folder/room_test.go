package folder

import (
	"fmt"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// extent is how many bytes of the state file have ever been in use: what is beyond has no place
// on the disk yet.
func extent(t *testing.T, e engine) (bytes int64) {
	t.Helper()
	if err := e.db.View(func(tx *bolt.Tx) error { bytes = tx.Size(); return nil }); err != nil {
		t.Fatal(err)
	}
	return bytes
}

// Between an intent and its reply the state file asks the disk for nothing: 25 creates at once,
// again and again, and replies far longer than any yet seen.
func TestAReplyNeedsNoMoreDisk(t *testing.T) {
	engines, err := Engines(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	file := engines.Fleet.(engine)
	s, err := state.Open(engines)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	raw := secrets.NewSecret(strings.Repeat("x", 2000))
	for wave := range 20 {
		var e reconcile.Entry
		key := func(i int) string { return fmt.Sprintf("db-%d-%d", wave, i) }
		for i := range 25 {
			if err := s.Reserve(); err != nil {
				t.Fatal(err)
			}
			e.Birth = &reconcile.Birth{Nonce: "01234567", Stage: reconcile.Intended}
			if err := s.PutEntry(key(i), e); err != nil {
				t.Fatal(err)
			}
		}
		before := extent(t, file)
		for i := range 25 {
			if err := s.Spool(key(i), e, raw); err != nil {
				t.Fatal(err)
			}
		}
		if after := extent(t, file); after > before {
			t.Errorf("wave %d: the replies took %d bytes that nobody had made sure of", wave, after-before)
		}
		for i := range 25 {
			if err := s.Unspool(key(i), e); err != nil {
				t.Fatal(err)
			}
		}
	}
}
