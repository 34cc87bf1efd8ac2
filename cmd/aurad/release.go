package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/spec"
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
	err = tell(ctx, dir, http.MethodDelete, holdPath(key), "", nil)
	then := "The daemon sees to it now."
	if errors.Is(err, errNoDaemon) {
		then = noDaemonOn(dir)
		err = p.releaseHere(dir, key, clock.Now())
	}
	if err != nil {
		return err
	}
	fleet, _ := p.readFleet(c.file) // only to say what follows
	fmt.Fprintf(p.stdout, "%s is released.%s\n%s\n", key, afterwards(fleet, key, clock.Now()), then)
	return nil
}

func (p program) releaseHere(dir, key string, now time.Time) error {
	if !exists(dir) {
		return fmt.Errorf("release %s: there is no state folder %s, so nothing is held", key, dir)
	}
	held := false
	for _, one := range stateDirs(dir) {
		err := p.withState(one, func(s *state.State) error {
			holds, err := s.Holds()
			if !slices.ContainsFunc(holds, func(h spec.Hold) bool { return h.Key == key && h.Until.After(now) }) {
				return err
			}
			held = true
			return s.DropHold(key)
		})
		if err != nil {
			return err
		}
	}
	if !held {
		return fmt.Errorf("release %s: it is not held", key)
	}
	return nil
}
