package plan

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/daemon/group"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/process"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
)

// applyCommand is `aurad apply`.
type applyCommand struct {
	command.Call
	yes bool
}

// NewApply is the command.
func NewApply(c command.Call) *cobra.Command {
	p := &applyCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "apply",
		Short: "Make the fleet match the file, then end",
		Long: `apply prints the plan, asks, and takes its steps until the fleet matches or nothing more can be
done. It exits 0 only if the fleet matches. Ctrl-C, and a terminal that goes away, finish the step
in hand.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	cmd.Flags().BoolVarP(&p.yes, "yes", "y", false, "don't ask")
	return cmd
}

func (p *applyCommand) run(ctx context.Context) (err error) {
	a := p.App()
	fleet, err := a.ReadFleet()
	if err != nil {
		return err
	}
	out := p.NewProgress(fleet)
	j, err := a.Open(ctx, fleet, out.Event, p.Logger(out, "warn"), nil)
	if errors.Is(err, state.ErrHeld) {
		return fmt.Errorf("%w; a daemon does by itself what apply would do: see `aurad status`", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if err := j.Group.Observe(ctx, a.Observing(fleet)); err != nil {
		return err
	}
	j.Group.TryAgain()
	before := format.Forecast{Fleet: fleet, Plan: j.Group.Plan(j.Clock.Now())}
	if err := p.PrintForecast(before, "text"); err != nil {
		return err
	}
	if !pending(before.Plan) {
		return p.conclude(before)
	}
	if err := p.Consent(p.yes); err != nil {
		return err
	}
	return p.carryOut(ctx, j.Group, before, out)
}

// pending reports whether apply has anything to do or to wait for.
func pending(p reconcile.Plan) bool { return p.Summary.Acting > 0 || p.Summary.Waiting > 0 }

// carryOut takes the steps and says how it ended.
func (p *applyCommand) carryOut(ctx context.Context, d *group.Group, before format.Forecast, out format.Progress) error {
	ctx, release := process.UntilHangup(ctx, p.Hangups)
	defer release()
	fmt.Fprintln(p.Stdout)
	out.Begin(before.Plan)
	plan, err := d.Apply(ctx)
	out.End()
	after := format.Forecast{Fleet: before.Fleet, Plan: plan}
	if ctx.Err() != nil {
		p.printLeft(after)
		if process.Interrupted(ctx) {
			return command.Interrupted
		}
		return command.Failed
	}
	if err != nil {
		return err
	}
	return p.conclude(after)
}

// conclude prints the last summary and what needs a person; the exit code is 0 only if the fleet
// matches.
func (p *applyCommand) conclude(fc format.Forecast) error {
	c := p.Paint(p.Stdout)
	fmt.Fprintf(p.Stdout, "\n%s\n", c.Bold(fc.Summary()))
	if fc.Plan.Matches() {
		return nil
	}
	for _, s := range fc.Plan.Steps {
		if s.Verb == reconcile.Blocked || s.Verb == reconcile.Wait {
			fmt.Fprintf(p.Stdout, "  %s %s: %s\n", c.Red(format.MarkOf(s.Verb).Sign), s.Key, plaintext.Line(s.Reason))
		}
	}
	return command.Failed
}

// printLeft says what an interrupted apply did not get to.
func (p *applyCommand) printLeft(fc format.Forecast) {
	fmt.Fprintln(p.Stdout, "\nStopped. What was accepted goes on at Aura; left to do:")
	for _, s := range fc.Plan.Steps {
		if s.Verb != reconcile.Hold {
			fmt.Fprintf(p.Stdout, "  %-2s %s: %s, %s\n", format.MarkOf(s.Verb).Sign, s.Key, s.Verb, plaintext.Line(s.Reason))
		}
	}
	fmt.Fprintln(p.Stdout, "Run `aurad apply` again to go on.")
}
