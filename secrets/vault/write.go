package vault

import (
	"context"
	"errors"
	"fmt"

	"github.com/aurad/aurad/secrets"
)

// Create replaces the very version that is the claim, or writes with cas=0 where nothing is,
// reads it back and compares, then sets the custom_metadata. A path whose versions are all deleted
// counts as taken: what was deleted may still be wanted back.
func (s *Store) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	const doing = "write the credential"
	path, err := s.begin(ctx, doing, c.Key)
	if err != nil {
		return err
	}
	if err := c.Validate(); err != nil {
		return s.fail(doing, path, err)
	}
	found, err := s.slot(ctx, doing, path, c.Key)
	if err != nil {
		return err
	}
	if found.free || found.claim != nil && found.claim.Same(claim) {
		if err := s.write(ctx, doing, path, found, fields(c)); err != nil && !errors.Is(err, secrets.ErrTaken) {
			return err
		}
	}
	return s.settle(ctx, path, c)
}

// settle reads path back and, if it holds c, makes its custom_metadata say so.
func (s *Store) settle(ctx context.Context, path string, c secrets.Credential) error {
	const doing = "read the credential back"
	found, err := s.slot(ctx, doing, path, c.Key)
	switch {
	case err != nil:
		return err
	case found.free:
		return s.fail(doing, path, fmt.Errorf("%w: it has no living version; vault kv metadata delete -mount=%s %s frees the path", secrets.ErrTaken, s.name, path))
	case !found.isCredential():
		return s.taken(doing, path, found)
	case !found.credential.Same(c) || found.movedTo != "":
		return s.fail(doing, path, fmt.Errorf("%w: it has another instance id or password", secrets.ErrTaken))
	}
	return s.mark(ctx, path, c, found.custom)
}

// Put stores a credential that a person supplied; fields that aurad does not know stay.
func (s *Store) Put(ctx context.Context, c secrets.Credential) error {
	const doing = "store the credential"
	path, err := s.begin(ctx, doing, c.Key)
	if err != nil {
		return err
	}
	if err := c.Validate(); err != nil {
		return s.fail(doing, path, err)
	}
	found, err := s.slot(ctx, doing, path, c.Key)
	old := found.credential
	switch {
	case err != nil:
		return err
	case found.free:
		return s.Create(ctx, c, secrets.Claim{})
	case !found.isCredential() || old.InstanceID != c.InstanceID:
		return s.taken(doing, path, found)
	}
	if old.Fleet != "" {
		c.Fleet, c.Origin = old.Fleet, old.Origin
	}
	if old.Equal(c) && found.movedTo == "" {
		return s.mark(ctx, path, c, found.custom)
	}
	changes := fields(c)
	if found.movedTo != "" {
		changes[fieldMovedTo] = nil
	}
	if err := s.change(ctx, doing, path, changes, found.version); err != nil {
		return err
	}
	return s.settle(ctx, path, c)
}

// Rename patches the display name alone, and only if it differs.
func (s *Store) Rename(ctx context.Context, key, name string) error {
	const doing = "record the new name"
	path, err := s.secretPath(key)
	if err != nil {
		return err
	}
	old, err := s.read(ctx, doing, path, key)
	if err != nil {
		return err
	}
	if old.credential.InstanceName == name {
		return nil
	}
	return s.change(ctx, doing, path, map[string]any{secrets.EnvInstanceName: name}, old.version)
}

// change is patch for what may be tried again: if another writer was faster it is ErrUnavailable,
// and the next try reads what that one wrote.
func (s *mount) change(ctx context.Context, doing, path string, changes map[string]any, version int) error {
	err := s.patch(ctx, doing, path, changes, version)
	if errors.Is(err, secrets.ErrTaken) {
		return s.fail(doing, path, fmt.Errorf("%w: another writer changed it meanwhile", secrets.ErrUnavailable))
	}
	return err
}

func fields(c secrets.Credential) map[string]any {
	data := map[string]any{}
	for _, p := range c.Env() {
		data[p.Name] = p.Value.Reveal()
	}
	return data
}
