package vault

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// Get returns the newest version. Where it is deleted, or a claim, there is none; a secret that
// holds something else is ErrRefused.
func (s *Store) Get(ctx context.Context, key string) (secrets.Credential, error) {
	path, err := s.secretPath(key)
	if err != nil {
		return secrets.Credential{}, err
	}
	found, err := s.read(ctx, "read the credential", path, key)
	return found.credential, err
}

// read returns a slot that holds a credential.
func (s *mount) read(ctx context.Context, doing, path, key string) (slot, error) {
	found, err := s.slot(ctx, doing, path, key)
	switch {
	case err != nil:
		return slot{}, err
	case found.foreign:
		return slot{}, s.fail(doing, path, fmt.Errorf("%w: %w", secrets.ErrRefused, errForeign))
	case !found.isCredential():
		return slot{}, s.fail(doing, path, secrets.ErrMissing)
	}
	return found, nil
}

// metadata returns nil where there is nothing, not even deleted versions. Its error has no class
// yet.
func (s *mount) metadata(ctx context.Context, path string) (*api.KVMetadata, error) {
	var meta *api.KVMetadata
	err := s.session.Do(ctx, func() (err error) {
		meta, err = s.kv().GetMetadata(ctx, path)
		return err
	})
	if errors.Is(err, api.ErrSecretNotFound) {
		return nil, nil
	}
	return meta, err
}
