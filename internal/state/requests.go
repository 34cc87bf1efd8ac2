package state

import (
	"time"

	"github.com/aurad/aurad/internal/clock"
	slidinglog "github.com/aurad/aurad/reconcile/requests"
)

// SentLog is when requests were sent in the last window, ascending, and the anchor of the clock that
// stamped them.
type SentLog struct {
	Times  []time.Time
	Anchor clock.Anchor
}

// OnClock is the log as the clock of now would have stamped it.
func (l SentLog) OnClock(now clock.Anchor) []time.Time {
	return slidinglog.Log{Sent: l.Times}.Shifted(l.Anchor.SetBy(now)).Sent
}

// requests are what was sent to Aura, and with which token: kept apart, since a plan sends requests and must
// be counted, and yet changes nothing of the fleet's.
type requests struct {
	sent *records
	seal seal
}

// Budget reads when requests were sent.
func (s *requests) Budget() (sent SentLog, err error) {
	if err = s.sent.read(Meta, "budget", "the budget", &sent.Times); err == nil {
		err = s.sent.read(Meta, "anchor", "the anchor of the budget", &sent.Anchor)
	}
	return sent, err
}

// PutBudget remembers when requests were sent.
func (s *requests) PutBudget(sent SentLog) error {
	return s.sent.commit("remember the budget", put(Meta, "budget", sent.Times), put(Meta, "anchor", sent.Anchor))
}
