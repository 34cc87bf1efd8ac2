package cli

import (
	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/spec/schema"
)

func newSchema(c command.Call) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the fleet file, for editors",
		Long: `schema prints the JSON Schema of fleet.yaml. Editors that use the YAML language server find it by
a first line such as: # yaml-language-server: $schema=./fleet.schema.json`,
		Example: "  aurad schema > fleet.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := schema.JSON()
			if err != nil {
				return err
			}
			_, err = c.Stdout.Write(text)
			return err
		},
	}
}
