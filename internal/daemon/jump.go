package daemon

import (
	"time"
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
		if err := d.shift(by); err != nil {
			return now, err
		}
		if by >= doubtful {
			d.jumpedAt = now
		}
	}
	d.present(now)
	return now, nil
}

// shift moves what is remembered. It is durable where a wait must outlast this process: an
// unanswered create, above all, is left alone for its grace in time that has passed.
func (d *Daemon) shift(by time.Duration) error {
	for _, key := range d.ledger.Keys() {
		moved, changed := d.ledger[key].Shifted(by)
		if !changed {
			continue
		}
		if err := d.remember(key, moved); err != nil {
			return err
		}
	}
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
