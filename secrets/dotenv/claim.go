package dotenv

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/aurad/aurad/secrets"
)

// Preflight also proves, with an empty file, that the folder takes files and links now.
func (s *Store) Preflight(ctx context.Context, c secrets.Claim) error {
	return s.change(ctx, "check that a credential can be written", c.Key, func(e edit) error {
		if err := s.replaceable(e, c); err != nil {
			return err
		}
		return e.wrap(s.probe(c.Key))
	})
}

// Claim makes c. See secrets.Store.
func (s *Store) Claim(ctx context.Context, c secrets.Claim) error {
	return s.change(ctx, "claim the key", c.Key, func(e edit) error {
		if err := c.Validate(); err != nil {
			return e.fail(secrets.ErrRefused, err)
		}
		if err := s.replaceable(e, c); err != nil {
			return err
		}
		if e.err == nil && e.had.claim == nil {
			if err := s.keep(e.path, e.key, e.had.credential.InstanceID); err != nil {
				return e.wrap(err)
			}
		}
		return s.put(e, content{claim: &c})
	})
}

// replaceable returns nil when c may be written where e is: see secrets.Claim.
func (s *Store) replaceable(e edit, c secrets.Claim) error {
	switch had := e.had; {
	case errors.Is(e.err, secrets.ErrMissing):
		return nil
	case e.err != nil:
		return e.fail(secrets.ErrTaken, opaque(e.err))
	case had.claim != nil && c.Replaces(*had.claim):
		return nil
	case had.claim != nil:
		return e.fail(secrets.ErrTaken, had.claim.Taken())
	case had.movedTo != "" || c.Gone != "" && had.credential.InstanceID == c.Gone:
		return nil
	}
	return e.belongsTo(e.had.credential.InstanceID)
}

// keep leaves what is at path under a second name, <key>.<id>.env, which is nobody's key.
func (s *folder) keep(path, key, id string) error {
	if err := s.before("keep"); err != nil {
		return err
	}
	text, err := s.readFile(path)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		name := keptName(key, id, n)
		err := s.root.Link(path, name)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		if there, err := s.readFile(name); err == nil && string(there) == string(text) {
			return nil // kept by a try that went no further
		}
	}
}

// keptName is where the n-th credential of an instance that key had before is kept.
func keptName(key, id string, n int) string {
	if n > 1 {
		id = fmt.Sprintf("%s.%d", id, n)
	}
	return key + "." + plain(id) + suffix
}

// plain drops what can't be part of a file name from an id that a person may have written.
func plain(id string) string {
	keep := []rune{}
	for _, r := range id {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			keep = append(keep, r)
		}
	}
	return string(keep[:min(len(keep), 100)])
}

// Claimed returns the claim at key.
func (s *Store) Claimed(_ context.Context, key string) (secrets.Claim, error) {
	const doing = "look for a claim"
	found, err := s.look(doing, key)
	if err != nil {
		return secrets.Claim{}, err
	}
	if found.claim == nil {
		return secrets.Claim{}, s.fail(doing, key+suffix, secrets.ErrMissing, nil)
	}
	return *found.claim, nil
}

// Release removes exactly c.
func (s *Store) Release(ctx context.Context, c secrets.Claim) error {
	return s.change(ctx, "release the claim", c.Key, func(e edit) error {
		switch {
		case errors.Is(e.err, secrets.ErrMissing):
			return nil
		case e.err != nil:
			return e.err
		case e.had.claim == nil:
			return nil // a credential: nothing is claimed
		case !e.had.claim.Same(c):
			return e.fail(secrets.ErrTaken, e.had.claim.Taken())
		}
		return e.wrap(s.remove(e.path))
	})
}
