package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Rename makes the state of the fleet from that of to, whose file is fleet, and writes the new name beside
// each of its credentials. It says where the state is and how many credentials bear the name now.
func (a App) Rename(ctx context.Context, fleet *spec.Fleet, from, to string) (dir string, tagged int, err error) {
	if dir, err = a.renamedState(from, to); err != nil {
		return dir, 0, err
	}
	for _, own := range folder.All(dir) {
		n, err := a.renameState(ctx, fleet, own, from, to)
		if err != nil {
			return dir, tagged, err
		}
		tagged += n
	}
	return dir, tagged, nil
}

// renamedState is the folder with the state to rename. Of the user's own folders, which bear the
// fleet's name, it is moved first.
func (a App) renamedState(from, to string) (string, error) {
	dir, err := a.StateFolder()
	if err != nil || a.StateDir != "" || a.Get("STATE_DIRECTORY") != "" {
		return dir, err
	}
	base, err := a.stateBase()
	if err != nil {
		return "", err
	}
	old := fleetDir(base, from)
	switch {
	case folder.Exists(filepath.Join(dir, "aurad.db")): // moved by an earlier try
		return dir, nil
	case !folder.Exists(filepath.Join(old, "aurad.db")) && !folder.Exists(filepath.Join(old, "accounts")):
		return "", fmt.Errorf("there is no state of the fleet %s in %s", from, old)
	}
	return dir, moveState(a.sealKey(), old, dir)
}

// moveState moves the files of a state that nobody works on to another folder.
func moveState(spoolKey, from, to string) error {
	s, err := folder.Open(from, spoolKey)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	// The key and the accounts go first: a state without its key can't be opened.
	for _, name := range []string{"spool.key", "accounts", "requests.db", "aurad.db"} {
		err := os.Rename(filepath.Join(from, name), filepath.Join(to, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("move the state to %s: %w", to, err)
		}
	}
	return nil
}

// renameState renames the fleet of one state, and of the credentials that it knows to be stored.
func (e Env) renameState(ctx context.Context, fleet *spec.Fleet, dir, from, to string) (tagged int, err error) {
	err = e.withState(dir, func(s *state.State) error {
		have, err := s.Fleet()
		if err != nil {
			return err
		}
		if have != from && have != to && have != "" {
			return fmt.Errorf("the state in %s is that of the fleet %s, not of %s", dir, have, from)
		}
		led, err := s.Ledger()
		if err != nil {
			return err
		}
		if err := s.PutFleet(to); err != nil {
			return err
		}
		tagged, err = e.tag(ctx, fleet, led, from, to)
		return err
	})
	return tagged, err
}

// tag writes the fleet's name beside every credential that the ledger knows to be stored.
func (e Env) tag(ctx context.Context, fleet *spec.Fleet, led reconcile.Ledger, from, to string) (tagged int, err error) {
	var stored []string
	for _, key := range led.Keys() {
		if led[key].Credential == reconcile.CredentialStored {
			stored = append(stored, key)
		}
	}
	if len(stored) == 0 {
		return 0, nil
	}
	store, release, err := e.openStore(fleet)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, release()) }()
	for _, key := range stored {
		done, err := tagOne(ctx, store, key, led[key].ID, from, to)
		if err != nil {
			return tagged, fmt.Errorf("write the fleet's name beside the credential of %s: %w", key, err)
		}
		if done {
			tagged++
		}
	}
	return tagged, nil
}

// tagOne leaves alone what is stored for another instance or another fleet.
func tagOne(ctx context.Context, store secrets.Store, key, id, from, to string) (bool, error) {
	c, err := store.Get(ctx, key)
	if errors.Is(err, secrets.ErrMissing) || err == nil && c.InstanceID != id {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if c.Fleet != "" && c.Fleet != from && c.Fleet != to {
		return false, nil
	}
	// The state says that it is this fleet's; a credential of the first edition does not.
	return true, store.Adopt(ctx, secrets.Owned{Key: key, InstanceID: id, Fleet: to, Origin: cmp.Or(c.Origin, secrets.Adopted)}, c.Fleet)
}

// withState opens the state for one change.
func (e Env) withState(dir string, change func(*state.State) error) error {
	s, err := folder.Open(dir, e.sealKey())
	if errors.Is(err, state.ErrHeld) {
		return fmt.Errorf("%w; it does not answer (is it an apply?): try again when it has ended", err)
	}
	if err != nil {
		return err
	}
	return errors.Join(change(s), s.Close())
}
