package login

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// Waits between attempts to log in again in the background.
const (
	firstRetry = time.Second
	lastRetry  = time.Minute
)

// watch renews the token until that no longer helps, then logs in again.
func (s *Session) watch(ctx context.Context, auth *api.SecretAuth, token secrets.Secret) {
	s.renew(ctx, auth)
	for wait := firstRetry; ctx.Err() == nil; wait = min(2*wait, lastRetry) {
		if _, err := s.ensure(ctx, token); err == nil {
			return // adopt has begun another watch
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// renew returns when the token is about to end or can't be renewed, or when ctx ends.
func (s *Session) renew(ctx context.Context, auth *api.SecretAuth) {
	watcher, err := s.Anonymous.NewLifetimeWatcher(&api.LifetimeWatcherInput{Secret: &api.Secret{Auth: auth}})
	if err != nil {
		return
	}
	var running sync.WaitGroup
	running.Go(watcher.Start)
	defer running.Wait()
	defer watcher.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-watcher.DoneCh():
			return
		case renewal := <-watcher.RenewCh():
			s.mu.Lock()
			if ctx.Err() == nil {
				s.setExpiry(renewal.Secret.Auth)
			}
			s.mu.Unlock()
		}
	}
}
