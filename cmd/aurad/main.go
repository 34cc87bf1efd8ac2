// Command aurad makes Neo4j Aura databases match a file, and keeps them so.
//
// It is the process: what package cli needs of it is put together here, and nothing else is known.
package main

import (
	"os"

	"github.com/aurad/aurad/internal/cli"
	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/logging"
	"github.com/aurad/aurad/internal/process"
)

// workers lets 25 pauses of one edge go out within two seconds although an answer takes half a
// second.
const workers = 8

// release is the version that make dist stamps with the linker; "" leaves it to what Go recorded.
var release string

func main() {
	process.NoCores()
	foreign := &logging.Foreign{}
	foreign.Catch()
	ctx, stop := process.UntilSignal()
	code := cli.Run(ctx, &command.Process{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Lookup: os.LookupEnv, Clock: clock.NewMachine(), Workers: workers, Build: process.BuildOf(release),
		Terminal: process.IsTerminal, Hangups: process.Hangups, Foreign: foreign,
	}, os.Args[1:])
	stop()
	os.Exit(code)
}
