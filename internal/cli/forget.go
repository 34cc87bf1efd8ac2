package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/daemon"
)

// forgetCommand is `aurad forget`.
type forgetCommand struct {
	command.Call
	daemon.Forgetting
	yes bool
}

// newForget is the command.
func newForget(c command.Call) *cobra.Command {
	p := &forgetCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "forget KEY",
		Short: "Forget the instance of a key, so that a new one can take its place",
		Long: `forget makes aurad remember a key no more. It is for an instance that somebody deleted in Aura: if
the fleet file still has the key, a new instance is made for it. It asks Aura nothing and deletes
nothing; the credential of the old instance stays in the store until that of a new one takes its place.

It refuses while the instance is live, or while its password waits for the store, unless told to go on.`,
		Example: `  aurad forget orders-dev`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().BoolVarP(&p.yes, "yes", "y", false, "don't ask")
	cmd.Flags().BoolVar(&p.LeaveLive, "leave-live", false, "forget a live instance: it goes on, billed and looked after by nobody")
	cmd.Flags().BoolVar(&p.LosePassword, "lose-password", false, "throw away a password that waits for the store and is nowhere else")
	return cmd
}

func (p *forgetCommand) run(ctx context.Context, key string) error {
	its, err := p.App().Reach(ctx)
	if err != nil {
		return err
	}
	f := p.Forgetting
	f.Preview = true
	was, err := its.Forget(ctx, key, f)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "To be forgotten: %s\n", described(was))
	if err := p.Consent(p.yes); err != nil {
		return err
	}
	f.Preview = false
	was, err = its.Forget(ctx, key, f)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "Forgotten: %s\nIf the file still has the key, a new instance is made for it. %s\n", described(was), its.Comes())
	return nil
}

// described says what a key had.
func described(was daemon.Forgotten) string {
	text := was.Key
	switch {
	case was.InstanceID == "":
		text += ", a create under way"
	case was.GoneSince.IsZero():
		text += ", instance " + was.InstanceID + ", which stays in Aura and is billed"
	default:
		text += ", instance " + was.InstanceID + ", gone from Aura since " + was.GoneSince.Format(format.ClockLayout)
	}
	if was.Spooled {
		text += "; its password, which is nowhere else, goes with it"
	}
	return text + "."
}
