// Package process is what a program does as a process of the machine: signals, core files, and what was
// recorded when it was built.
//
// It knows the operating system and the Go toolchain. It must not know what runs in the process.
package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Stopped is the cause of a context that a signal ended.
type Stopped struct{ Signal os.Signal }

func (s Stopped) Error() string { return "stopped by " + s.Signal.String() }

// UntilSignal returns a context that ends with the first SIGINT or SIGTERM. The second one says what it
// would cost not to wait for the step in hand; the third one kills.
func UntilSignal() (context.Context, func()) {
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
			cancel(Stopped{sig})
			if n == 2 {
				signal.Stop(c)
				fmt.Fprintln(os.Stderr, stillBusy)
			}
		}
	}()
	return ctx, func() { signal.Stop(c); close(c); <-done; cancel(nil) }
}

const stillBusy = "aurad: the step in hand is being finished; if it is a create, Aura's answer has the only copy of its password, and ending now would lose it; once more ends at once"

// Hangups delivers SIGHUP until stop is called. Without it SIGHUP ends the process, as it should
// for a command whose terminal went away. Who listens for it has something to finish, and is not to
// die of a reader that went away either.
func Hangups() (c <-chan os.Signal, stop func()) {
	signal.Ignore(syscall.SIGPIPE)
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	return hup, func() { signal.Stop(hup) }
}

// UntilHangup returns a context that ends with the first signal of hangups, too: a request to finish.
// release is to be called at the end.
func UntilHangup(ctx context.Context, hangups func() (<-chan os.Signal, func())) (until context.Context, release func()) {
	hup, stop := hangups()
	until, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case sig := <-hup:
			cancel(Stopped{sig})
		case <-until.Done():
		}
	}()
	return until, func() { cancel(nil); <-done; stop() }
}

// Interrupted reports whether the user pressed Ctrl-C.
func Interrupted(ctx context.Context) bool {
	var s Stopped
	return errors.As(context.Cause(ctx), &s) && s.Signal == syscall.SIGINT
}
