package daemon

import (
	"context"

	"github.com/aurad/aurad/internal/aura"
)

// answer is how the request of a create ended.
type answer struct {
	reply    aura.Reply
	err      error
	panicked any
}

// post sends a create and waits for the end of its request, however long Aura takes: the reply has the
// only copy of a password. The loop is alive meanwhile, so that nothing ends the process for its silence.
func (d *Daemon) post(ctx context.Context, req aura.CreateRequest) (aura.Reply, error) {
	done := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			a.panicked = recover()
			done <- a
		}()
		a.reply, a.err = d.API.Create(ctx, req)
	}()
	for {
		select {
		case a := <-done:
			if a.panicked != nil {
				panic(a.panicked) // where it would have been without the goroutine
			}
			return a.reply, a.err
		case <-d.Clock.After(nap):
			d.Alive()
		}
	}
}
