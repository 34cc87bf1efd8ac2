package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// Fields that aurad writes into a secret beside a credential's own. They are in the data and not
// in the custom_metadata where they must change together with the version that they speak of.
const (
	fieldClaim      = "AURAD_CLAIM" // the nonce, or released
	fieldClaimFleet = "AURAD_CLAIM_FLEET"
	fieldClaimAt    = "AURAD_CLAIM_AT"
	fieldMovedTo    = "AURAD_MOVED_TO"

	released = "released"
)

// errForeign is ErrRefused to a reader; to a writer it means ErrTaken.
var errForeign = errors.New("what is stored there is not a credential of an Aura instance")

// slot is the newest version of what a key's path holds: nothing, a claim, a credential, which may
// have moved to another key, or something that is not aurad's.
type slot struct {
	version    int            // 0: there is no living version
	data       map[string]any // as found
	claim      *secrets.Claim
	free       bool // nothing is there, or a claim that was released
	credential secrets.Credential
	movedTo    string
	foreign    bool
	custom     map[string]any
}

// slot reads the newest version at path.
func (s *mount) slot(ctx context.Context, doing, path, key string) (slot, error) {
	found, err := s.newestAt(ctx, path, key)
	if err != nil {
		return slot{}, s.fail(doing, path, err)
	}
	return found, nil
}

// newestAt is slot, and its error has no class yet.
func (s *mount) newestAt(ctx context.Context, path, key string) (slot, error) {
	return s.slotOf(ctx, key, func() (*api.KVSecret, error) { return s.kv().Get(ctx, path) })
}

func (s *mount) slotOf(ctx context.Context, key string, get func() (*api.KVSecret, error)) (slot, error) {
	var secret *api.KVSecret
	err := s.session.Do(ctx, func() (err error) { secret, err = get(); return err })
	if errors.Is(err, api.ErrSecretNotFound) || err == nil && secret.Data == nil {
		return slot{free: true}, nil
	}
	if err != nil {
		return slot{}, err
	}
	found := slot{data: secret.Data, custom: secret.CustomMetadata}
	if secret.VersionMetadata != nil {
		found.version = secret.VersionMetadata.Version
	}
	return found.sorted(key), nil
}

// sorted says what the data is.
func (f slot) sorted(key string) slot {
	text := func(name string) string { v, _ := f.data[name].(string); return v }
	c, err := secrets.FromEnv(key, func(name string) (string, bool) { v, ok := f.data[name].(string); return v, ok })
	switch {
	case text(fieldClaim) == released && err != nil:
		f.free = true
	case text(fieldClaim) != "" && err != nil:
		at, _ := time.Parse(time.RFC3339, text(fieldClaimAt))
		f.claim = &secrets.Claim{Fleet: text(fieldClaimFleet), Key: key, Nonce: text(fieldClaim), At: at}
	case err != nil:
		f.foreign = true
	default:
		c.Fleet, c.Origin = whose(f.custom, key, c.InstanceID)
		f.credential, f.movedTo = c, text(fieldMovedTo)
	}
	return f
}

// isCredential reports whether there is one, wherever it may have moved.
func (f slot) isCredential() bool { return f.credential.InstanceID != "" }

// taken says why what is there can't give way.
func (f slot) taken() error {
	switch {
	case f.claim != nil:
		return f.claim.Taken()
	case f.foreign:
		return fmt.Errorf("%w: %w", secrets.ErrTaken, errForeign)
	}
	return fmt.Errorf("%w: it belongs to instance %s", secrets.ErrTaken, f.credential.InstanceID)
}

func (s *mount) taken(doing, path string, f slot) error { return s.fail(doing, path, f.taken()) }

// write puts data in the place of what was found, which must still be the newest version: with
// cas=0 where nothing was, else by a patch that takes every other field away. ErrTaken: somebody
// was faster, or what is there has no living version.
func (s *mount) write(ctx context.Context, doing, path string, f slot, data map[string]any) error {
	if f.version > 0 {
		for name := range f.data {
			if _, kept := data[name]; !kept {
				data[name] = nil
			}
		}
		return s.patch(ctx, doing, path, data, f.version)
	}
	err := s.Do(ctx, doing, path, func() error {
		_, err := s.kv().Put(ctx, path, data, api.WithCheckAndSet(0))
		return err
	})
	if s.refusedAsOverwrite(ctx, path, err) {
		return s.fail(doing, path, fmt.Errorf("%w: something was written there meanwhile, or it has no living version; vault kv metadata delete -mount=%s %s frees the path", secrets.ErrTaken, s.name, path))
	}
	return err
}

// refusedAsOverwrite reports whether a write was forbidden because something is there: without
// the right `update`, which aurad has no use for, Vault says 403 before it looks at cas.
func (s *mount) refusedAsOverwrite(ctx context.Context, path string, err error) bool {
	if !errors.Is(err, secrets.ErrRefused) {
		return false
	}
	meta, err := s.metadata(ctx, path)
	return err == nil && meta != nil
}

// patch changes some fields of the version that was read, and no other; ErrTaken when that is not
// the newest any more. The client's own Patch is not used: an old server makes it read and write,
// and then it compares with what it read, not with what was decided on.
func (s *mount) patch(ctx context.Context, doing, path string, changes map[string]any, version int) error {
	return s.Do(ctx, doing, path, func() error {
		_, err := s.session.Client.Logical().JSONMergePatch(ctx, s.name+"/data/"+path,
			map[string]any{"data": changes, "options": map[string]any{"cas": version}})
		return err
	})
}
