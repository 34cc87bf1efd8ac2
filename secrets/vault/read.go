package vault

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// errForeign is ErrRefused to a reader; to a writer it means ErrTaken.
var errForeign = errors.New("what is stored there is not a credential of an Aura instance")

// stored is a credential as found, with the version for the next check-and-set.
type stored struct {
	secrets.Credential
	version int
	custom  map[string]any
}

// Get returns the newest version. Where it is deleted there is none; a secret that holds
// something else is ErrRefused.
func (s *Store) Get(ctx context.Context, key string) (secrets.Credential, error) {
	path, err := s.secretPath(key)
	if err != nil {
		return secrets.Credential{}, err
	}
	found, err := s.read(ctx, "read the credential", path, key)
	return found.Credential, err
}

func (s *Store) read(ctx context.Context, doing, path, key string) (stored, error) {
	var secret *api.KVSecret
	err := s.do(ctx, doing, path, func() (err error) {
		secret, err = s.kv().Get(ctx, path)
		return err
	})
	if err != nil {
		return stored{}, err
	}
	if secret.Data == nil {
		return stored{}, s.fail(doing, path, secrets.ErrMissing)
	}
	c, err := secrets.FromEnv(key, func(name string) (string, bool) { v, ok := secret.Data[name].(string); return v, ok })
	if err != nil {
		return stored{}, fmt.Errorf("vault %s/%s: %s: %w: %w", s.mount, path, doing, secrets.ErrRefused, errForeign)
	}
	found := stored{Credential: c, custom: secret.CustomMetadata}
	if secret.VersionMetadata != nil {
		found.version = secret.VersionMetadata.Version
	}
	return found, nil
}

// metadata returns nil where there is nothing, not even deleted versions. Its error has no class
// yet.
func (s *Store) metadata(ctx context.Context, path string) (*api.KVMetadata, error) {
	var meta *api.KVMetadata
	err := s.session.do(ctx, func() (err error) {
		meta, err = s.kv().GetMetadata(ctx, path)
		return err
	})
	if errors.Is(err, api.ErrSecretNotFound) {
		return nil, nil
	}
	return meta, err
}
