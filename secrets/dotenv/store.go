// Package dotenv keeps credentials as files <key>.env, 0600, in one folder: for a laptop or CI.
//
// It knows files, links, locks and git's ignore rules. It must not know Aura, plans or the daemon.
//
// A credential or a claim gets its name by a hard link from a complete, synced temporary file, so
// under the final name there is all of it or nothing, and what is there already is never replaced
// but by whoever compared it under the lock of the folder. Nothing outside the folder is read or
// written: every path goes through one os.Root, and only regular files count.
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
	"sync"

	"github.com/aurad/aurad/secrets"
)

const suffix = ".env"

// Store is a secrets.Store, safe for use by many goroutines and many processes.
type Store struct{ *folder }

// folder is where the files are: what is done to them on the disk, one step at a time.
type folder struct {
	dir string // as configured, for messages
	abs string // the same, from the root

	mu   sync.Mutex // held by every call
	real string     // abs with its symlinks resolved, for git
	root *os.Root

	// before is called ahead of each effect on the disk; an error stands for the effect's own.
	// Only tests set it.
	before func(step string) error
}

var _ secrets.Store = (*Store)(nil)

// Open opens the folder dir, made with mode 0700 if it is missing. ErrRefused if it belongs to
// another user or if others may write to it; ErrUnavailable if the disk says no.
func Open(dir string) (*Store, error) {
	abs, root, real, err := openFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("dotenv %s: open the folder: %w: %w", dir, classOf(err), err)
	}
	s := &Store{&folder{dir: dir, abs: abs, real: real, root: root, before: func(string) error { return nil }}}
	if err := s.checkFolder(); err != nil {
		root.Close()
		return nil, err
	}
	return s, nil
}

// Close releases the folder.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.root.Close()
}

// Name says where the store is.
func (s *Store) Name() string { return "dotenv " + s.dir }

// Create writes c in the place of claim, or where nothing is. See secrets.Store.
func (s *Store) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	return s.change(ctx, "write the credential", c.Key, func(e edit) error {
		if err := c.Validate(); err != nil {
			return e.fail(secrets.ErrRefused, err)
		}
		return s.create(e, c, claim)
	})
}

func (s *Store) create(e edit, c secrets.Credential, claim secrets.Claim) error {
	switch {
	case e.err != nil && !errors.Is(e.err, secrets.ErrMissing):
		return e.fail(secrets.ErrTaken, opaque(e.err))
	case e.err == nil && e.had.claim == nil:
		return s.alreadyWritten(e, c)
	case e.err == nil && !e.had.claim.Same(claim):
		return e.fail(secrets.ErrTaken, e.had.claim.Taken())
	}
	return s.put(e, content{credential: c})
}

// Put stores a credential that a person supplied. See secrets.Store.
func (s *Store) Put(ctx context.Context, c secrets.Credential) error {
	return s.change(ctx, "store the credential", c.Key, func(e edit) error {
		if err := c.Validate(); err != nil {
			return e.fail(secrets.ErrRefused, err)
		}
		switch old := e.had; {
		case errors.Is(e.err, secrets.ErrMissing):
			return s.put(e, content{credential: c})
		case e.err != nil:
			return e.err
		case old.claim != nil:
			return e.fail(secrets.ErrTaken, old.claim.Taken())
		case old.credential.InstanceID != c.InstanceID:
			return e.belongsTo(old.credential.InstanceID)
		case old.credential.Fleet != "":
			c.Fleet, c.Origin = old.credential.Fleet, old.credential.Origin
		}
		return s.put(e, content{credential: c})
	})
}

// Rename records a new display name.
func (s *Store) Rename(ctx context.Context, key, name string) error {
	return s.change(ctx, "record the new name", key, func(e edit) error {
		if err := e.credential(); err != nil {
			return err
		}
		e.next.credential.InstanceName = name
		return s.put(e, e.next)
	})
}

// Adopt records whose a credential is. See secrets.Store.
func (s *Store) Adopt(ctx context.Context, o secrets.Owned, from string) error {
	return s.change(ctx, "record whose it is", o.Key, func(e edit) error {
		if err := e.credential(); err != nil {
			return err
		}
		c := &e.next.credential
		switch {
		case c.InstanceID != o.InstanceID:
			return e.belongsTo(c.InstanceID)
		case c.Fleet == o.Fleet:
			return nil
		case c.Fleet != from:
			return e.fail(secrets.ErrTaken, fmt.Errorf("it belongs to fleet %q", c.Fleet))
		}
		c.Fleet, c.Origin = o.Fleet, o.Origin
		return s.put(e, e.next)
	})
}

// Get returns the credential of key. A file that is no credential, is not a regular file, or can
// be read by others is ErrRefused.
func (s *Store) Get(_ context.Context, key string) (secrets.Credential, error) {
	found, err := s.look("read the credential", key)
	if err == nil && found.claim != nil {
		err = s.fail("read the credential", key+suffix, secrets.ErrMissing, nil)
	}
	return found.credential, err
}

// List returns what can be read, sorted by key, and an error that names every file that can't.
func (s *Store) List(context.Context) ([]secrets.Owned, error) {
	const doing = "list the credentials"
	leave, err := s.enter(doing)
	if err != nil {
		return nil, err
	}
	defer leave()
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, s.fail(doing, ".", classOf(err), err)
	}
	var owned []secrets.Owned
	var broken []error
	for _, entry := range entries {
		key, ok := strings.CutSuffix(entry.Name(), suffix)
		if !ok || secrets.ValidKey(key) != nil {
			continue
		}
		found, err := s.read("read the credential", entry.Name(), key)
		switch {
		case err != nil:
			broken = append(broken, err)
		case found.claim == nil && found.movedTo == "":
			owned = append(owned, found.credential.Owned())
		}
	}
	slices.SortFunc(owned, func(a, b secrets.Owned) int { return strings.Compare(a.Key, b.Key) })
	return owned, errors.Join(broken...)
}

// Destroy removes the credential of key if it belongs to instanceID.
func (s *Store) Destroy(ctx context.Context, key, instanceID string) error {
	return s.change(ctx, "remove the credential", key, func(e edit) error {
		switch {
		case errors.Is(e.err, secrets.ErrMissing):
			return nil
		case e.err != nil:
			return e.err
		case e.had.claim != nil:
			return e.fail(secrets.ErrTaken, e.had.claim.Taken())
		case e.had.credential.InstanceID != instanceID:
			return e.belongsTo(e.had.credential.InstanceID)
		}
		return e.wrap(s.remove(e.path))
	})
}

// fileOf is the only place where a key becomes a path.
func fileOf(key string) (string, error) {
	if err := secrets.ValidKey(key); err != nil {
		return "", fmt.Errorf("dotenv: %w", err)
	}
	return key + suffix, nil
}

func (s *folder) fail(doing, path string, class, cause error) error {
	at := filepath.Join(s.dir, path)
	switch {
	case cause == nil:
		return fmt.Errorf("dotenv %s: %s: %w", at, doing, class)
	case errors.Is(cause, class):
		return fmt.Errorf("dotenv %s: %s: %w", at, doing, cause)
	}
	return fmt.Errorf("dotenv %s: %s: %w: %w", at, doing, class, cause)
}
