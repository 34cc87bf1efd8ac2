package vault

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// The custom_metadata that marks a secret as aurad's, and of which instance.
const (
	metaKey     = "aurad_key"
	metaID      = "aura_instance_id"
	metaManager = "managed_by"
	manager     = "aurad"
)

// mark sets the custom_metadata of path, keeping what else is there. Marks of another key or
// instance are not replaced: ErrTaken.
func (s *Store) mark(ctx context.Context, path string, c secrets.Credential, custom map[string]any) error {
	const doing = "set the custom_metadata"
	want := map[string]any{metaKey: c.Key, metaID: c.InstanceID, metaManager: manager}
	complete := true
	for name, value := range want {
		have, ok := custom[name]
		if ok && have != value {
			return s.fail(doing, path, fmt.Errorf("%w: its %s is %q", secrets.ErrTaken, name, have))
		}
		complete = complete && ok
	}
	if complete {
		return nil
	}
	return s.do(ctx, doing, path, func() error {
		return s.kv().PatchMetadata(ctx, path, api.KVMetadataPatchInput{CustomMetadata: want})
	})
}

// List returns the secrets whose custom_metadata names aurad and whose newest version is not
// deleted. Others in the folder are somebody else's. It never reads a password.
func (s *Store) List(ctx context.Context) ([]secrets.Owned, error) {
	const doing = "list the credentials"
	keys, err := s.keys(ctx)
	if err != nil {
		return nil, err
	}
	var owned []secrets.Owned
	for _, key := range keys {
		path, err := s.secretPath(key)
		if err != nil {
			continue // a folder, or no key of ours
		}
		meta, err := s.metadata(ctx, path)
		if err != nil {
			return owned, s.fail(doing, path, err)
		}
		if id, ok := ownedID(meta, key); ok && alive(meta) {
			owned = append(owned, secrets.Owned{Key: key, InstanceID: id})
		}
	}
	return owned, nil
}

func (s *Store) keys(ctx context.Context) ([]string, error) {
	var reply *api.Secret
	err := s.do(ctx, "list the credentials", s.path, func() (err error) {
		reply, err = s.session.client.Logical().ListWithContext(ctx, s.mount+"/metadata/"+s.path)
		return err
	})
	if err != nil || reply == nil {
		return nil, err
	}
	var keys []string
	listed, _ := reply.Data["keys"].([]any)
	for _, k := range listed {
		if key, ok := k.(string); ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// ownedID returns the instance id of a secret that aurad wrote for key.
func ownedID(meta *api.KVMetadata, key string) (string, bool) {
	if meta == nil || meta.CustomMetadata[metaManager] != manager || meta.CustomMetadata[metaKey] != key {
		return "", false
	}
	id, ok := meta.CustomMetadata[metaID].(string)
	return id, ok && id != ""
}

func alive(meta *api.KVMetadata) bool {
	newest, ok := meta.Versions[strconv.Itoa(meta.CurrentVersion)]
	return ok && !newest.Destroyed && newest.DeletionTime.IsZero()
}

// Destroy removes all versions of the secret if its custom_metadata says that it is aurad's and
// of instanceID; any other is ErrTaken.
func (s *Store) Destroy(ctx context.Context, key, instanceID string) error {
	const doing = "destroy the credential"
	path, err := s.secretPath(key)
	if err != nil {
		return err
	}
	meta, err := s.metadata(ctx, path)
	if err != nil {
		return s.fail(doing, path, err)
	}
	if meta == nil {
		return nil
	}
	if id, ok := ownedID(meta, key); !ok || id != instanceID {
		return s.fail(doing, path, fmt.Errorf("%w: its custom_metadata does not name %s of instance %s", secrets.ErrTaken, manager, instanceID))
	}
	return s.do(ctx, doing, path, func() error { return s.kv().DeleteMetadata(ctx, path) })
}
