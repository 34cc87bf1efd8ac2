// Command aurad makes Neo4j Aura databases match a file, and keeps them so.
//
// This package wires: it reads flags and the environment, opens what package daemon needs, and
// shows what comes of it to people. It must not decide anything about a fleet, and nothing here
// is needed to understand what a plan is. main only exits; program.run is the whole program, so
// that tests run it in-process.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/aurad/aurad/internal/clock"
)

// workers lets 25 pauses of one edge go out within two seconds although an answer takes half a
// second.
const workers = 8

func main() {
	noCores()
	foreign := &foreignLog{}
	foreign.catch()
	ctx, stop := untilSignal()
	code := program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.LookupEnv, clock: clock.NewMachine(), workers: workers, terminal: isTerminal, hangups: hangups, foreign: foreign,
	}.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// stopped is the cause of a context that a signal ended.
type stopped struct{ signal os.Signal }

func (s stopped) Error() string { return "stopped by " + s.signal.String() }

// untilSignal returns a context that ends with the first SIGINT or SIGTERM. The second one says what it
// would cost not to wait for the step in hand; the third one kills.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGINT, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 1; ; n++ {
			sig, open := <-c
			if !open {
				return
			}
			cancel(stopped{sig})
			if n == 2 {
				signal.Stop(c)
				fmt.Fprintln(os.Stderr, stillBusy)
			}
		}
	}()
	return ctx, func() { signal.Stop(c); close(c); <-done; cancel(nil) }
}

const stillBusy = "aurad: the step in hand is being finished; if it is a create, Aura's answer has the only copy of its password, and ending now would lose it; once more ends at once"

// hangups delivers SIGHUP until stop is called. Without it SIGHUP ends the process, as it should
// for a command whose terminal went away. Who listens for it has something to finish, and is not to
// die of a reader that went away either.
func hangups() (c <-chan os.Signal, stop func()) {
	signal.Ignore(syscall.SIGPIPE)
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	return hup, func() { signal.Stop(hup) }
}

// untilHangup returns a context that ends with the first SIGHUP, too: a request to finish. release is
// to be called at the end.
func (p program) untilHangup(ctx context.Context) (until context.Context, release func()) {
	hup, stop := p.hangups()
	until, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case sig := <-hup:
			cancel(stopped{sig})
		case <-until.Done():
		}
	}()
	return until, func() { cancel(nil); <-done; stop() }
}

func isTerminal(stream any) bool {
	f, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}
