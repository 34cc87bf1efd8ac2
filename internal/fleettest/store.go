package fleettest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/aurad/aurad/secrets"
)

// FlakyStore is a store that can stop taking passwords, and whose login can run out.
type FlakyStore struct {
	secrets.Store
	Full   atomic.Bool // Create fails, though a moment ago everything was well
	expiry atomic.Pointer[time.Time]
}

// Create fails while the store is full.
func (s *FlakyStore) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	if s.Full.Load() {
		return secrets.ErrUnavailable
	}
	return s.Store.Create(ctx, c, claim)
}

// Expires sets when the store's login runs out.
func (s *FlakyStore) Expires(at time.Time) { s.expiry.Store(&at) }

// TokenExpiry is what a store with a login says of it.
func (s *FlakyStore) TokenExpiry() time.Time {
	if at := s.expiry.Load(); at != nil {
		return *at
	}
	return time.Time{}
}
