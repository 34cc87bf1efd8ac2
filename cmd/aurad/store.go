package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/dotenv"
	"github.com/aurad/aurad/spec"
)

// openStore opens the credential store that the fleet file names. A relative folder is seen
// from that of the file.
func openStore(_ context.Context, f *spec.Fleet) (store secrets.Store, release func() error, err error) {
	switch f.Credentials.Store {
	case "dotenv":
		s, err := dotenv.Open(beside(f.File, f.Credentials.Dotenv.Dir))
		if err != nil {
			return nil, nil, err
		}
		return s, s.Close, nil
	}
	return nil, nil, fmt.Errorf("%s: this build of aurad has no credential store %q", f.File, f.Credentials.Store)
}

func beside(file, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// unopened stands for the store in a plan: a plan must not make folders or log in anywhere.
type unopened struct{ name string }

var errUnopened = fmt.Errorf("%w: a plan does not open it", secrets.ErrUnavailable)

func (u unopened) Name() string                                   { return u.name }
func (unopened) Preflight(context.Context, string) error          { return errUnopened }
func (unopened) Create(context.Context, secrets.Credential) error { return errUnopened }
func (unopened) Rename(context.Context, string, string) error     { return errUnopened }
func (unopened) Put(context.Context, secrets.Credential) error    { return errUnopened }
func (unopened) List(context.Context) ([]secrets.Owned, error)    { return nil, errUnopened }
func (unopened) Destroy(context.Context, string, string) error    { return errUnopened }
func (unopened) Get(context.Context, string) (secrets.Credential, error) {
	return secrets.Credential{}, errUnopened
}
