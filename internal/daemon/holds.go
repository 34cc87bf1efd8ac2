package daemon

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/aurad/aurad/internal/book"
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

// holding keeps the holds of an account.
type holding struct {
	*book.Book
	board *board
}

// Hold keeps an instance in a state until the hold ends or is released.
func (h holding) Hold(ask spec.Hold) error {
	if err := CheckHold(h.Fleet, ask, h.Clock.Now()); err != nil {
		return err
	}
	if err := h.State.PutHold(ask); err != nil {
		return err
	}
	h.setHolds(append(without(h.Holds, ask.Key), ask))
	h.Note(ask.Key, fmt.Sprintf("held %s until %s by %s: %s", ask.State, ask.Until.In(h.Fleet.Zone(ask.Key)).Format("2006-01-02 15:04 MST"), ask.By, ask.Reason))
	return nil
}

// Release ends the hold of key; false when there was none.
func (h holding) Release(key string) (bool, error) {
	if !slices.ContainsFunc(h.Holds, func(h spec.Hold) bool { return h.Key == key }) {
		return false, nil
	}
	if err := h.State.DropHold(key); err != nil {
		return false, err
	}
	h.setHolds(without(h.Holds, key))
	h.Note(key, "hold released")
	return true, nil
}

// expire forgets holds that ended by themselves.
func (h holding) expire(now time.Time) error {
	for _, over := range slices.Clone(h.Holds) {
		if over.Until.After(now) {
			continue
		}
		if err := h.State.DropHold(over.Key); err != nil {
			return err
		}
		h.setHolds(without(h.Holds, over.Key))
		h.Note(over.Key, "hold ended")
	}
	return nil
}

// setHolds shows them at once: whoever asked for a hold looks for it in the status next.
func (h holding) setHolds(holds []spec.Hold) {
	h.Holds = holds
	h.board.showHolds(holds)
}

// moved takes holds and histories along to the new keys.
func (h holding) moved(moves map[string]string, holds []spec.Hold) {
	h.setHolds(holds)
	h.board.history.move(moves)
}

func without(holds []spec.Hold, key string) []spec.Hold {
	return slices.DeleteFunc(slices.Clone(holds), func(h spec.Hold) bool { return h.Key == key })
}
