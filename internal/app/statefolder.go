package app

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/spec"
)

// StateFolder is the state folder: the flag, what systemd made, or the user's own for the fleet that
// the file names.
func (a App) StateFolder() (string, error) {
	fleet, err := a.ReadFleet()
	if err != nil {
		fleet = nil
	}
	return a.stateOf(fleet)
}

// stateOf is StateFolder for a file that was read already; nil for one that could not be.
func (a App) stateOf(fleet *spec.Fleet) (string, error) {
	if a.StateDir != "" {
		return a.StateDir, nil
	}
	if dir := a.Get("STATE_DIRECTORY"); dir != "" {
		first, _, _ := strings.Cut(dir, ":") // systemd lists several with colons
		return first, nil
	}
	base, err := a.stateBase()
	if err != nil {
		return "", err
	}
	if fleet == nil {
		return onlyState(base, a.File)
	}
	return fleetDir(base, fleet.Name), nil
}

// stateBase is the folder that has the user's own state folders.
func (a App) stateBase() (string, error) {
	if dir := a.Get("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "aurad"), nil
	}
	if home := a.Get("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "aurad"), nil
	}
	return "", errors.New("there is no place for what aurad remembers: give --state-dir")
}

// fleetDir is the state folder of a fleet under base; the unnamed one has base itself.
func fleetDir(base, fleet string) string {
	if fleet == spec.DefaultFleet {
		return base
	}
	return filepath.Join(base, fleet)
}

// onlyState is the one state folder there is under base, for when the fleet file can't say which.
func onlyState(base, file string) (string, error) {
	var found []string
	for _, pattern := range []string{"aurad.db", "*/aurad.db", "accounts/*/aurad.db", "*/accounts/*/aurad.db"} {
		paths, _ := filepath.Glob(filepath.Join(base, pattern))
		for _, path := range paths {
			dir, _, _ := strings.Cut(filepath.Dir(path), string(filepath.Separator)+"accounts")
			if len(found) == 0 || found[len(found)-1] != dir {
				found = append(found, dir)
			}
		}
	}
	switch len(found) {
	case 0:
		return base, nil
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%s has the states of %d fleets, and %s can't be read to say which: name the file with -f, or the folder with --state-dir", base, len(found), file)
}

// belongs makes a new state that of a fleet, and refuses that of another one: what it owns would be
// taken for what left this file.
func belongs(s *state.State, fleet string) error {
	have, err := s.Fleet()
	switch {
	case err != nil || have == fleet:
		return err
	case have == "":
		return s.PutFleet(fleet)
	case have == spec.DefaultFleet:
		return fmt.Errorf("the state in %s is that of a fleet without a name, and the file is of the fleet %s: if that is its name now, run: aurad fleet rename default %s; if not, give this file a --state-dir of its own", s.Place(), fleet, fleet)
	case fleet == spec.DefaultFleet:
		return fmt.Errorf("the state in %s is that of the fleet %s, and the file names no fleet: write `fleet: %s` into it, or give it a --state-dir of its own", s.Place(), have, have)
	}
	return fmt.Errorf("the state in %s is that of the fleet %s, and the file is of the fleet %s: give it a --state-dir of its own, or if the fleet has a new name, run: aurad fleet rename %s %s", s.Place(), have, fleet, have, fleet)
}
