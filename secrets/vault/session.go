package vault

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
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

// newClient makes a client without a token, whose requests end with ctx and are never repeated.
func newClient(ctx context.Context, c Config) (*api.Client, error) {
	config := api.DefaultConfig()
	if config.Error != nil {
		return nil, config.Error
	}
	if c.HTTP != nil {
		own := *c.HTTP
		config.HttpClient = &own
	}
	config.HttpClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	config.MaxRetries = 0
	if c.Address != "" {
		config.Address, config.AgentAddress = c.Address, ""
	}
	client, err := api.NewClient(config)
	if err != nil {
		return nil, err
	}
	client.ClearToken() // NewClient took VAULT_TOKEN
	config.HttpClient.Transport = bound{ctx, config.HttpClient.Transport}
	return client, nil
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

// watch renews the token until that no longer helps, then logs in again.
func (s *session) watch(ctx context.Context, auth *api.SecretAuth, token secrets.Secret) {
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
func (s *session) renew(ctx context.Context, auth *api.SecretAuth) {
	watcher, err := s.anonymous.NewLifetimeWatcher(&api.LifetimeWatcherInput{Secret: &api.Secret{Auth: auth}})
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

// scrub removes the token from a text, should a server or proxy have echoed it.
func (s *session) scrub(text string) string {
	if token := s.current(); !token.Empty() {
		return strings.ReplaceAll(text, token.Reveal(), secrets.Redacted)
	}
	return text
}

// bound ends every request when ctx ends: the client's lifetime watcher takes no context, and
// Close must not wait for a Vault that hangs.
type bound struct {
	ctx  context.Context
	next http.RoundTripper
}

func (b bound) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	stop := context.AfterFunc(b.ctx, func() { cancel(errors.New("the store is closed")) })
	end := func() { stop(); cancel(nil) }
	reply, err := b.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		end()
		return nil, err
	}
	reply.Body = body{reply.Body, end}
	return reply, nil
}
