package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/app"
	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/offers"
	"github.com/aurad/aurad/spec/source"
)

// validateCommand is `aurad validate`.
type validateCommand struct {
	command.Call
	online bool
}

// newValidate is the command.
func newValidate(c command.Call) *cobra.Command {
	p := &validateCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "validate",
		Short: "Check the fleet file, and with --online what it asks for",
		Long: `validate checks the fleet file and lists every fault as file:line:column, and with
a warning what is valid and was hardly meant. With --online it asks
Aura what the tenant can buy, and checks types, regions and sizes against that.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&p.online, "online", false, "check against what Aura sells to the tenant, too")
	return cmd
}

func (p *validateCommand) run(ctx context.Context) error {
	fleet, err := p.App().ReadFleet()
	if err != nil {
		return err
	}
	how := "valid"
	if p.online {
		if err := p.checkOnline(ctx, fleet); err != nil {
			return err
		}
		how = "valid, and Aura sells all of it to this tenant"
	}
	for _, warning := range fleet.Warnings {
		fmt.Fprintln(p.Stdout, plaintext.Line(warning.Warning()))
	}
	_, err = fmt.Fprintf(p.Stdout, "%s is %s: %s\n", p.File, how, words.Plural(len(fleet.Instances), "instance"))
	return err
}

// checkOnline asks for every account what its tenant can buy.
func (p *validateCommand) checkOnline(ctx context.Context, fleet *spec.Fleet) error {
	if err := app.RequireTenants(fleet); err != nil {
		return err
	}
	var faults source.Errors
	for _, a := range fleet.Accounts {
		found, err := p.checkOffers(ctx, fleet.For(a.Name), a.Name)
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

func (p *validateCommand) checkOffers(ctx context.Context, part *spec.Fleet, account string) (faults source.Errors, err error) {
	s, err := p.App().Look(ctx, account, app.RequestLimit(part))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	tenant, err := s.Client.Tenant(ctx, part.TenantID)
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
