package vault

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// session keeps a token alive: it logs in when one is first needed, renews it, and logs in again
// when it ends or is revoked.
type session struct {
	client    *api.Client // with the token
	anonymous *api.Client // without; in use by one login at a time, and for sys/health
	login     login
	now       func() time.Time

	turn  chan struct{} // holds one value while nobody logs in
	ctx   context.Context
	close func() // ends ctx and waits

	mu      sync.Mutex
	token   secrets.Secret
	expires time.Time
	unwatch context.CancelFunc
	watches sync.WaitGroup
}

func newSession(c Config) (*session, error) {
	login, err := c.Auth.login()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &session{login: login, now: c.Now, turn: make(chan struct{}, 1), ctx: ctx, unwatch: func() {}}
	s.turn <- struct{}{}
	s.close = func() {
		s.mu.Lock() // no watch starts once ctx is done
		cancel()
		s.mu.Unlock()
		s.watches.Wait()
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.client, err = newClient(ctx, c); err == nil {
		s.anonymous, err = newClient(ctx, c)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	return s, nil
}

// do runs requests with a token. If they are forbidden because the token is dead, it logs in and
// runs them once more: what was forbidden has changed nothing.
func (s *session) do(ctx context.Context, requests func() error) error {
	token, err := s.ensure(ctx, secrets.Secret{})
	if err != nil {
		return err
	}
	err = requests()
	if !forbidden(err) || s.alive(ctx) {
		return err
	}
	if _, again := s.ensure(ctx, token); again != nil {
		return again
	}
	return requests()
}

// alive reports whether Vault still knows the token; a right that is missing must not cause a
// new login with each request.
func (s *session) alive(ctx context.Context) bool {
	_, err := s.client.Auth().Token().LookupSelfWithContext(ctx)
	return !forbidden(err)
}

// ensure returns a token other than dead, by a login if there is none.
func (s *session) ensure(ctx context.Context, dead secrets.Secret) (secrets.Secret, error) {
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return secrets.Secret{}, ctx.Err()
	case <-s.ctx.Done():
		return secrets.Secret{}, fmt.Errorf("%w: the store is closed", secrets.ErrUnavailable)
	}
	if have := s.current(); !have.Empty() && !have.Equal(dead) {
		return have, nil
	}
	auth, err := s.login(ctx, s.anonymous)
	if err != nil {
		return secrets.Secret{}, err
	}
	return s.adopt(auth), nil
}

func (s *session) current() secrets.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}

func (s *session) tokenExpiry() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.expires
}

// adopt makes auth's token the one in use and watches it in the place of the one before.
func (s *session) adopt(auth *api.SecretAuth) secrets.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = secrets.NewSecret(auth.ClientToken)
	s.client.SetToken(auth.ClientToken)
	s.setExpiry(auth)
	s.unwatch()
	ctx, cancel := context.WithCancel(s.ctx)
	s.unwatch = cancel
	if token := s.token; lifetime(auth) > 0 && ctx.Err() == nil {
		s.watches.Go(func() { s.watch(ctx, auth, token) })
	}
	return s.token
}

func (s *session) setExpiry(auth *api.SecretAuth) {
	s.expires = time.Time{}
	if life := lifetime(auth); life > 0 {
		s.expires = s.now().Add(life)
	}
}

// scrub removes the token from a text, should a server or proxy have echoed it.
func (s *session) scrub(text string) string {
	if token := s.current(); !token.Empty() {
		return strings.ReplaceAll(text, token.Reveal(), secrets.Redacted)
	}
	return text
}
