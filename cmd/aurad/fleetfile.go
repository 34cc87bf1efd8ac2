package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/aurad/aurad/internal/fleetfile"
	"github.com/aurad/aurad/spec"
)

// readFleet reads and checks the fleet file; nothing else is opened or asked before it is valid.
func (p program) readFleet(file string) (*spec.Fleet, error) {
	fleet, _, err := p.readFleetText(file)
	return fleet, err
}

// readFleetText returns the text beside the fleet: a pipe can be read only once.
func (p program) readFleetText(file string) (*spec.Fleet, []byte, error) {
	data, err := fleetfile.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, noFile(file)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the fleet file: %w", err)
	}
	fleet, err := p.parseFleet(file, data)
	return fleet, data, err
}

func noFile(file string) error {
	return fmt.Errorf("there is no file %s: name one with -f, or write one from what is live: aurad import -o %s", file, file)
}

// parseFleet is spec.Parse, with the tenant from the environment where the file has none.
func (p program) parseFleet(file string, data []byte) (*spec.Fleet, error) {
	fleet, err := spec.Parse(file, data)
	if err != nil {
		return nil, err
	}
	p.tenants(fleet)
	return fleet, nil
}

// requireTenant is for commands that act: an instance is made in a tenant.
func requireTenant(f *spec.Fleet) error {
	if f.TenantID == "" {
		return fmt.Errorf("no tenant is named: add `tenant_id:` to %s, or set AURA_TENANT_ID (the Aura console shows it as the project id)", f.File)
	}
	return nil
}
