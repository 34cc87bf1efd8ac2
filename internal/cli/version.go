package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
)

func newVersion(c command.Call) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which aurad this is",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := c.Build
			if output == "json" {
				return c.PrintJSON(b)
			}
			_, err := fmt.Fprintf(c.Stdout, "aurad %s (%s, %s)\n", b.Version, b.Go, b.Platform)
			return err
		},
	}
	cmd.Flags().VarP(command.NewChoice(&output, "text", "json"), "output", "o", "text or json")
	return cmd
}
