package schedule

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
)

// releaseCommand is `aurad release`.
type releaseCommand struct {
	command.Call
}

// NewRelease is the command.
func NewRelease(c command.Call) *cobra.Command {
	p := &releaseCommand{Call: c}
	return &cobra.Command{
		Use:   "release KEY",
		Short: "End a hold: the schedule decides again",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args[0]) },
	}
}

func (p *releaseCommand) run(ctx context.Context, key string) error {
	clock, err := p.App().Simulated()
	if err != nil {
		return err
	}
	its, err := p.App().Reach(ctx)
	if err != nil {
		return err
	}
	if err := its.Release(ctx, key); err != nil {
		return err
	}
	fleet, _ := p.App().ReadFleet() // only to say what follows
	fmt.Fprintf(p.Stdout, "%s is released.%s\n%s\n", key, afterwards(fleet, key, clock.Now()), its.Comes())
	return nil
}
