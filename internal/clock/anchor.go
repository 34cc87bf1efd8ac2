package clock

import "time"

// Anchor ties the wall clock to the boot of the machine, of which every process knows how long ago it
// was. What is durable is stamped by the wall clock; the anchor beside it tells a later process by how
// much that was set in between, whether an aurad ran or not. Over another start of the machine, and
// where nobody knows the boot, the wall clock is believed.
type Anchor struct {
	Boot  string    `json:"boot,omitempty"`
	Began time.Time `json:"began,omitzero"` // when the boot began, as the wall clock has it
}

// anchorTries is how often the two clocks are read for them to be read at once.
const anchorTries = 5

// AnchorOf reads the wall clock and the time since the boot at once: a process that was held up
// between the two would take that for a setting of the clock.
func AnchorOf(c Clock) (a Anchor) {
	for range anchorTries {
		id, before := c.Boot()
		if id == "" {
			return Anchor{}
		}
		now := c.Now()
		_, after := c.Boot()
		a = Anchor{Boot: id, Began: now.Add(-after)}
		if after-before < leastJump/10 {
			break
		}
	}
	return a
}

// SetBy is by how much the wall clock was set from a to now: what a stamped then is so much later by
// the clock of now. 0 where that is not known, or less than leastJump.
func (a Anchor) SetBy(now Anchor) time.Duration {
	by := now.Began.Sub(a.Began)
	if a.Boot == "" || a.Boot != now.Boot || by.Abs() < leastJump {
		return 0
	}
	return by
}

// Differs reports whether now is another anchor than a, and not only by the time it takes to read one.
func (a Anchor) Differs(now Anchor) bool { return a.Boot != now.Boot || a.SetBy(now) != 0 }
