// Package login has and keeps a token of Vault: by a token, an AppRole or a Kubernetes service
// account, renewed (renew.go) for as long as that helps, and had anew when it has ended. It says what
// an error of Vault means to a caller.
//
// It knows Vault's auth methods and errors, and must not know what the token is used for.
package login

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// Session keeps a token alive: it logs in when one is first needed, renews it, and logs in again
// when it ends or is revoked.
type Session struct {
	Client    *api.Client // with the token
	Anonymous *api.Client // without; in use by one login at a time, and for sys/health
	login     method
	now       func() time.Time

	turn  chan struct{} // holds one value while nobody logs in
	ctx   context.Context
	Close func() // ends ctx and waits

	mu      sync.Mutex
	token   secrets.Secret
	expires time.Time
	unwatch context.CancelFunc
	watches sync.WaitGroup
}

// New logs in when a token is first needed. The other parameters are as in Config of package
// vault.
func New(a Auth, address string, client *http.Client, now func() time.Time) (*Session, error) {
	login, err := a.login()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Session{login: login, now: now, turn: make(chan struct{}, 1), ctx: ctx, unwatch: func() {}}
	s.turn <- struct{}{}
	s.Close = func() {
		s.mu.Lock() // no watch starts once ctx is done
		cancel()
		s.mu.Unlock()
		s.watches.Wait()
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.Client, err = newClient(ctx, address, client); err == nil {
		s.Anonymous, err = newClient(ctx, address, client)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	return s, nil
}

// Do runs requests with a token. If they are forbidden because the token is dead, it logs in and
// runs them once more: what was forbidden has changed nothing.
func (s *Session) Do(ctx context.Context, requests func() error) error {
	token, err := s.ensure(ctx, secrets.Secret{})
	if err != nil {
		return err
	}
	err = requests()
	if !Forbidden(err) || s.alive(ctx) {
		return err
	}
	if _, again := s.ensure(ctx, token); again != nil {
		return again
	}
	return requests()
}

// alive reports whether Vault still knows the token; a right that is missing must not cause a
// new login with each request.
func (s *Session) alive(ctx context.Context) bool {
	_, err := s.Client.Auth().Token().LookupSelfWithContext(ctx)
	return !Forbidden(err)
}

// ensure returns a token other than dead, by a login if there is none.
func (s *Session) ensure(ctx context.Context, dead secrets.Secret) (secrets.Secret, error) {
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
	auth, err := s.login(ctx, s.Anonymous)
	if err != nil {
		return secrets.Secret{}, err
	}
	return s.adopt(auth), nil
}

func (s *Session) current() secrets.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}

// TokenExpiry is when the token ends unless it is renewed before; zero when it never does, or there is none.
func (s *Session) TokenExpiry() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.expires
}

// adopt makes auth's token the one in use and watches it in the place of the one before.
func (s *Session) adopt(auth *api.SecretAuth) secrets.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = secrets.NewSecret(auth.ClientToken)
	s.Client.SetToken(auth.ClientToken)
	s.setExpiry(auth)
	s.unwatch()
	ctx, cancel := context.WithCancel(s.ctx)
	s.unwatch = cancel
	if token := s.token; lifetime(auth) > 0 && ctx.Err() == nil {
		s.watches.Go(func() { s.watch(ctx, auth, token) })
	}
	return s.token
}

func (s *Session) setExpiry(auth *api.SecretAuth) {
	s.expires = time.Time{}
	if life := lifetime(auth); life > 0 {
		s.expires = s.now().Add(life)
	}
}

// scrub removes the token from a text, should a server or proxy have echoed it.
func (s *Session) scrub(text string) string {
	if token := s.current(); !token.Empty() {
		return strings.ReplaceAll(text, token.Reveal(), secrets.Redacted)
	}
	return text
}
