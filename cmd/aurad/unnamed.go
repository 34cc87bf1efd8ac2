package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/spec"
)

// Two files without a name that share a state folder can't be told from one that was edited: the
// second would take over what the first one has. So the state of an unnamed fleet remembers where
// its file is, and another file is refused while that one is still there.

// onlyUnnamed refuses a second file for the state of an unnamed fleet, and notes the first one.
func onlyUnnamed(s *daemon.State, f *spec.Fleet) error {
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
	if before != "" && !sameFile(before, path) && exists(before) {
		return fmt.Errorf("the state in %s is that of the fleet file %s, which is still there, and %s is another one: give each fleet a name, `fleet: NAME` (then run: aurad fleet rename default NAME, for the one that has this state), or move the old file away if this one takes its place",
			s.Dir(), before, path)
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
