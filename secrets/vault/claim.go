package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aurad/aurad/secrets"
)

// Claim writes c with cas=0, or over the very version that it may be written over, and reads it
// back. A lost reply is recognised: the claim that is there then is c's own.
func (s *Store) Claim(ctx context.Context, c secrets.Claim) error {
	const doing = "claim the key"
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
	if found.claim != nil && found.claim.Same(c) { // an earlier try may have been cut before the metadata
		return s.unmark(ctx, path, found.custom)
	}
	if !found.givesWayTo(c) {
		return s.taken(doing, path, found)
	}
	err = s.write(ctx, doing, path, found, map[string]any{
		fieldClaim: c.Nonce, fieldClaimFleet: c.Fleet, fieldClaimAt: c.At.UTC().Format(time.RFC3339)})
	if err != nil && !errors.Is(err, secrets.ErrTaken) {
		return err
	}
	now, readErr := s.slot(ctx, doing, path, c.Key)
	switch {
	case readErr != nil:
		return readErr
	case now.claim != nil && now.claim.Same(c):
		return s.unmark(ctx, path, now.custom)
	case err != nil && now.free:
		return err // a path without a living version
	}
	return s.taken(doing, path, now)
}

// givesWayTo reports whether c may be written over what is there: see secrets.Claim.
func (f slot) givesWayTo(c secrets.Claim) bool {
	switch {
	case f.free:
		return true
	case f.claim != nil:
		return c.Replaces(*f.claim)
	}
	return f.isCredential() && (f.movedTo != "" || c.Gone != "" && f.credential.InstanceID == c.Gone)
}

// Claimed returns the claim at key.
func (s *Store) Claimed(ctx context.Context, key string) (secrets.Claim, error) {
	const doing = "look for a claim"
	path, err := s.secretPath(key)
	if err != nil {
		return secrets.Claim{}, err
	}
	found, err := s.slot(ctx, doing, path, key)
	if err != nil {
		return secrets.Claim{}, err
	}
	if found.claim == nil {
		return secrets.Claim{}, s.fail(doing, path, secrets.ErrMissing)
	}
	return *found.claim, nil
}

// Release makes a version that says that c is released: taking the path away would need a right
// that takes credentials away too.
func (s *Store) Release(ctx context.Context, c secrets.Claim) error {
	const doing = "release the claim"
	path, err := s.secretPath(c.Key)
	if err != nil {
		return err
	}
	found, err := s.slot(ctx, doing, path, c.Key)
	switch {
	case err != nil:
		return err
	case found.claim == nil:
		return nil
	case !found.claim.Same(c):
		return s.taken(doing, path, found)
	}
	err = s.write(ctx, doing, path, found, map[string]any{fieldClaim: released})
	if errors.Is(err, secrets.ErrTaken) {
		return s.fail(doing, path, fmt.Errorf("%w: another writer changed it meanwhile", secrets.ErrUnavailable))
	}
	return err
}

// begin returns the path of key once the mount is known to be one that compares versions.
func (s *Store) begin(ctx context.Context, doing, key string) (string, error) {
	path, err := s.secretPath(key)
	if err != nil {
		return "", err
	}
	if err := s.requireKVv2(ctx); err != nil {
		return "", s.fail(doing, path, err)
	}
	return path, nil
}
