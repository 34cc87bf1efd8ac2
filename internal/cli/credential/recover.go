package credential

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/plaintext"
)

// recoverCommand is `aurad credential recover`.
type recoverCommand struct {
	command.Call
	raw     string // instance whose unread reply is to be written
	file    string // where to
	discard string // instance whose unread reply has no password in it
}

func newRecover(c command.Call) *cobra.Command {
	p := &recoverCommand{Call: c}
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
			case p.raw != "":
				return p.writeRaw(cmd.Context(), p.raw, p.file)
			case p.discard != "":
				return p.discardRaw(cmd.Context(), p.discard)
			}
			return p.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&p.raw, "raw", "", "instance whose unread reply is to be written to --output")
	f.StringVarP(&p.file, "output", "o", "", "new file for --raw; never the terminal")
	f.StringVar(&p.discard, "discard", "", "instance whose unread reply has no password in it")
	cmd.MarkFlagsMutuallyExclusive("raw", "discard")
	cmd.MarkFlagsRequiredTogether("raw", "output")
	return cmd
}

func (p *recoverCommand) run(ctx context.Context) error {
	its, err := p.App().Reach(ctx)
	if err != nil {
		return err
	}
	all, err := its.Recover(ctx)
	if err != nil {
		return err
	}
	return p.printRecovered(all)
}

func (p *recoverCommand) printRecovered(all []create.Recovered) error {
	if len(all) == 0 {
		fmt.Fprintln(p.Stdout, "No password waits for the store.")
		return nil
	}
	var failed error
	for _, r := range all {
		if r.Error != "" {
			fmt.Fprintf(p.Stdout, "%s (%s): still waits: %s\n", r.Key, format.OrDash(r.InstanceID), plaintext.Line(r.Error))
			failed = command.Failed
			continue
		}
		fmt.Fprintf(p.Stdout, "%s (%s): its password is in the store now; aurad run or apply finishes the create\n", r.Key, r.InstanceID)
	}
	return failed
}
