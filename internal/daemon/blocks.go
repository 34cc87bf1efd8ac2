package daemon

import (
	"slices"
	"time"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
)

// blocks is what people were told is blocked.
type blocks struct {
	now  []reconcile.Block // before this process too
	told map[blockID]bool  // by this process
}

// tell tells people of every blocked step once when it appears, with its ways out, and once
// when it is over, restarts or not. A new process says once more what is still blocked: whoever
// reads its log alone must find it there.
func (t *blocks) tell(b *book.Book, p reconcile.Plan) error {
	now, over := p.Blocks(t.now)
	if !slices.Equal(now, t.now) {
		if err := b.State.PutBlocks(now); err != nil {
			return err
		}
	}
	event := func(of reconcile.Block, kind journal.Kind, text string) {
		b.Notify(journal.Event{At: p.At, Key: of.Key, ID: of.ID, Verb: of.Would, Cause: of.Cause, Kind: kind, Text: text})
	}
	told := map[blockID]bool{}
	for _, of := range now {
		id := blockID{of.Key, of.Problem, of.Would}
		if told[id] = true; !t.told[id] {
			event(of, journal.Blocked, "blocked: "+of.Reason)
		}
	}
	for _, of := range over {
		event(of, journal.Unblocked, "no longer blocked, after "+p.At.Sub(of.Since).Round(time.Second).String()+": "+of.Reason)
	}
	t.now, t.told = now, told
	return nil
}

// blockID tells one block from another.
type blockID struct {
	key     string
	problem reconcile.Problem
	would   reconcile.Verb
}
