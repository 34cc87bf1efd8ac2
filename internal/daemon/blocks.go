package daemon

import (
	"slices"
	"time"

	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
)

// tellBlocks tells people of every blocked step once when it appears, with its ways out, and once
// when it is over, restarts or not. A new process says once more what is still blocked: whoever
// reads its log alone must find it there.
func (d *Daemon) tellBlocks(p reconcile.Plan) error {
	if !d.surveyed {
		return nil // a plan made in ignorance
	}
	now, over := p.Blocks(d.blocks)
	if !slices.Equal(now, d.blocks) {
		if err := d.State.PutBlocks(now); err != nil {
			return err
		}
	}
	told := map[blockID]bool{}
	for _, b := range now {
		id := blockID{b.Key, b.Problem, b.Would}
		if told[id] = true; !d.told[id] {
			d.tellBlock(p.At, b, journal.Blocked, "blocked: "+b.Reason)
		}
	}
	for _, b := range over {
		d.tellBlock(p.At, b, journal.Unblocked, "no longer blocked, after "+p.At.Sub(b.Since).Round(time.Second).String()+": "+b.Reason)
	}
	d.blocks, d.told = now, told
	return nil
}

// blockID tells one block from another.
type blockID struct {
	key     string
	problem reconcile.Problem
	would   reconcile.Verb
}

func (d *Daemon) tellBlock(at time.Time, b reconcile.Block, kind journal.Kind, text string) {
	d.Notify(journal.Event{At: at, Key: b.Key, ID: b.ID, Verb: b.Would, Cause: b.Cause, Kind: kind, Text: text})
}
