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

// begin starts a turn at what the wall clock shows. If that was set since the last turn, whatever
// is remembered with a time moves along: what was a minute ago is so still, and what is to wait
// for a minute waits no longer and no shorter. Only what schedules and people name by the clock
// stays where it is.
func (d *Daemon) begin() (time.Time, error) {
	by := d.turns.Follow()
	now := d.Clock.Now()
	if by != 0 {
		d.Log.Warn("the clock was set, or this machine has slept: schedules follow it, waits do not", "by", by.Round(time.Millisecond))
		if by >= doubtful {
			d.jumpedAt = now
		}
	}
	if err := d.shift(by, clock.AnchorOf(d.turns.Clock)); err != nil {
		return now, err
	}
	d.present(now)
	return now, nil
}

// catchUp does the same for a clock that was set while no aurad ran.
func (d *Daemon) catchUp() error {
	now := clock.AnchorOf(d.turns.Clock)
	was, err := d.State.Anchor()
	if err != nil {
		return err
	}
	d.anchor = was
	by := was.SetBy(now)
	if by != 0 {
		d.Log.Warn("the clock was set while no aurad ran: schedules follow it, waits do not", "by", by.Round(time.Millisecond))
	}
	return d.shift(by, now)
}

// shift moves what is remembered, together with the anchor that it is stamped by. It is durable where
// a wait must outlast this process: an unanswered create, above all, is left alone for its grace in
// time that has passed.
func (d *Daemon) shift(by time.Duration, now clock.Anchor) error {
	if by == 0 && !d.anchor.Differs(now) {
		return nil
	}
	moved := state.Stamps{Entries: reconcile.Ledger{}, File: d.reading.file, Anchor: now}
	if by != 0 {
		if !moved.File.At.IsZero() {
			moved.File.At = moved.File.At.Add(by)
		}
		for key, e := range d.ledger {
			if e, changed := e.Shifted(by); changed {
				moved.Entries[key] = e
			}
		}
	}
	if err := d.State.PutStamps(moved); err != nil {
		return err
	}
	maps.Copy(d.ledger, moved.Entries)
	d.reading.file, d.anchor = moved.File, now
	d.observed = d.observed.Shifted(by)
	for what, t := range d.troubles {
		t.until = t.until.Add(by)
		d.troubles[what] = t
	}
	return nil
}

// present makes nothing that happened lie in the future: a clock that was set back while no aurad
// ran, or by so little that it was no jump.
func (d *Daemon) present(now time.Time) {
	for key, e := range d.ledger {
		d.ledger[key] = e.NotAfter(now)
	}
	d.observed = d.observed.NotAfter(now)
}
