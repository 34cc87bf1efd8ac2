package vaulttest

import (
	"context"
	"time"

	"github.com/hashicorp/vault/api"
)

// Client returns a client with the given token, free of the environment's VAULT_* variables.
func (s *Server) Client(token string) *api.Client {
	s.t.Helper()
	config := api.DefaultConfig()
	config.Address = s.Addr
	config.AgentAddress = ""
	config.MaxRetries = 0
	client, err := api.NewClient(config)
	s.must("make a client", err)
	client.SetToken(token)
	client.ClearNamespace()
	return client
}

func (s *Server) root() *api.Client { s.t.Helper(); return s.Client(s.RootToken) }

// Seal seals the Vault.
func (s *Server) Seal() {
	s.t.Helper()
	s.must("seal", s.root().Sys().Seal())
}

// Unseal opens it again and waits until it answers as active.
func (s *Server) Unseal() {
	s.t.Helper()
	status, err := s.root().Sys().Unseal(s.UnsealKey)
	s.must("unseal", err)
	if status.Sealed {
		s.t.Fatal("unseal: still sealed")
	}
}

// Mount enables a KV engine of version 1 or 2 and waits until it takes requests.
func (s *Server) Mount(path string, version string) {
	s.t.Helper()
	s.must("mount "+path, s.root().Sys().Mount(path, &api.MountInput{
		Type: "kv", Options: map[string]string{"version": version},
	}))
	if version != "2" {
		return
	}
	deadline := time.Now().Add(patience)
	for { // a new KV v2 mount answers 400 while it upgrades itself
		_, err := s.root().Logical().List(path + "/metadata")
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			s.must("wait for "+path, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Policy writes an HCL policy.
func (s *Server) Policy(name, hcl string) {
	s.t.Helper()
	s.must("write policy "+name, s.root().Sys().PutPolicy(name, hcl))
}

// Token makes an orphan token with the given policies. period > 0 makes it renewable for ever,
// in steps of period; else it lives for ttl.
func (s *Server) Token(ttl, period time.Duration, policies ...string) string {
	s.t.Helper()
	request := &api.TokenCreateRequest{Policies: policies, NoParent: true, TTL: ttl.String()}
	if period > 0 {
		request.Period = period.String()
	}
	secret, err := s.root().Auth().Token().Create(request)
	s.must("make a token", err)
	return secret.Auth.ClientToken
}

// Revoke revokes a token.
func (s *Server) Revoke(token string) {
	s.t.Helper()
	s.must("revoke a token", s.root().Auth().Token().RevokeTree(token))
}

// AppRole makes a role whose tokens live for ttl, up to maxTTL, and returns its two ids.
func (s *Server) AppRole(name string, ttl, maxTTL time.Duration, policies ...string) (roleID, secretID string) {
	s.t.Helper()
	s.Enable("approle")
	s.Write("auth/approle/role/"+name, map[string]any{
		"token_policies": policies, "token_ttl": ttl.String(), "token_max_ttl": maxTTL.String(),
	})
	role, err := s.root().Logical().Read("auth/approle/role/" + name + "/role-id")
	s.must("read the role id", err)
	secret := s.Write("auth/approle/role/"+name+"/secret-id", nil)
	return role.Data["role_id"].(string), secret.Data["secret_id"].(string)
}

// WrappedSecretID returns a response-wrapping token for a new secret id of the role.
func (s *Server) WrappedSecretID(role string, ttl time.Duration) string {
	s.t.Helper()
	client := s.root()
	client.SetWrappingLookupFunc(func(string, string) string { return ttl.String() })
	secret, err := client.Logical().Write("auth/approle/role/"+role+"/secret-id", nil)
	s.must("wrap a secret id", err)
	return secret.WrapInfo.Token
}

// Write writes data as root and returns the reply.
func (s *Server) Write(path string, data map[string]any) *api.Secret {
	s.t.Helper()
	secret, err := s.root().Logical().Write(path, data)
	s.must("write "+path, err)
	return secret
}

// Stored returns the newest version of a KV v2 secret and its custom metadata, read as root; nil
// when there is none. It is the ground truth of tests.
func (s *Server) Stored(mount, path string) (data, custom map[string]any) {
	s.t.Helper()
	secret, err := s.root().KVv2(mount).Get(context.Background(), path)
	if err != nil {
		return nil, nil
	}
	return secret.Data, secret.CustomMetadata
}

// Enable enables an auth method at its own name, once.
func (s *Server) Enable(method string) {
	s.t.Helper()
	mounts, err := s.root().Sys().ListAuth()
	s.must("list auth methods", err)
	if mounts[method+"/"] == nil {
		s.must("enable "+method, s.root().Sys().EnableAuthWithOptions(method, &api.EnableAuthOptions{Type: method}))
	}
}

func (s *Server) must(doing string, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("vaulttest: %s: %v", doing, err)
	}
}

// TokenWithoutDefault makes a token of an hour that lacks the default policy.
func (s *Server) TokenWithoutDefault(policies ...string) string {
	s.t.Helper()
	secret, err := s.root().Auth().Token().Create(&api.TokenCreateRequest{
		Policies: policies, NoParent: true, NoDefaultPolicy: true, TTL: "1h",
	})
	s.must("make a token", err)
	return secret.Auth.ClientToken
}

// PeriodicTokenWithoutDefault makes a token that lives for one period after each renewal.
func (s *Server) PeriodicTokenWithoutDefault(period time.Duration, policies ...string) string {
	s.t.Helper()
	secret, err := s.root().Auth().Token().Create(&api.TokenCreateRequest{
		Policies: policies, NoParent: true, NoDefaultPolicy: true, Period: period.String(),
	})
	s.must("make a token", err)
	return secret.Auth.ClientToken
}

// WrapSomethingElse returns a wrapping token for what is not a secret id.
func (s *Server) WrapSomethingElse() string {
	s.t.Helper()
	client := s.root()
	client.SetWrappingLookupFunc(func(string, string) string { return "1m" })
	secret, err := client.Logical().Write("sys/wrapping/wrap", map[string]any{"something": "else"})
	s.must("wrap", err)
	return secret.WrapInfo.Token
}

// StandbyClient is Client for the standby, without a token.
func (s *Server) StandbyClient() *api.Client {
	s.t.Helper()
	client := s.Client("")
	s.must("set the address", client.SetAddress(s.Standby))
	return client
}
