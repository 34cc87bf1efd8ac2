package vault

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// Preflight asks, in this order: is Vault initialised and unsealed, is the mount a KV v2 engine,
// may the token do what a create and a rename need, may the claim be written where the path is
// (one with deleted versions only is taken: see Create).
func (s *Store) Preflight(ctx context.Context, c secrets.Claim) error {
	const doing = "check that a credential can be written"
	path, err := s.secretPath(c.Key)
	if err != nil {
		return err
	}
	mount := func(ctx context.Context, _ string) error { return s.checkMount(ctx) }
	free := func(ctx context.Context, path string) error { return s.checkFree(ctx, path, c) }
	for _, check := range []func(context.Context, string) error{s.checkHealth, mount, s.checkRights, free} {
		if err := check(ctx, path); err != nil {
			return s.fail(doing, path, err)
		}
	}
	return nil
}

// checkHealth needs no token. A standby passes: it forwards or redirects what follows.
func (s *mount) checkHealth(ctx context.Context, _ string) error {
	health, err := s.session.Anonymous.Sys().HealthWithContext(ctx)
	switch {
	case err != nil:
		return err
	case !health.Initialized:
		return fmt.Errorf("%w: Vault is not initialised", secrets.ErrUnavailable)
	case health.Sealed:
		return fmt.Errorf("%w: Vault is sealed", secrets.ErrUnavailable)
	}
	return nil
}

// checkRights asks for all rights in one request.
func (s *Store) checkRights(ctx context.Context, path string) error {
	needed := []struct {
		path   string
		rights []string
	}{
		{s.name + "/data/" + path, []string{"create", "read", "patch"}},
		{s.name + "/metadata/" + path, []string{"read", "patch"}},
	}
	var reply *api.Secret
	err := s.session.Do(ctx, func() (err error) {
		reply, err = s.session.Client.Logical().WriteWithContext(ctx, "sys/capabilities-self",
			map[string]any{"paths": []string{needed[0].path, needed[1].path}})
		return err
	})
	if err != nil {
		return err
	}
	for _, n := range needed {
		if missing := lacking(reply, n.path, n.rights); len(missing) > 0 {
			return fmt.Errorf("%w: the token's policies lack %s on %s; examples/vault/aurad.hcl has all that is needed",
				secrets.ErrRefused, strings.Join(missing, ", "), n.path)
		}
	}
	return nil
}

func lacking(reply *api.Secret, path string, rights []string) []string {
	if reply == nil {
		return rights
	}
	granted, _ := reply.Data[path].([]any)
	if slices.Contains(granted, any("root")) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(rights), func(right string) bool { return slices.Contains(granted, any(right)) })
}

func (s *Store) checkFree(ctx context.Context, path string, c secrets.Claim) error {
	meta, err := s.metadata(ctx, path)
	if err != nil || meta == nil {
		return err
	}
	if by, ok := meta.CustomMetadata[metaManager]; ok && by != managedBy {
		return fmt.Errorf("%w: its %s is %q", secrets.ErrTaken, metaManager, by)
	}
	if !alive(meta) {
		return fmt.Errorf("%w: it has no living version; vault kv metadata delete -mount=%s %s frees the path",
			secrets.ErrTaken, s.name, path)
	}
	found, err := s.newestAt(ctx, path, c.Key)
	if err == nil && !found.givesWayTo(c) {
		err = found.taken()
	}
	return err
}
