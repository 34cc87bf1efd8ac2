package app

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/spec"
)

// ReadFleet reads and checks the fleet file; nothing else is opened or asked before it is valid.
func (a App) ReadFleet() (*spec.Fleet, error) {
	fleet, _, err := a.ReadFleetText()
	return fleet, err
}

// ReadFleetText returns the text beside the fleet: a pipe can be read only once.
func (a App) ReadFleetText() (*spec.Fleet, []byte, error) {
	data, err := fleetfile.Read(a.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, a.NoFile()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the fleet file: %w", err)
	}
	fleet, err := a.ParseFleet(a.File, data)
	return fleet, data, err
}

// NoFile is the error for a fleet file that is not there.
func (a App) NoFile() error {
	return fmt.Errorf("there is no file %s: name one with -f, or write one from what is live: aurad import -o %s", a.File, a.File)
}

// ParseFleet is spec.Parse, with the tenant from the environment where the file has none.
func (a App) ParseFleet(file string, data []byte) (*spec.Fleet, error) {
	fleet, err := spec.Parse(file, data)
	if err != nil {
		return nil, err
	}
	a.tenants(fleet)
	return fleet, nil
}

// requireTenant is for commands that act: an instance is made in a tenant.
func requireTenant(f *spec.Fleet) error {
	if f.TenantID == "" {
		return fmt.Errorf("no tenant is named: add `tenant_id:` to %s, or set AURA_TENANT_ID (the Aura console shows it as the project id)", f.File)
	}
	return nil
}

// ParseAgain reads a newer file. What was opened by the first one can't follow it.
func (a App) ParseAgain(first *spec.Fleet, file string, data []byte) (*spec.Fleet, error) {
	fleet, err := a.ParseFleet(file, data)
	switch {
	case err != nil:
		return nil, err
	case fleet.Credentials.Store != first.Credentials.Store, fleet.Credentials.Vault != first.Credentials.Vault, fleet.Credentials.Dotenv != first.Credentials.Dotenv:
		return nil, fmt.Errorf("%s: `credentials` changed, which takes a restart of aurad", file)
	case !sameAccounts(fleet, first):
		return nil, fmt.Errorf("%s: `accounts` has other names, which takes a restart of aurad", file)
	}
	return fleet, RequireTenants(fleet)
}
