package daemon

import (
	"maps"
	"time"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
)

// doubtful is how far the clock goes ahead for aurad to look at everything again, when there is
// room for it: the machine may have slept as long.
const doubtful = time.Minute

// turn starts a turn at what the wall clock shows. If that was set since the last turn, whatever
// is remembered with a time moves along: what was a minute ago is so still, and what is to wait
// for a minute waits no longer and no shorter. Only what schedules and people name by the clock
// stays where it is.
func (p *passage) turn() (time.Time, error) {
	by := p.turns.Follow()
	now := p.Clock.Now()
	if by != 0 {
		p.Log.Warn("the clock was set, or this machine has slept: schedules follow it, waits do not", "by", by.Round(time.Millisecond))
		if by >= doubtful {
			p.jumpedAt = now
		}
	}
	if err := p.shift(by, clock.AnchorOf(p.turns.Clock)); err != nil {
		return now, err
	}
	p.clampToNow(now)
	return now, nil
}

// catchUp does the same for a clock that was set while no aurad ran.
func (p *passage) catchUp() error {
	now := clock.AnchorOf(p.turns.Clock)
	by := p.anchor.SetBy(now)
	if by != 0 {
		p.Log.Warn("the clock was set while no aurad ran: schedules follow it, waits do not", "by", by.Round(time.Millisecond))
	}
	return p.shift(by, now)
}

// shift moves what is remembered, together with the anchor that it is stamped by. It is durable where
// a wait must outlast this process: an unanswered create, above all, is left alone for its grace in
// time that has passed.
func (p *passage) shift(by time.Duration, now clock.Anchor) error {
	if by == 0 && !p.anchor.Differs(now) {
		return nil
	}
	moved := state.Stamps{Entries: reconcile.Ledger{}, File: p.file, Anchor: now}
	if by != 0 {
		if !moved.File.At.IsZero() {
			moved.File.At = moved.File.At.Add(by)
		}
		for key, e := range p.Ledger {
			if e, changed := e.Shifted(by); changed {
				moved.Entries[key] = e
			}
		}
	}
	if err := p.State.PutStamps(moved); err != nil {
		return err
	}
	maps.Copy(p.Ledger, moved.Entries)
	p.file, p.anchor = moved.File, now
	p.Observed = p.Observed.Shifted(by)
	p.looks.Shift(by)
	return nil
}

// clampToNow makes nothing that happened lie in the future: a clock that was set back while no aurad
// ran, or by so little that it was no jump.
func (p *passage) clampToNow(now time.Time) {
	for key, e := range p.Ledger {
		p.Ledger[key] = e.NotAfter(now)
	}
	p.Observed = p.Observed.NotAfter(now)
}
