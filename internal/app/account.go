package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/secrets"
)

// account is what the environment says of the Aura account.
type account struct {
	name             string // as in the fleet file; "" for the only one of a file without `accounts`
	clientID         string
	clientSecret     secrets.Secret
	tenantID         string // "" leaves it to the fleet file
	baseURL, authURL string // "" means Aura's own
	spoolKey         string // path of the key that seals the spool; "" lets the state keep one
}

// whereCredentials ends the error about a variable that is not set. %[1]s is the account's suffix.
const whereCredentials = "%[2]s%[1]s is not set: make a pair in the Aura console under Account settings, API keys, and set AURA_CLIENT_ID%[1]s and AURA_CLIENT_SECRET%[1]s (or AURA_CLIENT_SECRET%[1]s_FILE); to try aurad without an account: aurad demo"

// account reads the environment of an account of the fleet file. Every error names the
// variable to set.
func (e Env) account(name string) (account, error) {
	var a account
	id, err := e.setting("AURA_CLIENT_ID" + suffix(name))
	if err != nil {
		return a, err
	}
	secret, err := e.setting("AURA_CLIENT_SECRET" + suffix(name))
	if err != nil {
		return a, err
	}
	switch {
	case id.Empty():
		return a, fmt.Errorf(whereCredentials, suffix(name), "AURA_CLIENT_ID")
	case secret.Empty():
		return a, fmt.Errorf(whereCredentials, suffix(name), "AURA_CLIENT_SECRET")
	}
	a = account{name: name, clientID: id.Reveal(), clientSecret: secret, tenantID: e.Get("AURA_TENANT_ID" + suffix(name)),
		baseURL: e.Get("AURA_BASE_URL"), authURL: e.Get("AURA_AUTH_URL")}
	a.spoolKey = e.sealKey()
	return a, nil
}

// sealKey is the path of the key that systemd hands over for the spool; "" lets the state keep
// one.
func (e Env) sealKey() string {
	dir := e.Get("CREDENTIALS_DIRECTORY")
	if path := filepath.Join(dir, "aurad-spool-key"); dir != "" && folder.Exists(path) {
		return path
	}
	return ""
}

// setting reads NAME, else the file that NAME_FILE names, else the systemd credential that is
// called like the variable: aura-client-secret for AURA_CLIENT_SECRET. Nothing set is empty.
func (e Env) setting(name string) (secrets.Secret, error) {
	value, file := e.Get(name), e.Get(name+"_FILE")
	switch {
	case value != "" && file != "":
		return secrets.Secret{}, fmt.Errorf("%s and %s_FILE are both set: unset one, so that it is clear which counts", name, name)
	case value != "":
		return secrets.NewSecret(value), nil
	case file != "":
		return readSetting(name+"_FILE", file)
	}
	dir := e.Get("CREDENTIALS_DIRECTORY")
	if dir == "" {
		return secrets.Secret{}, nil
	}
	path := filepath.Join(dir, strings.ReplaceAll(strings.ToLower(name), "_", "-"))
	if !folder.Exists(path) {
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
