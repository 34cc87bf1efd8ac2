// Package cli is the command line of aurad.
//
// Each command is a struct with what it needs in its fields: it reads flags, asks package app or the aurad that runs,
// and shows what comes of it to people. It must not decide anything about a fleet, and nothing here is needed to
// understand what a plan is.
package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/cli/credential"
	"github.com/aurad/aurad/internal/cli/plan"
	"github.com/aurad/aurad/internal/cli/schedule"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/process"
	"github.com/aurad/aurad/spec/source"
)

// Run executes one command line, without the program's name, and returns the exit code.
func Run(ctx context.Context, p *command.Process, args []string) int {
	root := newRoot(p)
	root.SetArgs(args)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	err := root.ExecuteContext(ctx)
	return report(ctx, p, err)
}

// report says what went wrong, once, and turns it into an exit code.
func report(ctx context.Context, p *command.Process, err error) int {
	var code command.Exit
	var faults source.Errors
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case process.Interrupted(ctx):
		fmt.Fprintln(p.Stderr, "aurad: interrupted")
		return int(command.Interrupted)
	case errors.As(err, &faults):
		fmt.Fprintln(p.Stderr, plaintext.Lines(faults.Error()))
	default:
		fmt.Fprintln(p.Stderr, "aurad:", plaintext.Lines(err.Error()))
	}
	return int(command.Failed)
}

func newRoot(p *command.Process) *cobra.Command {
	c := command.Call{Process: p, Flags: &command.Flags{}}
	root := &cobra.Command{
		Use:   "aurad",
		Short: "Keep a fleet of Neo4j Aura databases as a file says",
		Long: `aurad makes Neo4j Aura databases match fleet.yaml: it creates, resizes, renames, upgrades,
pauses and resumes them, on schedule, and deletes them only when told to.

Credentials come from the environment: AURA_CLIENT_ID, AURA_CLIENT_SECRET, and AURA_TENANT_ID
where the file names no tenant. Each can also be read from a file: AURA_CLIENT_SECRET_FILE, or
$CREDENTIALS_DIRECTORY/aura-client-secret. A fleet of several accounts has a set of them for each:
AURA_CLIENT_ID_TEAM_BLUE.

Try it without an account: aurad demo`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	c.Register(root)
	root.AddCommand(plan.NewPlan(c), plan.NewApply(c), newRun(c), newStatus(c),
		schedule.New(c), schedule.NewHold(c), schedule.NewRelease(c), newForget(c),
		credential.New(c), credential.NewEnv(c), newFleet(c),
		newValidate(c), newImport(c), newSim(c),
		newDemo(c), newSchema(c), newVersion(c), newMan(c))
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath())
	})
	return root
}
