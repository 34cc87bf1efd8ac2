package vault

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// Move copies, verifies, and then marks what it copied. See secrets.Store.
func (s *Store) Move(ctx context.Context, m secrets.Move) error {
	const doing = "move the credential"
	if err := m.Validate(); err != nil {
		return fmt.Errorf("%s: %w", s.Name(), err)
	}
	to, err := s.begin(ctx, doing, m.To)
	if err != nil {
		return err
	}
	c, err := s.source(ctx, m)
	there, readErr := s.slot(ctx, doing, to, m.To)
	switch {
	case readErr != nil:
		return readErr
	case errors.Is(err, secrets.ErrMissing) && there.isCredential() && there.movedTo == "" && there.credential.InstanceID == m.InstanceID:
		return nil // it was moved before, and the place it left is another's by now
	case err != nil:
		return err
	}
	c.Key = m.To
	if err := s.bring(ctx, to, there, c, m.Over); err != nil {
		return err
	}
	return s.markMoved(ctx, m)
}

// source reads what is to be moved: the newest version at its key, or an older one when the key
// has another instance by now.
func (s *Store) source(ctx context.Context, m secrets.Move) (secrets.Credential, error) {
	const doing = "move the credential"
	from, err := s.secretPath(m.From)
	if err != nil {
		return secrets.Credential{}, err
	}
	meta, err := s.metadata(ctx, from)
	if err != nil {
		return secrets.Credential{}, s.fail(doing, from, err)
	}
	for n := newest(meta); n > 0; n-- {
		if v, kept := meta.Versions[fmt.Sprint(n)]; !kept || v.Destroyed || !v.DeletionTime.IsZero() {
			continue
		}
		found, err := s.slotOf(ctx, m.From, func() (*api.KVSecret, error) { return s.kv().GetVersion(ctx, from, n) })
		if err != nil {
			return secrets.Credential{}, s.fail(doing, from, err)
		}
		if c := found.credential; c.InstanceID == m.InstanceID {
			if c.Fleet == "" {
				c.Fleet, c.Origin = whoseBefore(meta.CustomMetadata, c.InstanceID)
			}
			return c, nil
		}
	}
	return secrets.Credential{}, s.fail(doing, from, secrets.ErrMissing)
}

func newest(meta *api.KVMetadata) int {
	if meta == nil {
		return 0
	}
	return meta.CurrentVersion
}

// bring writes c where nothing is, where a moved credential is, or over that of the instance over.
func (s *Store) bring(ctx context.Context, to string, there slot, c secrets.Credential, over string) error {
	const doing = "move the credential"
	is := there.credential
	switch {
	case there.isCredential() && there.movedTo == "" && is.Same(c):
		if is.Fleet != "" { // it was moved before, and by now the old key may say nothing of it
			c.Fleet, c.Origin = is.Fleet, is.Origin
		}
	case there.free, there.movedTo != "", over != "" && is.InstanceID == over:
		if err := s.keepWhose(ctx, to, there); err != nil {
			return err
		}
		if err := s.write(ctx, doing, to, there, fields(c)); err != nil && !errors.Is(err, secrets.ErrTaken) {
			return err
		}
	default:
		return s.taken(doing, to, there)
	}
	return s.settle(ctx, to, c)
}

// markMoved says at the old key where the credential went. It stays readable there, for who has
// not learned the new key yet.
func (s *Store) markMoved(ctx context.Context, m secrets.Move) error {
	const doing = "mark the credential as moved"
	from, err := s.secretPath(m.From)
	if err != nil {
		return err
	}
	old, err := s.slot(ctx, doing, from, m.From)
	if err != nil || old.credential.InstanceID != m.InstanceID {
		return err // another's by now
	}
	if old.movedTo != m.To {
		if err := s.change(ctx, doing, from, map[string]any{fieldMovedTo: m.To}, old.version); err != nil {
			return err
		}
	}
	if old.custom[metaMovedTo] == m.To {
		return nil
	}
	return s.remark(ctx, doing, from, map[string]any{metaMovedTo: m.To})
}
