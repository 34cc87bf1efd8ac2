package schedule

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/duration"
)

// holdCommand is `aurad hold`.
type holdCommand struct {
	command.Call
	running, paused bool
	lasts, until    string
	reason          string
}

// NewHold is the command.
func NewHold(c command.Call) *cobra.Command {
	p := &holdCommand{Call: c}
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
		RunE: func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.BoolVar(&p.running, "running", false, "keep it running")
	f.BoolVar(&p.paused, "paused", false, "keep it paused")
	f.StringVar(&p.lasts, "for", "", "how long: 90m, 3h, 2d")
	f.StringVar(&p.until, "until", "", `until when: 22:00, "2026-11-28 08:00" in the schedule's time zone, or 2026-11-28T08:00:00Z`)
	f.StringVar(&p.reason, "reason", "", "why, for those who wonder")
	cmd.MarkFlagsOneRequired("running", "paused")
	cmd.MarkFlagsMutuallyExclusive("running", "paused")
	cmd.MarkFlagsOneRequired("for", "until")
	cmd.MarkFlagsMutuallyExclusive("for", "until")
	return cmd
}

// hold asks the daemon. Only without one is the fleet file needed, and the state written.
func (p *holdCommand) run(ctx context.Context, key string) error {
	clock, err := p.App().Simulated()
	if err != nil {
		return err
	}
	fleet, _ := p.App().ReadFleet() // a daemon needs none
	now := clock.Now()
	h, err := p.hold(key, now, zoneFor(fleet, key, now.Location()))
	if err != nil {
		return err
	}
	its, err := p.App().Reach(ctx)
	if err != nil {
		return err
	}
	if err := its.Hold(ctx, h); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "%s is held %s until %s, %s from now.%s\n%s\n", key, h.State,
		h.Until.Format(format.ClockLayout), format.Roughly(h.Until.Sub(now)), afterwards(fleet, key, h.Until), its.Comes())
	return nil
}

// hold is the hold that the flags ask for, its end in the time zone loc.
func (p *holdCommand) hold(key string, now time.Time, loc *time.Location) (spec.Hold, error) {
	h := spec.Hold{Key: key, State: spec.Running, Reason: p.reason}
	if p.paused {
		h.State = spec.Paused
	}
	if p.lasts != "" {
		d, err := duration.Parse(p.lasts)
		if err != nil {
			return h, fmt.Errorf("--for: %w", err)
		}
		h.Until = now.Add(d).Truncate(time.Second).In(loc)
		return h, nil
	}
	at, ok := nextClock(p.until, now, loc)
	if !ok {
		var err error
		if at, err = command.ParseMoment("--until", p.until, loc); err != nil {
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

// nextClock is the first instant after now at which the clock of loc shows text, such as 22:00.
// ok is false when text is not of that form.
func nextClock(text string, now time.Time, loc *time.Location) (at time.Time, ok bool) {
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return time.Time{}, false
	}
	now = now.In(loc)
	for day := now.Day(); ; day++ {
		at = time.Date(now.Year(), now.Month(), day, clock.Hour(), clock.Minute(), 0, 0, loc)
		if at.After(now) {
			return at, true
		}
	}
}

// zoneFor is the time zone for an instance of a file that may be out of reach: then this machine's.
func zoneFor(f *spec.Fleet, key string, machine *time.Location) *time.Location {
	if f == nil {
		return machine
	}
	return f.Zone(key)
}
