package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/spec"
)

// Two files without a name that share a state folder can't be told from one that was edited: the
// second would take over what the first one has. So the state of an unnamed fleet remembers where
// its file is, and another file is refused while that one is still there.

// onlyUnnamed refuses a second file for the state of an unnamed fleet, and notes the first one.
func onlyUnnamed(s *state.State, f *spec.Fleet) error {
	if f.Name != spec.DefaultFleet {
		return nil
	}
	path, err := filepath.Abs(f.File)
	if err != nil {
		return err
	}
	before, err := s.FilePath()
	if err != nil || before == path {
		return err
	}
	if before != "" && !sameFile(before, path) && folder.Exists(before) {
		return fmt.Errorf("the state in %s is that of the fleet file %s, which is still there, and %s is another one: give each fleet a name, `fleet: NAME` (then run: aurad fleet rename default NAME, for the one that has this state), or move the old file away if this one takes its place",
			s.Place(), before, path)
	}
	return s.PutFilePath(path)
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// notMisplaced refuses to begin a new state for a fleet that has just got its name: the user's own
// folder of unnamed fleets has one that owns keys of this file. dir is where the new one would be.
func (a App) notMisplaced(f *spec.Fleet, dir string) error {
	base, err := a.stateBase()
	if err != nil || a.StateDir != "" || a.Get("STATE_DIRECTORY") != "" || f.Name == spec.DefaultFleet || folder.Exists(dir) {
		return nil
	}
	for _, own := range folder.All(base) {
		if !folder.Exists(filepath.Join(own, "aurad.db")) {
			continue
		}
		s, err := folder.Peek(own, a.sealKey())
		if err != nil {
			return err
		}
		led, err := s.Ledger()
		if err := errors.Join(err, s.Close()); err != nil {
			return err
		}
		for _, key := range led.Keys() {
			if _, ours := f.Instance(key); ours && led[key].Owns() {
				return fmt.Errorf("the state in %s, of a fleet without a name, owns %s, which this file of the fleet %s has too: if that is its name now, run: aurad fleet rename default %s; if it is another fleet, give it a --state-dir of its own", base, key, f.Name, f.Name)
			}
		}
	}
	return nil
}
