package cli

import (
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/demo"
)

func newDemo(c command.Call) *cobra.Command {
	var speed float64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See aurad at work on a simulated account, in under a minute",
		Long: `demo runs the daemon against the simulator of "aurad sim" in a folder of its own, and tells what
happens from one evening to the next morning. It needs no account, reaches no network beyond this
machine, and leaves nothing behind.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return demo.Run(cmd.Context(), demo.Setting{
				Out: c.Stdout, Paint: c.Paint(c.Stdout), Clock: c.Clock, Workers: c.Workers, Version: c.Build.Version, Speed: speed,
				Log: func(w io.Writer) *slog.Logger { return c.WithLog("text", "error").Logger(w, "error") },
			})
		},
	}
	cmd.Flags().Float64Var(&speed, "speed", 1, "how fast the story is told")
	return cmd
}
