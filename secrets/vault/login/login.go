package login

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/vault/api"
	"github.com/hashicorp/vault/api/auth/approle"
	"github.com/hashicorp/vault/api/auth/kubernetes"

	"github.com/aurad/aurad/secrets"
)

// method gets a token by one of the methods. The client it is handed has none.
type method func(ctx context.Context, anonymous *api.Client) (*api.SecretAuth, error)

func (a Auth) login() (method, error) {
	switch {
	case a.AppRole != nil && a.Kubernetes == nil && a.Token == nil:
		return a.AppRole.login(), nil
	case a.Kubernetes != nil && a.AppRole == nil && a.Token == nil:
		return a.Kubernetes.login, nil
	case a.Token != nil && a.AppRole == nil && a.Kubernetes == nil:
		return a.Token.login, nil
	}
	return nil, errors.New("set exactly one way to log in")
}

// login takes a ready token and asks Vault how long it lives.
func (s Source) login(ctx context.Context, anonymous *api.Client) (*api.SecretAuth, error) {
	token, err := s.read()
	if err != nil {
		return nil, fmt.Errorf("%w: read the token: %w", secrets.ErrRefused, err)
	}
	anonymous.SetToken(token.Reveal())
	defer anonymous.ClearToken()
	self, err := anonymous.Auth().Token().LookupSelfWithContext(ctx)
	if Forbidden(err) {
		return nil, fmt.Errorf("%w: the Vault token is revoked, expired or wrong, or may not look itself up; give aurad a new one: %s",
			secrets.ErrRefused, describe(err))
	}
	if err != nil {
		return nil, fmt.Errorf("look up the token: %w", err)
	}
	auth := &api.SecretAuth{ClientToken: token.Reveal()}
	auth.Renewable, _ = self.TokenIsRenewable()
	if self.Data["expire_time"] != nil {
		ttl, err := self.TokenTTL()
		if err != nil {
			return nil, fmt.Errorf("look up the token: %w", err)
		}
		auth.LeaseDuration = max(1, int(ttl.Seconds())) // Vault rounds down; 0 would mean for ever
	}
	return auth, nil
}

func (k Kubernetes) login(ctx context.Context, anonymous *api.Client) (*api.SecretAuth, error) {
	jwt, err := k.JWT.read()
	if err != nil {
		return nil, fmt.Errorf("%w: read the service account's token: %w", secrets.ErrRefused, err)
	}
	options := []kubernetes.LoginOption{kubernetes.WithServiceAccountToken(jwt.Reveal())}
	if k.Mount != "" {
		options = append(options, kubernetes.WithMountPath(k.Mount))
	}
	method, err := kubernetes.NewKubernetesAuth(k.Role, options...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", secrets.ErrRefused, err)
	}
	return authenticate(ctx, anonymous, method)
}

// login returns a login that remembers the secret id it unwrapped, for a wrapping token works
// once. A new wrapping token in the file is unwrapped in its turn.
func (a AppRole) login() method {
	var unwrapped, from secrets.Secret
	return func(ctx context.Context, anonymous *api.Client) (*api.SecretAuth, error) {
		role, err := a.RoleID.read()
		if err != nil {
			return nil, fmt.Errorf("%w: read the role id: %w", secrets.ErrRefused, err)
		}
		id, err := a.SecretID.read()
		if err != nil && unwrapped.Empty() { // a wrapping token may be deleted once it is used
			return nil, fmt.Errorf("%w: read the secret id: %w", secrets.ErrRefused, err)
		}
		if a.Wrapped {
			if err == nil && (unwrapped.Empty() || !id.Equal(from)) {
				if unwrapped, err = unwrap(ctx, anonymous, id); err != nil {
					return nil, err
				}
				from = id
			}
			id = unwrapped
		}
		var options []approle.LoginOption
		if a.Mount != "" {
			options = append(options, approle.WithMountPath(a.Mount))
		}
		method, err := approle.NewAppRoleAuth(role.Reveal(), &approle.SecretID{FromString: id.Reveal()}, options...)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", secrets.ErrRefused, err)
		}
		return authenticate(ctx, anonymous, method)
	}
}

// unwrap spends a wrapping token. If it was spent before, somebody may have read the secret id.
func unwrap(ctx context.Context, anonymous *api.Client, wrapping secrets.Secret) (secrets.Secret, error) {
	defer anonymous.ClearToken() // the client takes the wrapping token as its own
	reply, err := anonymous.Logical().UnwrapWithContext(ctx, wrapping.Reveal())
	var refused *api.ResponseError
	if errors.As(err, &refused) && classOfReply(refused) == secrets.ErrRefused {
		return secrets.Secret{}, fmt.Errorf("%w: the wrapping token of the secret id is spent or expired; deliver a new one, and find out who used it if it was not aurad: %s",
			secrets.ErrRefused, describe(err))
	}
	if err != nil {
		return secrets.Secret{}, fmt.Errorf("unwrap the secret id: %w", err)
	}
	if reply != nil {
		if id, ok := reply.Data["secret_id"].(string); ok {
			return secrets.NewSecret(id), nil
		}
	}
	return secrets.Secret{}, fmt.Errorf("%w: the wrapping token does not wrap a secret id", secrets.ErrRefused)
}

func authenticate(ctx context.Context, anonymous *api.Client, method api.AuthMethod) (*api.SecretAuth, error) {
	defer anonymous.ClearToken() // Login sets it
	reply, err := anonymous.Auth().Login(ctx, method)
	if err != nil {
		return nil, refusedLogin(err)
	}
	if reply == nil || reply.Auth == nil || reply.Auth.ClientToken == "" {
		return nil, fmt.Errorf("%w: Vault let the login pass and gave no token", secrets.ErrRefused)
	}
	return reply.Auth, nil
}

// refusedLogin adds what to do when Vault does not know the ids, or knows them no longer.
func refusedLogin(err error) error {
	var reply *api.ResponseError
	if errors.As(err, &reply) && classOfReply(reply) == secrets.ErrRefused {
		return fmt.Errorf("%w: the login failed; the role, or the secret id or service account that it logs in with, is wrong, expired or used up: %s",
			secrets.ErrRefused, describe(err))
	}
	return fmt.Errorf("log in: %w", err)
}

// lifetime of a token; 0 means that it does not end.
func lifetime(auth *api.SecretAuth) time.Duration {
	return time.Duration(auth.LeaseDuration) * time.Second
}
