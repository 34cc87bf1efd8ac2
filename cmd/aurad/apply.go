package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

func (p program) applyCommand(c *common) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "apply",
		Short: "Make the fleet match the file, then end",
		Long: `apply prints the plan, asks, and takes its steps until the fleet matches or nothing more can be
done. It exits 0 only if the fleet matches. Ctrl-C, and a terminal that goes away, finish the step
in hand.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.apply(cmd.Context(), c, yes) },
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "don't ask")
	return cmd
}

func (p program) apply(ctx context.Context, c *common, yes bool) (err error) {
	fleet, err := p.readFleet(c.file)
	if err != nil {
		return err
	}
	out := p.newProgress(fleet)
	j, err := p.open(ctx, c, fleet, out.Event, p.logger(c, out, "warn"), nil)
	if errors.Is(err, state.ErrHeld) {
		return fmt.Errorf("%w; a daemon does by itself what apply would do: see `aurad status`", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.close()) }()
	if err := j.group.Observe(ctx, p.observing(fleet)); err != nil {
		return err
	}
	j.group.TryAgain()
	before := format.Forecast{Fleet: fleet, Plan: j.group.Plan(j.clock.Now())}
	if err := p.printForecast(before, "text"); err != nil {
		return err
	}
	if !pending(before.Plan) {
		return p.conclude(before)
	}
	if err := p.consent(yes); err != nil {
		return err
	}
	return p.carryOut(ctx, j.group, before, out)
}

// open is what apply and run need: the accounts, the stores, the states and the daemons on them.
// A state comes before the store, so that who holds it is known before anything is made.
func (p program) open(ctx context.Context, c *common, fleet *spec.Fleet, notify func(journal.Event), log *slog.Logger, meter func(http.RoundTripper) http.RoundTripper) (*joint, error) {
	dir, err := p.stateOf(c, fleet)
	if err == nil {
		err = p.notMisplaced(c, fleet, dir)
	}
	if err != nil {
		return nil, err
	}
	notify = inTurn(notify)
	return p.join(ctx, fleet, blueprint{dir: dir, log: log, meter: meter, equip: func(s *session, part *spec.Fleet) (*daemon.Daemon, error) {
		if err := onlyUnnamed(s.state, part); err != nil {
			return nil, err
		}
		store, release, err := p.openStore(part)
		if err != nil {
			return nil, err
		}
		s.closers = append(s.closers, release)
		return s.daemon(part, store, notify)
	}})
}

// pending reports whether apply has anything to do or to wait for.
func pending(p reconcile.Plan) bool { return p.Summary.Acting > 0 || p.Summary.Waiting > 0 }

// consent asks on a terminal. Elsewhere only --yes will do.
func (p program) consent(yes bool) error {
	if yes {
		return nil
	}
	if !p.terminal(p.stdin) {
		return errors.New("nothing was done: there is no terminal to ask on; give --yes to go on without asking")
	}
	fmt.Fprint(p.stdout, "\nDo this? [y/N] ")
	answer, err := bufio.NewReader(p.stdin).ReadString('\n')
	if a := strings.ToLower(strings.TrimSpace(answer)); err == nil && (a == "y" || a == "yes") {
		return nil
	}
	return errors.New("nothing was done")
}

// carryOut takes the steps and says how it ended.
func (p program) carryOut(ctx context.Context, d *daemon.Group, before format.Forecast, out format.Progress) error {
	ctx, release := p.untilHangup(ctx)
	defer release()
	fmt.Fprintln(p.stdout)
	out.Begin(before.Plan)
	plan, err := d.Apply(ctx)
	out.End()
	after := format.Forecast{Fleet: before.Fleet, Plan: plan}
	if ctx.Err() != nil {
		p.printLeft(after)
		if interrupted(ctx) {
			return status(exitInterrupted)
		}
		return status(exitFailed)
	}
	if err != nil {
		return err
	}
	return p.conclude(after)
}

// conclude prints the last summary and what needs a person; the exit code is 0 only if the fleet
// matches.
func (p program) conclude(fc format.Forecast) error {
	c := p.paint(p.stdout)
	fmt.Fprintf(p.stdout, "\n%s\n", c.Bold(fc.Summary()))
	if fc.Plan.Matches() {
		return nil
	}
	for _, s := range fc.Plan.Steps {
		if s.Verb == reconcile.Blocked || s.Verb == reconcile.Wait {
			fmt.Fprintf(p.stdout, "  %s %s: %s\n", c.Red(format.MarkOf(s.Verb).Sign), s.Key, plaintext.Line(s.Reason))
		}
	}
	return status(exitFailed)
}

// printLeft says what an interrupted apply did not get to.
func (p program) printLeft(fc format.Forecast) {
	fmt.Fprintln(p.stdout, "\nStopped. What was accepted goes on at Aura; left to do:")
	for _, s := range fc.Plan.Steps {
		if s.Verb != reconcile.Hold {
			fmt.Fprintf(p.stdout, "  %-2s %s: %s, %s\n", format.MarkOf(s.Verb).Sign, s.Key, s.Verb, plaintext.Line(s.Reason))
		}
	}
	fmt.Fprintln(p.stdout, "Run `aurad apply` again to go on.")
}
