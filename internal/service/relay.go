package service

import (
	"context"
	"os"
)

// reload is what POST /-/reload sends where SIGHUP would arrive.
type reload struct{}

func (reload) String() string { return "reload" }
func (reload) Signal()        {}

func nudge(c chan<- os.Signal) {
	select {
	case c <- reload{}:
	default: // one is waiting already
	}
}

func relay(ctx context.Context, from <-chan os.Signal, to chan<- os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-from:
			nudge(to)
		}
	}
}
