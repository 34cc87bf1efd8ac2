// Package credential has the commands about passwords and the store that keeps them.
//
// It knows what people ask about credentials and how they are answered. No command here shows a password but env.
package credential

import (
	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
)

// New is `aurad credential`, with its commands.
func New(c command.Call) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "credential",
		Short: "See where the passwords are, store one, bring waiting ones to the store",
		Long: `credential is about the passwords of instances and the store that keeps them. No command here shows
a password; aurad env does.`,
		Args: cobra.NoArgs,
	}
	cmd.AddCommand(newList(c), newSet(c), newRecover(c), newReleaseClaim(c))
	return cmd
}
