// Package vault keeps credentials in Vault's KV v2 engine, one secret per instance at
// <mount>/<path>/<key>, and their ownership in each secret's custom_metadata.
//
// It knows Vault: its paths, rights, check-and-set, tokens and errors. It must not know Aura,
// plans or the daemon.
//
// Nothing is overwritten blindly: a first write carries cas=0, every later one the version that
// was read. The client's own retries are off, because a repeated write whose first reply was lost
// would look like a conflict; the caller repeats, and Create recognises its own earlier success.
package vault

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault/login"
)

// Config of a store. Address, namespace, CA, client certificate, timeout and proxy come from
// the usual VAULT_* variables of the process, as for every program that uses Vault's client.
type Config struct {
	Mount   string // of the KV v2 engine; "secret" if empty
	Path    string // folder below the mount; "aura" if empty
	Address string // instead of VAULT_ADDR
	Auth    login.Auth

	HTTP *http.Client     // instead of one made from VAULT_*; its redirect policy is replaced
	Now  func() time.Time // for TokenExpiry; time.Now if nil
}

// Store is a secrets.Store; it is safe for concurrent use.
type Store struct{ *mount }

// mount is the folder of one KV v2 mount: what is asked of it and of the versions, the data and the
// metadata of its secrets, one request or two at a time.
type mount struct {
	name, path string // of the engine, and of the folder below it
	session    *login.Session
	mounted    atomic.Bool // the mount was found to be KV v2
}

var _ secrets.Store = (*Store)(nil)

// Open checks the configuration and returns a store that logs in when it is first used: a Vault
// that is down must not keep pauses and resumes from going out. Its error is ErrRefused. Close
// must be called, also to end the renewal of the token.
func Open(c Config) (*Store, error) {
	if c.Mount == "" {
		c.Mount = "secret"
	}
	if c.Path == "" {
		c.Path = "aura"
	}
	if err := validPath(c.Mount); err != nil {
		return nil, fmt.Errorf("vault: mount: %w", err)
	}
	if err := validPath(c.Path); err != nil {
		return nil, fmt.Errorf("vault: path: %w", err)
	}
	s, err := login.New(c.Auth, c.Address, c.HTTP, c.Now)
	if err != nil {
		return nil, fmt.Errorf("vault %s/%s: %w: %w", c.Mount, c.Path, secrets.ErrRefused, err)
	}
	return &Store{&mount{name: c.Mount, path: c.Path, session: s}}, nil
}

// Name says where the store is.
func (s *mount) Name() string { return "vault " + s.name + "/" + s.path }

// TokenExpiry returns when the token ends unless it is renewed before; zero while there is no
// token, or one that never ends.
func (s *Store) TokenExpiry() time.Time { return s.session.TokenExpiry() }

// Close ends what is under way, the renewal of the token included, and waits for it.
func (s *Store) Close() error {
	s.session.Close()
	return nil
}

func (s *mount) kv() *api.KVv2 { return s.session.Client.KVv2(s.name) }

// Do runs one or more requests with a living token and turns their error into one of the
// package secrets.
func (s *mount) Do(ctx context.Context, doing, path string, requests func() error) error {
	err := s.session.Do(ctx, requests)
	if err == nil {
		return nil
	}
	return s.fail(doing, path, err)
}

// fail is the error of the package secrets that err is, and says what was being done where.
func (s *mount) fail(doing, path string, err error) error {
	return fmt.Errorf("vault %s/%s: %s: %w", s.name, path, doing, s.session.Classed(err))
}
