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

// storeToRead is the store for a plan, which only asks what is there: it makes no folder.
func storeToRead(ctx context.Context, f *spec.Fleet) (store secrets.Store, release func() error, err error) {
	if dir := beside(f.File, f.Credentials.Dotenv.Dir); f.Credentials.Store == "dotenv" && !exists(dir) {
		return empty{"dotenv " + dir}, func() error { return nil }, nil
	}
	return openStore(ctx, f)
}

// empty stands for a store that is not there yet.
type empty struct{ name string }

var errReadOnly = fmt.Errorf("%w: a plan writes nothing", secrets.ErrRefused)

func (e empty) Name() string                                   { return e.name }
func (empty) Preflight(context.Context, string) error          { return errReadOnly }
func (empty) Create(context.Context, secrets.Credential) error { return errReadOnly }
func (empty) Rename(context.Context, string, string) error     { return errReadOnly }
func (empty) Put(context.Context, secrets.Credential) error    { return errReadOnly }
func (empty) List(context.Context) ([]secrets.Owned, error)    { return nil, nil }
func (empty) Destroy(context.Context, string, string) error    { return errReadOnly }
func (empty) Get(context.Context, string) (secrets.Credential, error) {
	return secrets.Credential{}, secrets.ErrMissing
}
