package daemon

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/aurad/aurad/spec"
)

// maxReason is how many bytes of reason a hold takes: it is shown in one line.
const maxReason = 200

// CheckHold says what is wrong with a hold that somebody asks for at now. It may last as long as
// policy.max_hold says: it is for working late, not for changing a schedule.
func CheckHold(f *spec.Fleet, h spec.Hold, now time.Time) error {
	in, ok := f.Instance(h.Key)
	most := f.Policy.MaxHold
	switch {
	case !ok:
		return fmt.Errorf("hold %s: the fleet file has no such instance", h.Key)
	case in.Suspend:
		return fmt.Errorf("hold %s: it is suspended, so aurad only watches it and a hold would do nothing", h.Key)
	case h.State != spec.Running && h.State != spec.Paused:
		return fmt.Errorf("hold %s: a hold is running or paused, not %q", h.Key, h.State)
	case h.State == spec.Paused && !in.CanPause():
		return fmt.Errorf("hold %s: it can't be paused: it is protected, or of type free-db", h.Key)
	case !h.Until.After(now):
		return fmt.Errorf("hold %s: its end, %s, is past", h.Key, h.Until.Format(time.RFC3339))
	case h.Until.Sub(now) > most:
		return fmt.Errorf("hold %s: %s is too long; a hold lasts at most %s (policy.max_hold): for more, change the schedule",
			h.Key, inDays(h.Until.Sub(now).Round(time.Minute)), inDays(most))
	case len(h.Reason) > maxReason || strings.ContainsFunc(h.Reason, unicode.IsControl):
		return fmt.Errorf("hold %s: a reason is one line of at most %d bytes", h.Key, maxReason)
	}
	return nil
}

// inDays writes 168h0m0s as 7d, as a fleet file would.
func inDays(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return d.String()
}

// Hold keeps an instance in a state until the hold ends or is released.
func (d *Daemon) Hold(h spec.Hold) error {
	if err := CheckHold(d.Fleet, h, d.Clock.Now()); err != nil {
		return err
	}
	if err := d.State.PutHold(h); err != nil {
		return err
	}
	d.setHolds(append(d.without(h.Key), h))
	d.note(h.Key, fmt.Sprintf("held %s until %s by %s: %s", h.State, h.Until.In(d.Fleet.Zone(h.Key)).Format("2006-01-02 15:04 MST"), h.By, h.Reason))
	return nil
}

// Release ends the hold of key; false when there was none.
func (d *Daemon) Release(key string) (bool, error) {
	if !slices.ContainsFunc(d.holds, func(h spec.Hold) bool { return h.Key == key }) {
		return false, nil
	}
	if err := d.State.DropHold(key); err != nil {
		return false, err
	}
	d.setHolds(d.without(key))
	d.note(key, "hold released")
	return true, nil
}

// expire forgets holds that ended by themselves.
func (d *Daemon) expire(now time.Time) error {
	for _, h := range slices.Clone(d.holds) {
		if h.Until.After(now) {
			continue
		}
		if err := d.State.DropHold(h.Key); err != nil {
			return err
		}
		d.setHolds(d.without(h.Key))
		d.note(h.Key, "hold ended")
	}
	return nil
}

// setHolds shows them at once: whoever asked for a hold looks for it in the status next.
func (d *Daemon) setHolds(holds []spec.Hold) {
	d.holds = holds
	d.mu.Lock()
	defer d.mu.Unlock()
	d.snapshot.Holds = slices.Clone(holds)
}

func (d *Daemon) without(key string) []spec.Hold {
	return slices.DeleteFunc(slices.Clone(d.holds), func(h spec.Hold) bool { return h.Key == key })
}
