package folder_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aurad/aurad/internal/fleettest"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/spec"
)

// A state file that the first edition's own binary wrote, of three instances: one that is as the
// file says, one protected, one whose block had left the file. It opens as that of the unnamed
// fleet, with everything but what proved nothing: files and removals.
func TestAStateOfTheFirstEditionIsUpgraded(t *testing.T) {
	dir := t.TempDir()
	fleettest.FirstEdition(t, dir)
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
	dir := t.TempDir()
	path := filepath.Join(dir, "aurad.db")
	raw := fleettest.FirstEdition(t, dir)
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
