package dotenv

import (
	"context"
	"errors"
	"fmt"

	"github.com/aurad/aurad/secrets"
)

// Move copies, verifies, and then marks what it copied. See secrets.Store.
func (s *Store) Move(ctx context.Context, m secrets.Move) error {
	const doing = "move the credential"
	if err := m.Validate(); err != nil {
		return fmt.Errorf("dotenv: %w", err)
	}
	c, err := s.source(m)
	if errors.Is(err, secrets.ErrMissing) {
		return s.alreadyMoved(m, err)
	}
	if err != nil {
		return err
	}
	c.Key = m.To
	if err := s.change(ctx, doing, m.To, func(e edit) error { return s.bring(e, c, m) }); err != nil {
		return err
	}
	return s.change(ctx, "mark the credential as moved", m.From, func(e edit) error {
		if e.err != nil || e.had.claim != nil || e.had.credential.InstanceID != m.InstanceID {
			return nil // another's by now
		}
		e.next.movedTo = m.To
		e.next.credential.Fleet, e.next.credential.Origin = "", ""
		return s.put(e, e.next)
	})
}

// source reads what is to be moved: at its key, or kept beside it when the key has another by now.
func (s *Store) source(m secrets.Move) (secrets.Credential, error) {
	at, err := s.look("move the credential", m.From)
	if err != nil && !errors.Is(err, secrets.ErrMissing) {
		return secrets.Credential{}, err
	}
	if err == nil && at.claim == nil && at.credential.InstanceID == m.InstanceID && at.movedTo == "" {
		return at.credential, nil
	}
	return s.kept(m.From, m.InstanceID)
}

// kept reads the newest credential of id that key had before.
func (s *folder) kept(key, id string) (found secrets.Credential, err error) {
	const doing = "move the credential"
	leave, err := s.enter(doing)
	if err != nil {
		return found, err
	}
	defer leave()
	for n := 1; ; n++ {
		c, err := s.read(doing, keptName(key, id, n), key)
		if errors.Is(err, secrets.ErrMissing) && n > 1 {
			return found, nil
		}
		if err != nil {
			return found, err
		}
		found = c.credential
	}
}

// alreadyMoved is nil when the credential is where it was to go; else missing, the error of its source.
func (s *Store) alreadyMoved(m secrets.Move, missing error) error {
	at, err := s.look("move the credential", m.To)
	if err == nil && at.claim == nil && at.credential.InstanceID == m.InstanceID && at.movedTo == "" {
		return nil
	}
	return missing
}

// bring writes c where nothing is, where a moved credential is, or over that of m.Over.
func (s *Store) bring(e edit, c secrets.Credential, m secrets.Move) error {
	old := e.had.credential
	switch {
	case errors.Is(e.err, secrets.ErrMissing):
	case e.err != nil:
		return e.fail(secrets.ErrTaken, opaque(e.err))
	case e.had.claim != nil:
		return e.fail(secrets.ErrTaken, e.had.claim.Taken())
	case e.had.movedTo == "" && old.InstanceID == c.InstanceID && old.Password.Equal(c.Password):
		return nil
	case e.had.movedTo != "" || m.Over != "" && old.InstanceID == m.Over:
		if err := s.keep(e.path, e.key, old.InstanceID); err != nil {
			return e.wrap(err)
		}
	default:
		return e.belongsTo(old.InstanceID)
	}
	return s.put(e, content{credential: c})
}
