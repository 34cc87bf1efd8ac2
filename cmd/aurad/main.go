// Command aurad makes Neo4j Aura databases match a file, and keeps them so.
//
// This package wires: it reads flags and the environment, opens what package daemon needs, and
// shows what comes of it to people. It must not decide anything about a fleet, and nothing here
// is needed to understand what a plan is. main only exits; program.run is the whole program, so
// that tests run it in-process.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/aurad/aurad/internal/daemon"
)

// workers lets 25 pauses of one edge go out within two seconds although an answer takes half a
// second.
const workers = 8

func main() {
	noCores()
	ctx, stop := untilSignal()
	code := program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.LookupEnv, clock: daemon.NewRealClock(), workers: workers, terminal: isTerminal, hangups: hangups,
	}.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// stopped is the cause of a context that a signal ended.
type stopped struct{ signal os.Signal }

func (s stopped) Error() string { return "stopped by " + s.signal.String() }

// untilSignal returns a context that ends with the first SIGINT or SIGTERM. The second one kills,
// for whoever does not want to wait for the step in hand.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGINT, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case sig := <-c:
			signal.Stop(c)
			cancel(stopped{sig})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil); <-done }
}

// hangups delivers SIGHUP until stop is called. Without it SIGHUP ends the process, as it should
// for a command whose terminal went away.
func hangups() (c <-chan os.Signal, stop func()) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	return hup, func() { signal.Stop(hup) }
}

func isTerminal(stream any) bool {
	f, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}
