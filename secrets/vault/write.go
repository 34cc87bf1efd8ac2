package vault

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// Create writes c with cas=0, reads it back and compares, then sets the custom_metadata. A path
// whose versions are all deleted counts as taken: what was deleted may still be wanted back.
func (s *Store) Create(ctx context.Context, c secrets.Credential) error {
	const doing = "write the credential"
	path, err := s.secretPath(c.Key)
	if err != nil {
		return err
	}
	if err := c.Validate(); err != nil {
		return s.fail(doing, path, err)
	}
	if err := s.requireKVv2(ctx); err != nil {
		return s.fail(doing, path, err)
	}
	err = s.do(ctx, doing, path, func() error {
		_, err := s.kv().Put(ctx, path, fields(c), api.WithCheckAndSet(0))
		return err
	})
	if err == nil || errors.Is(err, secrets.ErrTaken) || s.refusedAsOverwrite(ctx, path, err) {
		return s.settle(ctx, path, c)
	}
	return err
}

// refusedAsOverwrite reports whether a write was forbidden because something is there: without
// the right `update`, which aurad has no use for, Vault says 403 before it looks at cas.
func (s *Store) refusedAsOverwrite(ctx context.Context, path string, err error) bool {
	if !errors.Is(err, secrets.ErrRefused) {
		return false
	}
	meta, err := s.metadata(ctx, path)
	return err == nil && meta != nil
}

// settle reads path back and, if it holds c, makes its custom_metadata say so.
func (s *Store) settle(ctx context.Context, path string, c secrets.Credential) error {
	const doing = "read the credential back"
	found, err := s.read(ctx, doing, path, c.Key)
	if errors.Is(err, secrets.ErrMissing) {
		return s.fail(doing, path, fmt.Errorf("%w: it has no living version; vault kv metadata delete frees the path", secrets.ErrTaken))
	}
	if errors.Is(err, errForeign) {
		return s.fail(doing, path, fmt.Errorf("%w: %s", secrets.ErrTaken, errForeign))
	}
	if err != nil {
		return err
	}
	if !found.Same(c) {
		return s.fail(doing, path, fmt.Errorf("%w: it has another instance id or password", secrets.ErrTaken))
	}
	return s.mark(ctx, path, c, found.custom)
}

// Put stores a credential that a person supplied; fields that aurad does not know stay.
func (s *Store) Put(ctx context.Context, c secrets.Credential) error {
	const doing = "store the credential"
	path, err := s.secretPath(c.Key)
	if err != nil {
		return err
	}
	if err := c.Validate(); err != nil {
		return s.fail(doing, path, err)
	}
	if err := s.requireKVv2(ctx); err != nil {
		return s.fail(doing, path, err)
	}
	old, err := s.read(ctx, doing, path, c.Key)
	switch {
	case errors.Is(err, secrets.ErrMissing):
		return s.Create(ctx, c)
	case errors.Is(err, errForeign):
		return s.fail(doing, path, fmt.Errorf("%w: %s", secrets.ErrTaken, errForeign))
	case err != nil:
		return err
	case old.InstanceID != c.InstanceID:
		return s.fail(doing, path, fmt.Errorf("%w: it belongs to instance %s", secrets.ErrTaken, old.InstanceID))
	case old.Equal(c):
		return s.mark(ctx, path, c, old.custom)
	}
	if err := s.patch(ctx, doing, path, fields(c), old.version); err != nil {
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
	if old.InstanceName == name {
		return nil
	}
	return s.patch(ctx, doing, path, map[string]any{secrets.EnvInstanceName: name}, old.version)
}

// patch changes some fields of the version that was read. If another writer was faster it is
// ErrUnavailable: the next try reads what that one wrote.
func (s *Store) patch(ctx context.Context, doing, path string, changes map[string]any, version int) error {
	err := s.do(ctx, doing, path, func() error {
		_, err := s.kv().Patch(ctx, path, changes, api.WithCheckAndSet(version))
		return err
	})
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
