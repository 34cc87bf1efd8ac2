// Package dotenv keeps credentials as files <key>.env, 0600, in one folder: for a laptop or CI.
//
// It knows files, links and git's ignore rules. It must not know Aura, plans or the daemon.
//
// A credential gets its name by a hard link from a complete, synced temporary file, so under the
// final name there is all of it or nothing, and what is there already is never replaced. Nothing
// outside the folder is read or written: every path goes through one os.Root, and only regular
// files count.
package dotenv

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aurad/aurad/secrets"
)

const suffix = ".env"

// Store is a secrets.Store; it has one writer at a time, by the lock of the state folder.
type Store struct {
	dir  string // as configured, for messages
	real string // absolute, symlinks resolved, for git
	root *os.Root

	// before is called ahead of each effect on the disk; an error stands for the effect's own.
	// Only tests set it.
	before func(step string) error
}

var _ secrets.Store = (*Store)(nil)

// Open opens the folder dir, made with mode 0700 if it is missing. ErrRefused if it belongs to
// another user or if others may write to it; ErrUnavailable if the disk says no.
func Open(dir string) (*Store, error) {
	root, real, err := openFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("dotenv %s: open the folder: %w: %w", dir, classOf(err), err)
	}
	s := &Store{dir: dir, real: real, root: root, before: func(string) error { return nil }}
	if err := s.checkFolder(); err != nil {
		root.Close()
		return nil, err
	}
	return s, nil
}

// Close releases the folder.
func (s *Store) Close() error { return s.root.Close() }

// Name says where the store is.
func (s *Store) Name() string { return "dotenv " + s.dir }

// Preflight also proves, with an empty file, that the folder takes files and links now.
func (s *Store) Preflight(ctx context.Context, key string) error {
	const doing = "check that a credential can be written"
	path, err := s.writable(ctx, doing, key)
	if err != nil {
		return err
	}
	if _, err := s.root.Lstat(path); err == nil {
		return s.fail(doing, path, secrets.ErrTaken, nil)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return s.fail(doing, path, classOf(err), err)
	}
	if err := s.probe(key); err != nil {
		return s.fail(doing, path, classOf(err), err)
	}
	return nil
}

// Create writes c where nothing was. See secrets.Store.
func (s *Store) Create(ctx context.Context, c secrets.Credential) error {
	const doing = "write the credential"
	path, err := s.writable(ctx, doing, c.Key)
	if err != nil {
		return err
	}
	if err := c.Validate(); err != nil {
		return s.fail(doing, path, secrets.ErrRefused, err)
	}
	err = s.place(c, path, s.link)
	if errors.Is(err, fs.ErrExist) {
		return s.alreadyWritten(doing, path, c)
	}
	if err != nil {
		return s.fail(doing, path, classOf(err), err)
	}
	return s.readBack(path, c)
}

// Put stores a credential that a person supplied. See secrets.Store.
func (s *Store) Put(ctx context.Context, c secrets.Credential) error {
	const doing = "store the credential"
	path, err := s.writable(ctx, doing, c.Key)
	if err != nil {
		return err
	}
	old, err := s.Get(ctx, c.Key)
	switch {
	case errors.Is(err, secrets.ErrMissing):
		return s.Create(ctx, c)
	case err != nil:
		return err
	case old.InstanceID != c.InstanceID:
		return s.fail(doing, path, secrets.ErrTaken, fmt.Errorf("it belongs to instance %s", old.InstanceID))
	}
	return s.replace(doing, path, old, c)
}

// Rename records a new display name.
func (s *Store) Rename(ctx context.Context, key, name string) error {
	const doing = "record the new name"
	path, err := s.writable(ctx, doing, key)
	if err != nil {
		return err
	}
	old, err := s.Get(ctx, key)
	if err != nil {
		return err
	}
	renamed := old
	renamed.InstanceName = name
	return s.replace(doing, path, old, renamed)
}

// Get returns the credential of key. A file that is no credential, is not a regular file, or can
// be read by others is ErrRefused.
func (s *Store) Get(_ context.Context, key string) (secrets.Credential, error) {
	path, err := fileOf(key)
	if err != nil {
		return secrets.Credential{}, err
	}
	return s.read(path, key)
}

// List returns what can be read, sorted by key, and an error that names every file that can't.
func (s *Store) List(ctx context.Context) ([]secrets.Owned, error) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, s.fail("list the credentials", ".", classOf(err), err)
	}
	var owned []secrets.Owned
	var broken []error
	for _, e := range entries {
		key, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok || secrets.ValidKey(key) != nil {
			continue
		}
		c, err := s.Get(ctx, key)
		if err != nil {
			broken = append(broken, err)
			continue
		}
		owned = append(owned, secrets.Owned{Key: c.Key, InstanceID: c.InstanceID})
	}
	slices.SortFunc(owned, func(a, b secrets.Owned) int { return strings.Compare(a.Key, b.Key) })
	return owned, errors.Join(broken...)
}

// Destroy removes the credential of key if it belongs to instanceID.
func (s *Store) Destroy(ctx context.Context, key, instanceID string) error {
	const doing = "remove the credential"
	old, err := s.Get(ctx, key)
	path := key + suffix
	switch {
	case errors.Is(err, secrets.ErrMissing):
		return nil
	case err != nil:
		return err
	case old.InstanceID != instanceID:
		return s.fail(doing, path, secrets.ErrTaken, fmt.Errorf("it belongs to instance %s", old.InstanceID))
	}
	if err := s.remove(path); err != nil {
		return s.fail(doing, path, classOf(err), err)
	}
	return nil
}

// writable returns the file name for key if a credential may be written there at all.
func (s *Store) writable(ctx context.Context, doing, key string) (string, error) {
	path, err := fileOf(key)
	if err != nil {
		return "", err
	}
	if err := s.checkFolder(); err != nil {
		return "", err
	}
	if err := checkIgnored(ctx, s.real, path, tempName(key)); err != nil {
		return "", s.fail(doing, path, classOf(err), err)
	}
	return path, nil
}

// fileOf is the only place where a key becomes a path.
func fileOf(key string) (string, error) {
	if err := secrets.ValidKey(key); err != nil {
		return "", fmt.Errorf("dotenv: %w", err)
	}
	return key + suffix, nil
}

func (s *Store) fail(doing, path string, class, cause error) error {
	at := filepath.Join(s.dir, path)
	switch {
	case cause == nil:
		return fmt.Errorf("dotenv %s: %s: %w", at, doing, class)
	case errors.Is(cause, class):
		return fmt.Errorf("dotenv %s: %s: %w", at, doing, cause)
	}
	return fmt.Errorf("dotenv %s: %s: %w: %w", at, doing, class, cause)
}
