package folder_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
)

// A state file with a flipped bit opens, or says which file is damaged and what to do. It never
// ends the process, and never takes long.
func TestAFlippedBitOfTheStateIsNoCrash(t *testing.T) {
	t.Parallel()
	for entries, random := range map[int]int{2: 500, 400: 200} {
		t.Run(fmt.Sprintf("%d entries", entries), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			whole := stateOf(t, dir, entries)
			bits := flips(whole, random)
			refused := 0
			for _, bit := range bits {
				if openFlipped(t, dir, whole, bit) {
					refused++
				}
			}
			t.Logf("%d of %d flips were refused", refused, len(bits))
			if refused < len(bits)/20 {
				t.Errorf("only %d of %d flips were noticed", refused, len(bits))
			}
		})
	}
}

// stateOf makes a state of n entries and returns its file.
func stateOf(t *testing.T, dir string, n int) []byte {
	t.Helper()
	s, err := folder.Open(dir, "")
	must(t, err)
	for i := range n {
		must(t, s.PutEntry(fmt.Sprintf("key-%03d", i), reconcile.Entry{ID: fmt.Sprintf("%08x", i), TenantID: strings.Repeat("t", 300)}))
	}
	must(t, s.PutTimings("resume", []time.Duration{time.Minute}))
	must(t, s.Forget("key-001")) // some pages are free
	must(t, s.Close())
	data, err := os.ReadFile(filepath.Join(dir, "aurad.db"))
	must(t, err)
	return data
}

// flips are the bits to try: most from the heads of pages, where the numbers stand that are
// followed, and as many again from anywhere.
func flips(data []byte, n int) []int {
	rng := rand.New(rand.NewPCG(1, 2))
	page := os.Getpagesize()
	var all []int
	for range n {
		head := rng.IntN(len(data)/page)*page + rng.IntN(96)
		all = append(all, head*8+rng.IntN(8), rng.IntN(len(data)*8))
	}
	for bit := range 16 * 8 { // and the whole head of the first page that is no meta page
		all = append(all, 2*page*8+bit)
	}
	return all
}

// openFlipped opens the state with one bit flipped, reads and writes it, and reports whether it was
// refused.
func openFlipped(t *testing.T, dir string, whole []byte, bit int) (refused bool) {
	t.Helper()
	path := filepath.Join(dir, "aurad.db")
	whole[bit/8] ^= 1 << (bit % 8)
	err := os.WriteFile(path, whole, 0o600)
	whole[bit/8] ^= 1 << (bit % 8)
	must(t, err)
	began := time.Now()
	s, err := folder.Open(dir, "")
	if err == nil {
		_, err = s.Ledger()
		_, timings := s.Timings()
		_, holds := s.Holds()
		_, budget := s.Budget()
		err = errors.Join(err, timings, holds, budget, s.PutEntry("new", reconcile.Entry{ID: "ffffffff"}), s.Forget("key-000"))
		err = errors.Join(err, s.Close())
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("bit %d: it took %v", bit, took)
	}
	if err != nil && !strings.Contains(err.Error(), dir) {
		t.Errorf("bit %d: the error does not name the file: %v", bit, err)
	}
	return err != nil
}
