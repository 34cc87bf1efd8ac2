// Package plan has the commands that say what would be done, and do it once.
//
// It knows how a plan is asked for and shown, and how apply ends. It must not decide what is in one.
package plan

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/control"
)

// planCommand is `aurad plan`.
type planCommand struct {
	command.Call
	at, output       string
	noState          bool
	detailedExitcode bool
}

// NewPlan is the command.
func NewPlan(c command.Call) *cobra.Command {
	p := &planCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Say what would be done, and do nothing",
		Long: `plan compares the fleet file with what is live and prints the steps that would make them match,
each with its reason and its cost in API requests.

While a daemon holds the state folder, the file is sent to it and planned with what it knows, at no
request. With --no-state, as in the
check of a pull request, live instances that bear a name of the file are taken for aurad's own.

Signs: + create  * adopt  ~ change  || pause  > resume  - delete  ! blocked  … wait  = left as it is`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&p.at, "at", "", `plan for another moment: 2026-11-28T08:00:00Z, or "2026-11-28 08:00" in the file's time zone`)
	f.VarP(command.NewChoice(&p.output, "text", "json", "markdown"), "output", "o", "text, json or markdown")
	f.BoolVar(&p.noState, "no-state", false, "plan without a state folder, as in a pull request's check")
	f.BoolVar(&p.detailedExitcode, "detailed-exitcode", false, "exit 0 if the fleet matches, 2 if there is something to do or to mend, 1 on an error")
	return cmd
}

func (p *planCommand) run(ctx context.Context) error {
	fleet, text, err := p.App().ReadFleetText()
	if err != nil {
		return err
	}
	at, err := p.moment(fleet.Location)
	if err != nil {
		return err
	}
	fc, err := p.forecast(ctx, control.PlanRequest{Fleet: fleet, Text: text, At: at})
	if err != nil {
		return err
	}
	for _, warning := range fleet.Warnings {
		fc.Notes = append(fc.Notes, warning.Error())
	}
	if err := p.PrintForecast(fc, p.output); err != nil {
		return err
	}
	if p.detailedExitcode && !fc.Plan.Matches() {
		return command.Changes
	}
	return nil
}

// forecast is the plan, and what its reader must know.
func (p *planCommand) forecast(ctx context.Context, r control.PlanRequest) (format.Forecast, error) {
	plan := p.App().Plan
	if p.noState {
		plan = p.App().Stateless
	}
	reply, err := plan(ctx, r)
	return format.Forecast{Fleet: r.Fleet, Plan: reply.Plan, Notes: reply.Notes}, err
}

// moment is --at; the zero time, when it is not given, means now.
func (p *planCommand) moment(loc *time.Location) (time.Time, error) {
	if p.at == "" {
		return time.Time{}, nil
	}
	return command.ParseMoment("--at", p.at, loc)
}
