package vault

import (
	"context"
	"fmt"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault/login"
)

// requireKVv2 checks the mount until it was once found right. A write to KV v1 must not happen:
// it would succeed under another path and ignore cas.
func (s *mount) requireKVv2(ctx context.Context) error {
	if s.mounted.Load() {
		return nil
	}
	err := s.checkMount(ctx)
	if err == nil {
		s.mounted.Store(true)
	}
	return err
}

// checkMount uses the endpoint by which the vault command tells KV v1 from v2: it needs no right
// but some right below the mount.
func (s *mount) checkMount(ctx context.Context) error {
	var mount *api.Secret
	err := s.session.Do(ctx, func() (err error) {
		mount, err = s.session.Client.Logical().ReadWithContext(ctx, "sys/internal/ui/mounts/"+s.name)
		return err
	})
	switch {
	case login.Forbidden(err):
		return fmt.Errorf("%w: there is no mount %s/, or the token has no right below it", secrets.ErrRefused, s.name)
	case err != nil:
		return err
	case mount == nil:
		return fmt.Errorf("%w: there is no mount %s/", secrets.ErrRefused, s.name)
	}
	options, _ := mount.Data["options"].(map[string]any)
	switch version := options["version"]; {
	case mount.Data["type"] != "kv":
		return fmt.Errorf("%w: %s/ is no KV v2 engine but of type %v", secrets.ErrRefused, s.name, mount.Data["type"])
	case version != "2":
		return fmt.Errorf("%w: %s/ is a KV engine of version %v; vault kv enable-versioning %s makes it KV v2",
			secrets.ErrRefused, s.name, version, s.name)
	}
	return nil
}
