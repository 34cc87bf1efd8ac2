package folder_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

// Of two that open a new folder at the same moment one gets it, and the key it seals with is the
// one that stays on disk.
func TestTwoOpenersMakeOneKey(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		var wg sync.WaitGroup
		won := make(chan *state.State, 2)
		for range 2 {
			wg.Go(func() {
				s, err := folder.Open(dir, "")
				switch {
				case err == nil:
					won <- s
				case !errors.Is(err, state.ErrHeld):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(won)
		for s := range won {
			if err := s.Spool("a", reconcile.Entry{}, secrets.NewSecret("reply")); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		reopened, err := folder.Open(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		if raw, err := reopened.Spooled("a"); err != nil || raw.Reveal() != "reply" {
			t.Errorf("%v", err)
		}
		reopened.Close()
	}
}

// A key that is gone while replies are sealed with it is never replaced.
func TestALostKeyIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	s, err := folder.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Spool("orders-dev", reconcile.Entry{}, secrets.NewSecret("reply")); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := os.Rename(filepath.Join(dir, "spool.key"), filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Open(dir, ""); err == nil || !strings.Contains(err.Error(), "orders-dev") {
		t.Errorf("opened without the key: %v", err)
	}
	if err := os.Rename(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "spool.key")); err != nil {
		t.Fatal(err)
	}
	if s, err = folder.Open(dir, ""); err != nil {
		t.Fatal(err)
	}
	if raw, err := s.Spooled("orders-dev"); err != nil || raw.Reveal() != "reply" {
		t.Errorf("%v", err)
	}
	s.Close()
}
