package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/plaintext"
)

func (p program) credentialCommand(c *common) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "credential",
		Short: "See where the passwords are, store one, bring waiting ones to the store",
		Long: `credential is about the passwords of instances and the store that keeps them. No command here shows
a password; aurad env does.`,
		Args: cobra.NoArgs,
	}
	cmd.AddCommand(p.credentialListCommand(c), p.credentialSetCommand(c), p.credentialRecoverCommand(c), p.releaseClaimCommand(c))
	return cmd
}

func (p program) credentialRecoverCommand(c *common) *cobra.Command {
	var raw, discard, file string
	cmd := &cobra.Command{
		Use:   "recover",
		Short: "Bring passwords that wait for the store there now",
		Long: `recover tries again, at once, what aurad does by itself: passwords of new instances that could not
be stored are kept sealed in the state folder until the store takes them. It asks Aura nothing.

It exits 0 when nothing is left waiting.

A reply of Aura's that aurad can't read is kept as well, for a person may find the password in it.
--raw writes it to a new file with mode 0600: store the password with credential set, and remove the
file. --discard says that there is none: the instance counts as lost then, see on_lost_credentials.`,
		Example: `  aurad credential recover
  aurad credential recover --raw orders-dev -o reply.json
  aurad credential recover --discard orders-dev`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case raw != "":
				return p.writeRaw(cmd.Context(), c, raw, file)
			case discard != "":
				return p.discardRaw(cmd.Context(), c, discard)
			}
			return p.credentialRecover(cmd.Context(), c)
		},
	}
	f := cmd.Flags()
	f.StringVar(&raw, "raw", "", "instance whose unread reply is to be written to --output")
	f.StringVarP(&file, "output", "o", "", "new file for --raw; never the terminal")
	f.StringVar(&discard, "discard", "", "instance whose unread reply has no password in it")
	cmd.MarkFlagsMutuallyExclusive("raw", "discard")
	cmd.MarkFlagsRequiredTogether("raw", "output")
	return cmd
}

func (p program) credentialRecover(ctx context.Context, c *common) error {
	dir, err := p.statePath(c)
	if err != nil {
		return err
	}
	its, err := p.reach(ctx, c, dir)
	if err != nil {
		return err
	}
	all, err := its.Recover(ctx)
	if err != nil {
		return err
	}
	return p.printRecovered(all)
}

func (p program) printRecovered(all []create.Recovered) error {
	if len(all) == 0 {
		fmt.Fprintln(p.stdout, "No password waits for the store.")
		return nil
	}
	var failed error
	for _, r := range all {
		if r.Error != "" {
			fmt.Fprintf(p.stdout, "%s (%s): still waits: %s\n", r.Key, format.OrDash(r.InstanceID), plaintext.Line(r.Error))
			failed = status(exitFailed)
			continue
		}
		fmt.Fprintf(p.stdout, "%s (%s): its password is in the store now; aurad run or apply finishes the create\n", r.Key, r.InstanceID)
	}
	return failed
}
