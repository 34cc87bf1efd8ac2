package credential

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/stores"
	"github.com/aurad/aurad/secrets"
)

// releaseClaimCommand is `aurad credential release-claim`.
type releaseClaimCommand struct {
	command.Call
	yes bool
}

// newReleaseClaim is the command.
func newReleaseClaim(c command.Call) *cobra.Command {
	p := &releaseClaimCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "release-claim KEY",
		Short: "Free a key that another aurad claimed and will not make any more",
		Long: `release-claim takes the claim of a key out of the credential store. aurad makes one before each
create, so that of all who share a store only one makes the instance; one that is gone for good
leaves it behind, and everybody else is blocked.

Be sure that whoever claimed the key is gone: if it is only slow, there will be two instances. A
credential is never removed. It asks Aura nothing.`,
		Example: `  aurad credential release-claim orders-dev`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().BoolVar(&p.yes, "yes", false, "do not ask")
	return cmd
}

func (p *releaseClaimCommand) run(ctx context.Context, key string) (err error) {
	fleet, err := p.App().ReadFleet()
	if err != nil {
		return err
	}
	want, _ := fleet.Instance(key)
	store, release, err := stores.Open(p.App().Get, fleet.For(want.Account))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	claim, err := store.Claimed(ctx, key)
	if errors.Is(err, secrets.ErrMissing) {
		return fmt.Errorf("%s is not claimed in %s", key, store.Name())
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "%s is claimed in %s by fleet %s since %s (nonce %s).\n",
		key, store.Name(), plaintext.Line(claim.Fleet), claim.At.UTC().Format("2006-01-02 15:04:05 UTC"), plaintext.Line(claim.Nonce))
	if err := p.Consent(p.yes); err != nil {
		return err
	}
	if err := store.Release(ctx, claim); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "%s is free. A daemon goes on with it by itself; aurad credential recover makes it try at once.\n", key)
	return nil
}
