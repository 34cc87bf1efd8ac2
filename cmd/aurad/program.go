package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/spec/source"
)

// program is what the commands use of the world outside.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) (string, bool)
	clock          clock.Clock
	workers        int // requests under way at once; with one, runs are in the plan's very order
	terminal       func(stream any) bool
	hangups        func() (c <-chan os.Signal, stop func())
	foreign        *foreignLog // what libraries write to the standard log; nil when nobody catches it
}

// Exit codes. Those of plan --detailed-exitcode are Terraform's.
const (
	exitFailed      = 1
	exitChanges     = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells have it
)

// status is an error that is only an exit code: everything was said already.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// run executes one command line, without the program's name, and returns the exit code.
func (p program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	return p.report(ctx, err)
}

// report says what went wrong, once, and turns it into an exit code.
func (p program) report(ctx context.Context, err error) int {
	var code status
	var faults source.Errors
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case interrupted(ctx):
		fmt.Fprintln(p.stderr, "aurad: interrupted")
		return exitInterrupted
	case errors.As(err, &faults):
		fmt.Fprintln(p.stderr, plaintext.Lines(faults.Error()))
	default:
		fmt.Fprintln(p.stderr, "aurad:", plaintext.Lines(err.Error()))
	}
	return exitFailed
}

// interrupted reports whether the user pressed Ctrl-C.
func interrupted(ctx context.Context) bool {
	var s stopped
	return errors.As(context.Cause(ctx), &s) && s.signal == syscall.SIGINT
}

func (p program) root() *cobra.Command {
	var c common
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
	c.register(root)
	root.AddCommand(p.planCommand(&c), p.applyCommand(&c), p.runCommand(&c), p.statusCommand(&c),
		p.scheduleCommand(&c), p.holdCommand(&c), p.releaseCommand(&c), p.forgetCommand(&c),
		p.credentialCommand(&c), p.envCommand(&c), p.fleetCommand(&c),
		p.validateCommand(&c), p.importCommand(&c), p.simCommand(),
		p.demoCommand(), p.schemaCommand(), p.versionCommand(), p.manCommand())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath())
	})
	return root
}
