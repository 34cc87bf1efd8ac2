package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
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
	fleet, unread := p.readFleet(o.file)
	now := clock.Now()
	h, err := o.hold(key, now, zoneFor(fleet, key, now.Location()))
	if err != nil {
		return err
	}
	body, err := json.Marshal(h)
	if err != nil {
		return err
	}
	err = tell(ctx, dir, http.MethodPut, holdPath(key), string(body), nil)
	then := "The daemon sees to it now."
	if errors.Is(err, errNoDaemon) {
		if unread != nil {
			return unread
		}
		then = noDaemonOn(dir)
		err = p.holdHere(dir, fleet, h, now)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s is held %s until %s, %s from now.%s\n%s\n", key, h.State,
		h.Until.Format(format.ClockLayout), format.Roughly(h.Until.Sub(now)), afterwards(fleet, key, h.Until), then)
	return nil
}

func holdPath(key string) string { return "/api/v1/holds/" + url.PathEscape(key) }

func noDaemonOn(dir string) string {
	return fmt.Sprintf("No daemon runs on %s: the next `aurad run` or `aurad apply` sees to it.", dir)
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

// holdHere writes the hold into the state, which nobody else works on.
func (p program) holdHere(dir string, fleet *spec.Fleet, h spec.Hold, now time.Time) error {
	h.By = p.userName()
	if err := daemon.CheckHold(fleet, h, now); err != nil {
		return err
	}
	in, _ := fleet.Instance(h.Key)
	return p.withState(accountDir(dir, in.Account), func(s *state.State) error { return s.PutHold(h) })
}

// withState opens the state for one change.
func (p program) withState(dir string, change func(*state.State) error) error {
	s, err := folder.Open(dir, p.spoolKey())
	if errors.Is(err, state.ErrHeld) {
		return fmt.Errorf("%w; it does not answer (is it an apply?): try again when it has ended", err)
	}
	if err != nil {
		return err
	}
	return errors.Join(change(s), s.Close())
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

// userName is who runs this command.
func (p program) userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return p.env("USER")
}
