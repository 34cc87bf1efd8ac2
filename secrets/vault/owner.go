package vault

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// The custom_metadata that says of which instance a secret is, and whose.
const (
	metaKey     = "aurad_key"
	metaID      = "aura_instance_id"
	metaFleet   = "aurad_fleet"
	metaOrigin  = "aurad_origin"
	metaMovedTo = "aurad_moved_to"
	metaBefore  = "aurad_before" // "ID FLEET ORIGIN" of the credential that gave way to a move
	metaManager = "managed_by"
	managedBy   = "aurad"
)

// mark sets the custom_metadata of path, keeping what else is there. A secret that another program
// manages is not marked: ErrTaken. What aurad itself wrote there speaks of an older version.
func (s *mount) mark(ctx context.Context, path string, c secrets.Credential, custom map[string]any) error {
	const doing = "set the custom_metadata"
	if have, ok := custom[metaManager]; ok && have != managedBy {
		return s.fail(doing, path, fmt.Errorf("%w: its %s is %q", secrets.ErrTaken, metaManager, have))
	}
	want := map[string]any{metaKey: c.Key, metaID: c.InstanceID, metaManager: managedBy, metaMovedTo: nil, metaFleet: nil, metaOrigin: nil}
	if c.Fleet != "" {
		want[metaFleet], want[metaOrigin] = c.Fleet, string(c.Origin)
	}
	return s.remark(ctx, doing, path, changed(want, custom))
}

// changed drops from want what is so already; nil stands for absent.
func changed(want, have map[string]any) map[string]any {
	for name, value := range want {
		if is, ok := have[name]; ok && is == value || !ok && value == nil {
			delete(want, name)
		}
	}
	return want
}

// unmark takes away what an older version's custom_metadata says of ownership.
func (s *mount) unmark(ctx context.Context, path string, custom map[string]any) error {
	return s.remark(ctx, "clear the custom_metadata", path, changed(map[string]any{metaID: nil, metaFleet: nil, metaOrigin: nil, metaMovedTo: nil}, custom))
}

func (s *mount) remark(ctx context.Context, doing, path string, changes map[string]any) error {
	if len(changes) == 0 {
		return nil
	}
	return s.Do(ctx, doing, path, func() error {
		return s.kv().PatchMetadata(ctx, path, api.KVMetadataPatchInput{CustomMetadata: changes})
	})
}

// Adopt records whose a credential is. See secrets.Store.
func (s *Store) Adopt(ctx context.Context, o secrets.Owned, from string) error {
	const doing = "record whose it is"
	path, err := s.secretPath(o.Key)
	if err != nil {
		return err
	}
	found, err := s.read(ctx, doing, path, o.Key)
	switch c := found.credential; {
	case err != nil:
		return err
	case c.InstanceID != o.InstanceID || found.movedTo != "":
		return s.taken(doing, path, found)
	case c.Fleet == o.Fleet:
		return nil
	case c.Fleet != from:
		return s.fail(doing, path, fmt.Errorf("%w: it belongs to fleet %q", secrets.ErrTaken, c.Fleet))
	default:
		c.Fleet, c.Origin = o.Fleet, o.Origin
		return s.mark(ctx, path, c, found.custom)
	}
}

// whose returns the fleet and origin that the custom_metadata of key's secret gives to an
// instance; "" for a secret of another key, as in a copy, or of another instance.
func whose(custom map[string]any, key, id string) (fleet string, origin secrets.Origin) {
	if custom[metaManager] != managedBy || custom[metaKey] != key || custom[metaID] != id {
		return "", ""
	}
	fleet, _ = custom[metaFleet].(string)
	from, _ := custom[metaOrigin].(string)
	return fleet, secrets.Origin(from)
}

// keepWhose notes whose old is before a move writes over it: the custom_metadata is of all versions,
// and in a swap the older one is still to be moved.
func (s *mount) keepWhose(ctx context.Context, path string, old slot) error {
	c := old.credential
	if c.Fleet == "" {
		return nil
	}
	note := strings.Join([]string{c.InstanceID, c.Fleet, string(c.Origin)}, " ")
	return s.remark(ctx, "note whose the credential was", path, changed(map[string]any{metaBefore: note}, old.custom))
}

// whoseBefore returns what keepWhose noted of instance id.
func whoseBefore(custom map[string]any, id string) (fleet string, origin secrets.Origin) {
	note, _ := custom[metaBefore].(string)
	words := strings.Fields(note)
	if custom[metaManager] != managedBy || len(words) != 3 || words[0] != id {
		return "", ""
	}
	return words[1], secrets.Origin(words[2])
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
		id, ok := ownedID(meta, key)
		if !ok || !alive(meta) || meta.CustomMetadata[metaMovedTo] != nil {
			continue
		}
		fleet, origin := whose(meta.CustomMetadata, key, id)
		owned = append(owned, secrets.Owned{Key: key, InstanceID: id, Fleet: fleet, Origin: origin})
	}
	return owned, nil
}

func (s *mount) keys(ctx context.Context) ([]string, error) {
	var reply *api.Secret
	err := s.Do(ctx, "list the credentials", s.path, func() (err error) {
		reply, err = s.session.Client.Logical().ListWithContext(ctx, s.name+"/metadata/"+s.path)
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
	if meta == nil || meta.CustomMetadata[metaManager] != managedBy || meta.CustomMetadata[metaKey] != key {
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
		return s.fail(doing, path, fmt.Errorf("%w: its custom_metadata does not name %s of instance %s", secrets.ErrTaken, managedBy, instanceID))
	}
	return s.Do(ctx, doing, path, func() error { return s.kv().DeleteMetadata(ctx, path) })
}
