// Package schedule has the commands about when instances run: the coming changes, and holds, which override
// them.
//
// It knows schedules and holds as people speak of them; what is in force is asked of the aurad that looks after
// the fleet.
package schedule

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/spec"
)

// scheduleCommand is `aurad schedule`.
type scheduleCommand struct {
	command.Call
	from, to string
	output   string
}

// New is the command.
func New(c command.Call) *cobra.Command {
	p := &scheduleCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "schedule [KEY]",
		Short: "Show when instances are going to be paused and resumed, and what that saves",
		Long: `schedule prints the coming changes of all instances, or of one, with the rule that decides, holds
included. Then, for each schedule, how long it pauses in a week and what that saves: an estimate
from list prices, or from the prices in the file.

It reads the fleet file, and the holds from the daemon or the state folder. It needs no
credentials and costs no API request.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.run(cmd.Context(), strings.Join(args, ""))
		},
	}
	f := cmd.Flags()
	f.StringVar(&p.from, "from", "", `show changes after this: 2026-11-28T08:00:00Z, or "2026-11-28 08:00" in the file's time zone (default now)`)
	f.StringVar(&p.to, "to", "", "show changes up to this (default seven days after --from)")
	f.VarP(command.NewChoice(&p.output, "text", "json"), "output", "o", "text or json")
	return cmd
}

func (p *scheduleCommand) run(ctx context.Context, key string) error {
	fleet, err := p.App().ReadFleet()
	if err != nil {
		return err
	}
	if _, ok := fleet.Instance(key); key != "" && !ok {
		return fmt.Errorf("%s has no instance %q", p.File, key)
	}
	clock, err := p.App().Simulated()
	if err != nil {
		return err
	}
	from, to, err := p.span(clock.Now(), fleet.Location)
	if err != nil {
		return err
	}
	dir, err := p.App().StateFolder()
	if err != nil {
		return err
	}
	holds, notes := p.holdsOn(ctx, dir)
	a := agendaOf(fleet, key, holds, from, to)
	a.Notes = append(a.Notes, notes...)
	if p.output == "json" {
		return p.PrintJSON(a)
	}
	_, err = fmt.Fprint(p.Stdout, a.text(fleet, p.Paint(p.Stdout)))
	return err
}

// longestAgenda bounds what is computed for one command.
const longestAgenda = 10 * 366 * 24 * time.Hour

// span is what --from and --to ask for.
func (p *scheduleCommand) span(now time.Time, loc *time.Location) (from, to time.Time, err error) {
	from = now.In(loc).Truncate(time.Second)
	if p.from != "" {
		if from, err = command.ParseMoment("--from", p.from, loc); err != nil {
			return from, to, err
		}
	}
	to = from.AddDate(0, 0, 7)
	if p.to != "" {
		if to, err = command.ParseMoment("--to", p.to, loc); err != nil {
			return from, to, err
		}
	}
	switch {
	case !to.After(from):
		return from, to, fmt.Errorf("--to %s is not after --from %s", to.Format(time.RFC3339), from.Format(time.RFC3339))
	case to.Sub(from) > longestAgenda:
		return from, to, errors.New("--to is more than ten years after --from")
	}
	return from, to, nil
}

// holdsOn are the holds that the daemon of a state folder has, or the folder itself. A note says
// what keeps them from being known.
func (p *scheduleCommand) holdsOn(ctx context.Context, dir string) (holds []spec.Hold, notes []string) {
	its, err := p.App().ReachIn(ctx, dir)
	if err != nil {
		return nil, []string{"holds are not known: " + err.Error()}
	}
	r, err := its.Holds(ctx)
	switch {
	case err != nil:
		return nil, []string{"holds are not known: " + err.Error()}
	case r.Note != "":
		return r.Holds, []string{r.Note}
	}
	return r.Holds, nil
}
