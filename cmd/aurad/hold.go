package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/duration"
)

// holdOptions are the flags of hold.
type holdOptions struct {
	*common
	running, paused bool
	lasts, until    string
	reason          string
}

func (p program) holdCommand(c *common) *cobra.Command {
	o := holdOptions{common: c}
	cmd := &cobra.Command{
		Use:   "hold KEY",
		Short: "Keep an instance running or paused for a while, whatever its schedule says",
		Long: `hold overrides the schedule of one instance until it ends by itself or is released: for working
late, without a commit. A running daemon acts on it at once; without one it is kept in the state
folder, for the next run or apply.

It lasts at most as long as policy.max_hold says, seven days by default.`,
		Example: `  aurad hold orders-dev --running --for 3h --reason "release tonight"
  aurad hold orders-dev --running --until 22:00
  aurad hold orders-dev --paused --until "2026-12-27 08:00"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.hold(cmd.Context(), o, args[0]) },
	}
	f := cmd.Flags()
	f.BoolVar(&o.running, "running", false, "keep it running")
	f.BoolVar(&o.paused, "paused", false, "keep it paused")
	f.StringVar(&o.lasts, "for", "", "how long: 90m, 3h, 2d")
	f.StringVar(&o.until, "until", "", `until when: 22:00, "2026-11-28 08:00" in the schedule's time zone, or 2026-11-28T08:00:00Z`)
	f.StringVar(&o.reason, "reason", "", "why, for those who wonder")
	cmd.MarkFlagsOneRequired("running", "paused")
	cmd.MarkFlagsMutuallyExclusive("running", "paused")
	cmd.MarkFlagsOneRequired("for", "until")
	cmd.MarkFlagsMutuallyExclusive("for", "until")
	return cmd
}

// hold asks the daemon. Only without one is the fleet file needed, and the state written.
func (p program) hold(ctx context.Context, o holdOptions, key string) error {
	clock, err := p.simulated()
	if err != nil {
		return err
	}
	dir, err := p.statePath(o.common)
	if err != nil {
		return err
	}
	fleet, _ := p.readFleet(o.file) // a daemon needs none
	now := clock.Now()
	h, err := o.hold(key, now, zoneFor(fleet, key, now.Location()))
	if err != nil {
		return err
	}
	its, err := p.reach(ctx, o.common, dir)
	if err != nil {
		return err
	}
	if err := its.Hold(ctx, h); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s is held %s until %s, %s from now.%s\n%s\n", key, h.State,
		h.Until.Format(format.ClockLayout), format.Roughly(h.Until.Sub(now)), afterwards(fleet, key, h.Until), its.Comes())
	return nil
}

// hold is the hold that the flags ask for, its end in the time zone loc.
func (o holdOptions) hold(key string, now time.Time, loc *time.Location) (spec.Hold, error) {
	h := spec.Hold{Key: key, State: spec.Running, Reason: o.reason}
	if o.paused {
		h.State = spec.Paused
	}
	if o.lasts != "" {
		d, err := duration.Parse(o.lasts)
		if err != nil {
			return h, fmt.Errorf("--for: %w", err)
		}
		h.Until = now.Add(d).Truncate(time.Second).In(loc)
		return h, nil
	}
	at, ok := nextClock(o.until, now, loc)
	if !ok {
		var err error
		if at, err = parseMoment("--until", o.until, loc); err != nil {
			return h, err
		}
	}
	h.Until = at.In(loc)
	return h, nil
}

// afterwards says what an instance should be without a hold at t; "" when the file does not tell.
func afterwards(fleet *spec.Fleet, key string, t time.Time) string {
	if fleet == nil {
		return ""
	}
	for _, d := range fleet.At(t, nil) {
		if d.Key == key {
			return fmt.Sprintf(" Then it is to be %s (%s).", d.Wants, plaintext.Line(d.Rule))
		}
	}
	return ""
}
