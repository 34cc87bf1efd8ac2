// Package importer writes a fleet file of what is live in a tenant, ready to adopt.
//
// It looks at every instance until two looks agree, drafts a block for each, and leaves out, as a
// comment, what the format can't say: spec.Parse is the judge. It knows the API's client and the
// format of fleet files. It must not know commands, flags, terminals or states, and it changes nothing
// in the account.
package importer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/words"
)

// Draft surveys the tenant and drafts the file of a fleet of that name; "" names it after the tenant.
func (s *Survey) Draft(ctx context.Context, fleet string) (*Draft, error) {
	list, err := s.Client.Instances(ctx, s.Tenant)
	if err != nil {
		return nil, err
	}
	if s.Tenant, err = oneTenant(s.Tenant, list); err != nil {
		return nil, err
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	d := describe(s.Tenant, s.sightings)
	if d.fleet, d.given = fleet, fleet != ""; !d.given {
		its, _ := s.Client.Tenant(ctx, s.Tenant) // a name is not worth failing for
		d.fleet = fleetOf(its.Name, s.Tenant)
	}
	return d, nil
}

// oneTenant is the tenant to import: a fleet file describes one.
func oneTenant(named string, list []aura.Summary) (string, error) {
	if named != "" {
		return named, nil
	}
	seen := map[string]int{}
	for _, s := range list {
		if s.Fault == "" {
			seen[s.TenantID]++
		}
	}
	ids := slices.Sorted(maps.Keys(seen))
	if len(ids) > 1 {
		return "", fmt.Errorf("import: the account has instances in %d tenants (%s), and a fleet file is about one: set AURA_TENANT_ID", len(ids), words.Some(ids, 8))
	}
	if len(ids) == 0 {
		return "", errors.New("import: the account has no instances, so there is nothing to write")
	}
	return ids[0], nil
}

// WriteNew writes a file that must not be there yet.
func WriteNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("import: %s is there already; name another file with -o", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
