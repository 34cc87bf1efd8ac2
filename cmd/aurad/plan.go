package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/spec"
)

// planOptions are the flags of plan.
type planOptions struct {
	*common
	at               string
	output           string
	noState          bool
	detailedExitcode bool
	text             []byte // of the fleet file
}

func (p program) planCommand(c *common) *cobra.Command {
	o := planOptions{common: c}
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
		RunE: func(cmd *cobra.Command, _ []string) error { return p.plan(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.at, "at", "", `plan for another moment: 2026-11-28T08:00:00Z, or "2026-11-28 08:00" in the file's time zone`)
	f.VarP(newChoice(&o.output, "text", "json", "markdown"), "output", "o", "text, json or markdown")
	f.BoolVar(&o.noState, "no-state", false, "plan without a state folder, as in a pull request's check")
	f.BoolVar(&o.detailedExitcode, "detailed-exitcode", false, "exit 0 if the fleet matches, 2 if there is something to do or to mend, 1 on an error")
	return cmd
}

func (p program) plan(ctx context.Context, o planOptions) error {
	fleet, text, err := p.readFleetText(o.file)
	if err != nil {
		return err
	}
	o.text = text
	at, err := parseAt(o.at, fleet.Location)
	if err != nil {
		return err
	}
	fc, err := p.forecast(ctx, o, fleet, at)
	if err != nil {
		return err
	}
	for _, warning := range fleet.Warnings {
		fc.Notes = append(fc.Notes, warning.Error())
	}
	if err := p.printForecast(fc, o.output); err != nil {
		return err
	}
	if o.detailedExitcode && !fc.Plan.Matches() {
		return status(exitChanges)
	}
	return nil
}

// forecast plans without state, or asks the daemon, or plans with the state of this machine.
func (p program) forecast(ctx context.Context, o planOptions, fleet *spec.Fleet, at time.Time) (format.Forecast, error) {
	fc := format.Forecast{Fleet: fleet}
	dir, err := p.stateOf(o.common, fleet)
	if err != nil && !o.noState {
		return fc, err
	}
	r := control.PlanRequest{Fleet: fleet, Text: o.text, At: at}
	var reply control.PlanReply
	if o.noState {
		reply, err = p.stateless(ctx, o.common, r, presumed)
	} else {
		reply, err = p.asked(ctx, o.common, dir, r)
	}
	fc.Plan, fc.Notes = reply.Plan, reply.Notes
	return fc, err
}

// asked has the plan from whoever has the state in dir.
func (p program) asked(ctx context.Context, c *common, dir string, r control.PlanRequest) (control.PlanReply, error) {
	if err := p.notMisplaced(c, r.Fleet, dir); err != nil {
		return control.PlanReply{}, err
	}
	its, err := p.reach(ctx, c, dir)
	if err != nil {
		return control.PlanReply{}, err
	}
	return its.Plan(ctx, r)
}

// observing shows how far a look at the fleet is, where it takes longer than one minute's budget.
func (p program) observing(fleet *spec.Fleet) func(done, all int) {
	if !p.terminal(p.stderr) {
		return func(int, int) {}
	}
	return func(done, all int) {
		switch {
		case all <= requestLimit(fleet):
		case done == all:
			fmt.Fprint(p.stderr, "\r\x1b[K")
		default:
			fmt.Fprintf(p.stderr, "\rlooking at the fleet: %d of %d instances, %d requests a minute\x1b[K", done, all, requestLimit(fleet))
		}
	}
}

// parseAt reads --at; "" is the zero time, which means now.
func parseAt(text string, loc *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return parseMoment("--at", text, loc)
}
