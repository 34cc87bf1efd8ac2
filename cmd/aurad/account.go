package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aurad/aurad/secrets"
)

// account is what the environment says of the Aura account.
type account struct {
	clientID         string
	clientSecret     secrets.Secret
	tenantID         string // "" leaves it to the fleet file
	baseURL, authURL string // "" means Aura's own
	spoolKey         string // path of the key that seals the spool; "" lets the state keep one
}

const whereCredentials = "make a pair in the Aura console under Account settings, API keys, and set AURA_CLIENT_ID and AURA_CLIENT_SECRET (or AURA_CLIENT_SECRET_FILE); to try aurad without an account: aurad demo"

// account reads the environment. Every error names the variable to set.
func (p program) account() (account, error) {
	var a account
	id, err := p.setting("AURA_CLIENT_ID")
	if err != nil {
		return a, err
	}
	secret, err := p.setting("AURA_CLIENT_SECRET")
	if err != nil {
		return a, err
	}
	switch {
	case id.Empty():
		return a, errors.New("AURA_CLIENT_ID is not set: " + whereCredentials)
	case secret.Empty():
		return a, errors.New("AURA_CLIENT_SECRET is not set: " + whereCredentials)
	}
	a = account{clientID: id.Reveal(), clientSecret: secret, tenantID: p.env("AURA_TENANT_ID"),
		baseURL: p.env("AURA_BASE_URL"), authURL: p.env("AURA_AUTH_URL")}
	a.spoolKey = p.spoolKey()
	return a, nil
}

// spoolKey is the path of the key that systemd hands over for the spool; "" lets the state keep
// one.
func (p program) spoolKey() string {
	dir := p.env("CREDENTIALS_DIRECTORY")
	if path := filepath.Join(dir, "aurad-spool-key"); dir != "" && exists(path) {
		return path
	}
	return ""
}

// setting reads NAME, else the file that NAME_FILE names, else the systemd credential that is
// called like the variable: aura-client-secret for AURA_CLIENT_SECRET. Nothing set is empty.
func (p program) setting(name string) (secrets.Secret, error) {
	value, file := p.env(name), p.env(name+"_FILE")
	switch {
	case value != "" && file != "":
		return secrets.Secret{}, fmt.Errorf("%s and %s_FILE are both set: unset one, so that it is clear which counts", name, name)
	case value != "":
		return secrets.NewSecret(value), nil
	case file != "":
		return readSetting(name+"_FILE", file)
	}
	dir := p.env("CREDENTIALS_DIRECTORY")
	if dir == "" {
		return secrets.Secret{}, nil
	}
	path := filepath.Join(dir, strings.ReplaceAll(strings.ToLower(name), "_", "-"))
	if !exists(path) {
		return secrets.Secret{}, nil
	}
	return readSetting("CREDENTIALS_DIRECTORY", path)
}

// readSetting reads a file and drops the line end that editors put there.
func readSetting(name, path string) (secrets.Secret, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return secrets.Secret{}, fmt.Errorf("%s: %w", name, err)
	}
	value := strings.TrimRight(string(text), "\r\n")
	if value == "" {
		return secrets.Secret{}, fmt.Errorf("%s: %s is empty", name, path)
	}
	return secrets.NewSecret(value), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
