package folder_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/spec"
)

func firstEdition(t *testing.T) []byte {
	t.Helper()
	packed, err := os.ReadFile("testdata/first-edition.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A state file that the first edition's own binary wrote, of three instances: one that is as the
// file says, one protected, one whose block had left the file. It opens as that of the unnamed
// fleet, with everything but what proved nothing: files and removals.
func TestAStateOfTheFirstEditionIsUpgraded(t *testing.T) {
	raw := firstEdition(t)
	key, err := os.ReadFile("testdata/first-edition.key")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{"aurad.db": raw, "spool.key": key} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second time it is one of this edition
		s, err := folder.Open(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		led, err := s.Ledger()
		if err != nil {
			t.Fatal(err)
		}
		fleet, err := s.Fleet()
		if err != nil || fleet != spec.DefaultFleet {
			t.Errorf("fleet %q, %v", fleet, err)
		}
		if len(led) != 3 || led["stays"].ID == "" || !led["kept"].Protect || led["left"].ID == "" || led["left"].Absence != nil || led["stays"].Credential != "stored" {
			t.Errorf("%+v", led)
		}
		if timings, err := s.Timings(); err != nil || len(timings) == 0 {
			t.Errorf("timings %v, %v", timings, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A plan reads a state of the first edition too, and leaves it as it is.
func TestPeekingUpgradesNothing(t *testing.T) {
	raw := firstEdition(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "aurad.db")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "spool.key"), make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := folder.Peek(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	led, err := s.Ledger()
	if err != nil || len(led) != 3 {
		t.Errorf("%d entries, %v", len(led), err)
	}
	if err := s.PutEntry("new", led["stays"]); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(raw) {
		t.Errorf("the state file changed, %v", err)
	}
}
