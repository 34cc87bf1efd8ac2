package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

func (p program) fleetCommand(c *common) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fleet",
		Short: "Give a fleet another name",
		Long: `A fleet has a name, at the top of its file: everything that aurad remembers of it, the state and
what is written beside each credential, is recorded under that name.`,
		Args: cobra.NoArgs,
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "rename OLD NEW",
		Short: "Record what is remembered of a fleet under another name",
		Long: `rename makes the state of the fleet OLD that of NEW, and writes the new name beside each of its
credentials. It asks Aura nothing. A fleet whose file names none is called default.

Write ` + "`fleet: NEW`" + ` into the file, stop the daemon, run this, and start the daemon again. It may be
repeated if the credential store failed half-way.`,
		Example: "  aurad fleet rename default acme-databases",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.fleetRename(cmd.Context(), c, args[0], args[1])
		},
	})
	return cmd
}

func (p program) fleetRename(ctx context.Context, c *common, from, to string) error {
	fleet, err := p.readFleet(c.file)
	if err != nil {
		return err
	}
	if fleet.Name != to {
		return fmt.Errorf("%s is the file of the fleet %s: write `fleet: %s` into it first", fleet.File, fleet.Name, to)
	}
	dir, err := p.renamedState(c, from, to)
	if err != nil {
		return err
	}
	tagged := 0
	for _, own := range folder.All(dir) {
		n, err := p.renameState(ctx, fleet, own, from, to)
		if err != nil {
			return err
		}
		tagged += n
	}
	_, err = fmt.Fprintf(p.stdout, "The state in %s is that of the fleet %s now, and its name is beside %s.\n", dir, to, words.Plural(tagged, "credential"))
	return err
}

// renamedState is the folder with the state to rename. Of the user's own folders, which bear the
// fleet's name, it is moved first.
func (p program) renamedState(c *common, from, to string) (string, error) {
	dir, err := p.statePath(c)
	if err != nil || c.stateDir != "" || p.env("STATE_DIRECTORY") != "" {
		return dir, err
	}
	base, err := p.stateBase()
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
	return dir, moveState(p.spoolKey(), old, dir)
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
func (p program) renameState(ctx context.Context, fleet *spec.Fleet, dir, from, to string) (tagged int, err error) {
	err = p.withState(dir, func(s *state.State) error {
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
		tagged, err = p.tag(ctx, fleet, led, from, to)
		return err
	})
	return tagged, err
}

// tag writes the fleet's name beside every credential that the ledger knows to be stored.
func (p program) tag(ctx context.Context, fleet *spec.Fleet, led reconcile.Ledger, from, to string) (tagged int, err error) {
	var stored []string
	for _, key := range led.Keys() {
		if led[key].Credential == reconcile.CredentialStored {
			stored = append(stored, key)
		}
	}
	if len(stored) == 0 {
		return 0, nil
	}
	store, release, err := p.openStore(fleet)
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
func (p program) withState(dir string, change func(*state.State) error) error {
	s, err := folder.Open(dir, p.spoolKey())
	if errors.Is(err, state.ErrHeld) {
		return fmt.Errorf("%w; it does not answer (is it an apply?): try again when it has ended", err)
	}
	if err != nil {
		return err
	}
	return errors.Join(change(s), s.Close())
}
