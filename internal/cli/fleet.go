package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/words"
)

// renameCommand is `aurad fleet rename`.
type renameCommand struct{ command.Call }

func newFleet(c command.Call) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fleet",
		Short: "Give a fleet another name",
		Long: `A fleet has a name, at the top of its file: everything that aurad remembers of it, the state and
what is written beside each credential, is recorded under that name.`,
		Args: cobra.NoArgs,
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "rename OLD NEW",
		Short: "Record what is remembered of a fleet under another name",
		Long: `rename makes the state of the fleet OLD that of NEW, and writes the new name beside each of its
credentials. It asks Aura nothing. A fleet whose file names none is called default.

Write ` + "`fleet: NEW`" + ` into the file, stop the daemon, run this, and start the daemon again. It may be
repeated if the credential store failed half-way.`,
		Example: "  aurad fleet rename default acme-databases",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return (&renameCommand{c}).run(cmd.Context(), args[0], args[1])
		},
	})
	return cmd
}

func (p *renameCommand) run(ctx context.Context, from, to string) error {
	a := p.App()
	fleet, err := a.ReadFleet()
	if err != nil {
		return err
	}
	if fleet.Name != to {
		return fmt.Errorf("%s is the file of the fleet %s: write `fleet: %s` into it first", fleet.File, fleet.Name, to)
	}
	dir, tagged, err := a.Rename(ctx, fleet, from, to)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.Stdout, "The state in %s is that of the fleet %s now, and its name is beside %s.\n", dir, to, words.Plural(tagged, "credential"))
	return err
}
