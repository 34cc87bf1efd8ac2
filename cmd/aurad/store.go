package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/dotenv"
	"github.com/aurad/aurad/secrets/vault"
	"github.com/aurad/aurad/secrets/vault/login"
	"github.com/aurad/aurad/spec"
)

// openStore opens the credential store that the fleet file names. A relative folder is seen
// from that of the file.
func (p program) openStore(f *spec.Fleet) (store secrets.Store, release func() error, err error) {
	if f.Credentials.Store == "vault" {
		return p.openVault(f.Credentials.Vault)
	}
	s, err := dotenv.Open(beside(f.File, f.Credentials.Dotenv.Dir))
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// openVault logs in when it is first used, so that a Vault that is down keeps nothing but
// creates from going on.
func (p program) openVault(t spec.VaultTarget) (store secrets.Store, release func() error, err error) {
	auth, err := login.FromEnv(p.env)
	if err != nil {
		return nil, nil, err
	}
	s, err := vault.Open(vault.Config{Mount: t.Mount, Path: t.Path, Auth: auth, HTTP: vaultWire()})
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

func beside(file, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// storeToRead is the store for a plan, which only asks what is there: it makes no folder.
func (p program) storeToRead(f *spec.Fleet) (store secrets.Store, release func() error, err error) {
	if dir := beside(f.File, f.Credentials.Dotenv.Dir); f.Credentials.Store == "dotenv" && !folder.Exists(dir) {
		return empty{name: "dotenv " + dir}, func() error { return nil }, nil
	}
	return p.openStore(f)
}

// empty stands for a store that is not there yet, or that a plan has to do without.
type empty struct {
	name string
	err  error // why it can't be asked; nil when there is just nothing in it
}

var errReadOnly = fmt.Errorf("%w: a plan writes nothing", secrets.ErrRefused)

func (e empty) Name() string                                                  { return e.name }
func (empty) Preflight(context.Context, secrets.Claim) error                  { return errReadOnly }
func (empty) Claim(context.Context, secrets.Claim) error                      { return errReadOnly }
func (empty) Release(context.Context, secrets.Claim) error                    { return errReadOnly }
func (empty) Create(context.Context, secrets.Credential, secrets.Claim) error { return errReadOnly }
func (empty) Rename(context.Context, string, string) error                    { return errReadOnly }
func (empty) Put(context.Context, secrets.Credential) error                   { return errReadOnly }
func (empty) Adopt(context.Context, secrets.Owned, string) error              { return errReadOnly }
func (empty) Move(context.Context, secrets.Move) error                        { return errReadOnly }
func (e empty) List(context.Context) ([]secrets.Owned, error)                 { return nil, e.err }
func (empty) Destroy(context.Context, string, string) error                   { return errReadOnly }
func (empty) Claimed(context.Context, string) (secrets.Claim, error) {
	return secrets.Claim{}, secrets.ErrMissing
}
func (empty) Get(context.Context, string) (secrets.Credential, error) {
	return secrets.Credential{}, secrets.ErrMissing
}
