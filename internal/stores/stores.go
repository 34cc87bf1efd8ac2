// Package stores opens the credential store that a fleet file names.
//
// It knows which kinds of stores there are and where their settings come from. It must not know what is
// kept there, nor when.
package stores

import (
	"path/filepath"

	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/dotenv"
	"github.com/aurad/aurad/secrets/vault"
	"github.com/aurad/aurad/secrets/vault/login"
	"github.com/aurad/aurad/spec"
)

// Open opens the credential store that the fleet file names. A relative folder is seen
// from that of the file.
func Open(getenv func(string) string, f *spec.Fleet) (store secrets.Store, release func() error, err error) {
	if f.Credentials.Store == "vault" {
		return openVault(getenv, f.Credentials.Vault)
	}
	s, err := dotenv.Open(beside(f.File, f.Credentials.Dotenv.Dir))
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// openVault logs in when it is first used, so that a Vault that is down keeps nothing but
// creates from going on.
func openVault(getenv func(string) string, t spec.VaultTarget) (store secrets.Store, release func() error, err error) {
	auth, err := login.FromEnv(getenv)
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

// ToRead is the store for a plan, which only asks what is there: it makes no folder.
func ToRead(getenv func(string) string, f *spec.Fleet) (store secrets.Store, release func() error, err error) {
	if dir := beside(f.File, f.Credentials.Dotenv.Dir); f.Credentials.Store == "dotenv" && !folder.Exists(dir) {
		return Empty{Title: "dotenv " + dir}, func() error { return nil }, nil
	}
	return Open(getenv, f)
}
