package daemon

import (
	"maps"
	"time"

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
	by := d.turns.follow()
	now := d.Clock.Now()
	if by != 0 {
		d.Log.Warn("the clock was set, or this machine has slept: schedules follow it, waits do not", "by", by.Round(time.Millisecond))
		if by >= doubtful {
			d.jumpedAt = now
		}
	}
	if err := d.shift(by, anchorOf(d.turns.Clock)); err != nil {
		return now, err
	}
	d.present(now)
	return now, nil
}

// catchUp does the same for a clock that was set while no aurad ran.
func (d *Daemon) catchUp() error {
	now := anchorOf(d.turns.Clock)
	was, err := d.State.Anchor()
	if err != nil {
		return err
	}
	d.anchor = was
	by := was.setBy(now)
	if by != 0 {
		d.Log.Warn("the clock was set while no aurad ran: schedules follow it, waits do not", "by", by.Round(time.Millisecond))
	}
	return d.shift(by, now)
}

// shift moves what is remembered, together with the anchor that it is stamped by. It is durable where
// a wait must outlast this process: an unanswered create, above all, is left alone for its grace in
// time that has passed.
func (d *Daemon) shift(by time.Duration, now Anchor) error {
	if by == 0 && !d.anchor.differs(now) {
		return nil
	}
	moved := stamps{entries: reconcile.Ledger{}, file: d.reading.file, anchor: now}
	if by != 0 {
		if !moved.file.At.IsZero() {
			moved.file.At = moved.file.At.Add(by)
		}
		for key, e := range d.ledger {
			if e, changed := e.Shifted(by); changed {
				moved.entries[key] = e
			}
		}
	}
	if err := d.State.putStamps(moved); err != nil {
		return err
	}
	maps.Copy(d.ledger, moved.entries)
	d.reading.file, d.anchor = moved.file, now
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
