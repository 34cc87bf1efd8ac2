package login

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aurad/aurad/secrets"
)

// Auth says how to get a token. Exactly one of its fields is set.
type Auth struct {
	Token      *Source // a ready token
	AppRole    *AppRole
	Kubernetes *Kubernetes
}

// AppRole logs in at auth/<Mount>/login. SecretID is the id itself or, with Wrapped, a
// response-wrapping token for it, which is unwrapped once and is worthless afterwards; the id is
// then kept in memory for later logins.
type AppRole struct {
	Mount    string // "approle" if empty
	RoleID   Source
	SecretID Source
	Wrapped  bool
}

// Kubernetes logs in with the pod's service account.
type Kubernetes struct {
	Mount string // "kubernetes" if empty
	Role  string
	JWT   Source
}

// ServiceAccountToken is where Kubernetes puts the token of a pod's service account.
const ServiceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token"

// Source is a secret that is given, or a file that is read anew at each login, so that an agent
// may rotate it.
type Source struct {
	Value secrets.Secret
	File  string
}

func (s Source) read() (secrets.Secret, error) {
	if s.File == "" {
		return s.Value, nil
	}
	text, err := os.ReadFile(s.File)
	if err != nil {
		return secrets.Secret{}, err
	}
	value := strings.TrimSpace(string(text))
	if value == "" {
		return secrets.Secret{}, fmt.Errorf("%s is empty", s.File)
	}
	return secrets.NewSecret(value), nil
}

// FromEnv chooses by what is set, getenv being os.Getenv:
//
//	VAULT_ROLE_ID and VAULT_SECRET_ID or VAULT_WRAPPED_SECRET_ID    AppRole  (VAULT_APPROLE_MOUNT)
//	VAULT_KUBERNETES_ROLE, VAULT_KUBERNETES_TOKEN                   Kubernetes  (VAULT_KUBERNETES_MOUNT)
//	VAULT_TOKEN                                                     token
//	~/.vault-token, as `vault login` leaves it                      token, if nothing else is set
//
// Each value may come from a file instead: NAME_FILE, or a file of the name in lower case with
// dashes (vault-role-id) in $CREDENTIALS_DIRECTORY. More than one method is an error, ErrRefused.
func FromEnv(getenv func(string) string) (Auth, error) {
	var auth Auth
	found := 0
	if role, ok := source(getenv, "VAULT_ROLE_ID"); ok {
		found++
		auth.AppRole = &AppRole{Mount: getenv("VAULT_APPROLE_MOUNT"), RoleID: role}
		plain, isPlain := source(getenv, "VAULT_SECRET_ID")
		wrapped, isWrapped := source(getenv, "VAULT_WRAPPED_SECRET_ID")
		if isPlain == isWrapped {
			return auth, refuse("with VAULT_ROLE_ID set, set one of VAULT_SECRET_ID and VAULT_WRAPPED_SECRET_ID")
		}
		auth.AppRole.SecretID, auth.AppRole.Wrapped = plain, isWrapped
		if isWrapped {
			auth.AppRole.SecretID = wrapped
		}
	}
	if role := getenv("VAULT_KUBERNETES_ROLE"); role != "" {
		found++
		jwt, ok := source(getenv, "VAULT_KUBERNETES_TOKEN")
		if !ok {
			jwt = Source{File: ServiceAccountToken}
		}
		auth.Kubernetes = &Kubernetes{Mount: getenv("VAULT_KUBERNETES_MOUNT"), Role: role, JWT: jwt}
	}
	if token, ok := source(getenv, "VAULT_TOKEN"); ok {
		found++
		auth.Token = &token
	}
	switch {
	case found > 1:
		return Auth{}, refuse("several Vault logins are set; unset all but one of VAULT_TOKEN, VAULT_ROLE_ID, VAULT_KUBERNETES_ROLE")
	case found == 0:
		return tokenOfHome(getenv)
	}
	return auth, nil
}

func tokenOfHome(getenv func(string) string) (Auth, error) {
	path := filepath.Join(getenv("HOME"), ".vault-token")
	if info, err := os.Stat(path); getenv("HOME") != "" && err == nil && info.Mode().IsRegular() {
		return Auth{Token: &Source{File: path}}, nil
	}
	return Auth{}, refuse("no way to log in to Vault is set; set VAULT_TOKEN, VAULT_ROLE_ID with VAULT_SECRET_ID, or VAULT_KUBERNETES_ROLE")
}

// source looks for name, then name_FILE, then systemd's credential of that name.
func source(getenv func(string) string, name string) (Source, bool) {
	if value := getenv(name); value != "" {
		return Source{Value: secrets.NewSecret(value)}, true
	}
	if file := getenv(name + "_FILE"); file != "" {
		return Source{File: file}, true
	}
	if dir := getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		file := filepath.Join(dir, strings.ReplaceAll(strings.ToLower(name), "_", "-"))
		if _, err := os.Stat(file); err == nil {
			return Source{File: file}, true
		}
	}
	return Source{}, false
}

func refuse(why string) error { return fmt.Errorf("%w: %w", secrets.ErrRefused, errors.New(why)) }
