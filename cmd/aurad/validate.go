package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/offers"
	"github.com/aurad/aurad/spec/source"
)

func (p program) validateCommand(c *common) *cobra.Command {
	var online bool
	cmd := &cobra.Command{
		Use:   "validate",
		Short: "Check the fleet file, and with --online what it asks for",
		Long: `validate checks the fleet file and lists every fault as file:line:column, and with
a warning what is valid and was hardly meant. With --online it asks
Aura what the tenant can buy, and checks types, regions and sizes against that.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.validate(cmd.Context(), c, online) },
	}
	cmd.Flags().BoolVar(&online, "online", false, "check against what Aura sells to the tenant, too")
	return cmd
}

func (p program) validate(ctx context.Context, c *common, online bool) error {
	fleet, err := p.readFleet(c.file)
	if err != nil {
		return err
	}
	how := "valid"
	if online {
		if err := p.checkOnline(ctx, c, fleet); err != nil {
			return err
		}
		how = "valid, and Aura sells all of it to this tenant"
	}
	for _, warning := range fleet.Warnings {
		fmt.Fprintln(p.stdout, plaintext.Line(warning.Warning()))
	}
	_, err = fmt.Fprintf(p.stdout, "%s is %s: %s\n", c.file, how, words.Plural(len(fleet.Instances), "instance"))
	return err
}

// checkOnline asks for every account what its tenant can buy.
func (p program) checkOnline(ctx context.Context, c *common, fleet *spec.Fleet) error {
	if err := requireTenants(fleet); err != nil {
		return err
	}
	var faults source.Errors
	for _, a := range fleet.Accounts {
		found, err := p.checkOffers(ctx, c, fleet.For(a.Name), a.Name)
		if err != nil {
			return err
		}
		faults = append(faults, found...)
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

func (p program) checkOffers(ctx context.Context, c *common, part *spec.Fleet, account string) (faults source.Errors, err error) {
	s, err := p.look(ctx, c, account, requestLimit(part))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	tenant, err := s.client.Tenant(ctx, part.TenantID)
	if err != nil {
		return nil, err
	}
	return offers.Check(part, offersTo(tenant)), nil
}

func offersTo(t aura.Tenant) []offers.Offer {
	var all []offers.Offer
	for _, ic := range t.InstanceConfigurations {
		all = append(all, offers.Offer{Type: ic.Type, CloudProvider: ic.CloudProvider, Region: ic.Region,
			Version: ic.Version, Memory: ic.Memory, Storage: ic.Storage})
	}
	return all
}

// look connects for a few requests that only read. The state serves where there is one, for its
// token and its count of requests; while a daemon holds it they are made beside its budget.
func (p program) look(ctx context.Context, c *common, name string, limit int) (*session, error) {
	a, err := p.accountNamed(name)
	if err != nil {
		return nil, err
	}
	l := link{account: a, limit: limit, log: p.logger(c, p.stderr, "warn")}
	if dir, err := p.statePath(c); err == nil && folder.Exists(folder.Of(dir, name)) {
		l.dir = folder.Of(dir, name)
		s, err := p.connect(ctx, l)
		if !errors.Is(err, state.ErrHeld) {
			return s, err
		}
	}
	dir, remove, err := throwawayState()
	if err != nil {
		return nil, err
	}
	l.dir = dir
	s, err := p.connect(ctx, l)
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	s.closers = append([]func() error{remove}, s.closers...)
	return s, nil
}
