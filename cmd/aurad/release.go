package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func (p program) releaseCommand(c *common) *cobra.Command {
	return &cobra.Command{
		Use:   "release KEY",
		Short: "End a hold: the schedule decides again",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return p.release(cmd.Context(), c, args[0]) },
	}
}

func (p program) release(ctx context.Context, c *common, key string) error {
	clock, err := p.simulated()
	if err != nil {
		return err
	}
	dir, err := p.statePath(c)
	if err != nil {
		return err
	}
	its, err := p.reach(ctx, c, dir)
	if err != nil {
		return err
	}
	if err := its.Release(ctx, key); err != nil {
		return err
	}
	fleet, _ := p.readFleet(c.file) // only to say what follows
	fmt.Fprintf(p.stdout, "%s is released.%s\n%s\n", key, afterwards(fleet, key, clock.Now()), its.Comes())
	return nil
}
