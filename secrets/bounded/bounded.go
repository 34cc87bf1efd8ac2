// Package bounded keeps a credential store that says nothing from holding up whoever asks it.
package bounded

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aurad/aurad/secrets"
)

// Store is a credential store that can't hold up the loop, and with it
// the pauses and resumes that are due: each call has a time of its own, and after one that ran
// out the store is left alone for a while, so that ten creates do not wait for it in turn. A
// store that is down and says so at once costs nothing and is asked as before.
//
// Both times are the machine's: a store does not live on a simulator's clock.
type Store struct {
	secrets.Store
	mu    sync.Mutex
	mute  int       // calls that ran out of time, in a row
	until time.Time // not asked before
}

// New bounds the calls of a store.
func New(s secrets.Store) *Store { return &Store{Store: s} }

const (
	storeAnswer = 5 * time.Second  // for what can be asked again
	storeWrite  = 10 * time.Second // for a password: the reply is spooled, and a write is recognised
	muteFirst   = 10 * time.Second
	muteMost    = 2 * time.Minute
)

// call runs f with a deadline, unless the store is being left alone.
func (s *Store) call(ctx context.Context, within time.Duration, f func(context.Context) error) error {
	s.mu.Lock()
	left := time.Until(s.until)
	s.mu.Unlock()
	if left > 0 {
		return fmt.Errorf("%w: the last request to %s was not answered in time; the next one is sent in %s", secrets.ErrUnavailable, s.Name(), left.Round(time.Second))
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	err := f(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		s.mute = 0
		return err
	}
	s.until = time.Now().Add(min(muteFirst<<min(s.mute, 10), muteMost))
	s.mute++
	return err
}

func (s *Store) Preflight(ctx context.Context, c secrets.Claim) error {
	return s.call(ctx, storeAnswer, func(ctx context.Context) error { return s.Store.Preflight(ctx, c) })
}

func (s *Store) Claim(ctx context.Context, c secrets.Claim) error {
	return s.call(ctx, storeAnswer, func(ctx context.Context) error { return s.Store.Claim(ctx, c) })
}

func (s *Store) Claimed(ctx context.Context, key string) (c secrets.Claim, err error) {
	err = s.call(ctx, storeAnswer, func(ctx context.Context) error { c, err = s.Store.Claimed(ctx, key); return err })
	return c, err
}

func (s *Store) Release(ctx context.Context, c secrets.Claim) error {
	return s.call(ctx, storeAnswer, func(ctx context.Context) error { return s.Store.Release(ctx, c) })
}

func (s *Store) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	return s.call(ctx, storeWrite, func(ctx context.Context) error { return s.Store.Create(ctx, c, claim) })
}

func (s *Store) Adopt(ctx context.Context, o secrets.Owned, from string) error {
	return s.call(ctx, storeAnswer, func(ctx context.Context) error { return s.Store.Adopt(ctx, o, from) })
}

func (s *Store) Move(ctx context.Context, m secrets.Move) error {
	return s.call(ctx, storeWrite, func(ctx context.Context) error { return s.Store.Move(ctx, m) })
}

func (s *Store) Rename(ctx context.Context, key, name string) error {
	return s.call(ctx, storeAnswer, func(ctx context.Context) error { return s.Store.Rename(ctx, key, name) })
}

func (s *Store) Get(ctx context.Context, key string) (c secrets.Credential, err error) {
	err = s.call(ctx, storeAnswer, func(ctx context.Context) error { c, err = s.Store.Get(ctx, key); return err })
	return c, err
}

func (s *Store) Put(ctx context.Context, c secrets.Credential) error {
	return s.call(ctx, storeWrite, func(ctx context.Context) error { return s.Store.Put(ctx, c) })
}

func (s *Store) List(ctx context.Context) (owned []secrets.Owned, err error) {
	err = s.call(ctx, storeWrite, func(ctx context.Context) error { owned, err = s.Store.List(ctx); return err })
	return owned, err
}

func (s *Store) Destroy(ctx context.Context, key, instanceID string) error {
	return s.call(ctx, storeAnswer, func(ctx context.Context) error { return s.Store.Destroy(ctx, key, instanceID) })
}

// TokenExpiry is that of the store, for what is shown to people.
func (s *Store) TokenExpiry() time.Time { return TokenExpiry(s.Store) }

// TokenExpiry asks a store that logs in somewhere when that ends; zero for others.
func TokenExpiry(s secrets.Store) time.Time {
	if has, ok := s.(interface{ TokenExpiry() time.Time }); ok {
		return has.TokenExpiry()
	}
	return time.Time{}
}
