package metrics

import "time"

// Event is one thing that happened to a step.
type Event struct {
	At      time.Time
	Key     string // of the fleet file
	Verb    string
	Cause   string // "" when the teller does not know: that of the start is taken
	Outcome Outcome
	Due     time.Time     // with Started, of a pause or resume: the edge it belongs to; zero: none
	Took    time.Duration // with Finished: how long Aura needed; 0: not known
}

// Outcome says how a step stands.
type Outcome string

const (
	Started  Outcome = "started"
	Finished Outcome = "finished"
	Failed   Outcome = "failed"
)

// Count takes an event into account.
func (m *Metrics) Count(e Event) {
	m.steps.WithLabelValues(e.Verb, m.cause(e), string(e.Outcome)).Inc()
	transition := e.Verb == "pause" || e.Verb == "resume"
	if e.Outcome == Started && transition && !e.Due.IsZero() {
		m.lateness.WithLabelValues(e.Verb).Observe(max(0, e.At.Sub(e.Due).Seconds()))
	}
	if e.Outcome == Finished && e.Took > 0 {
		m.durations.WithLabelValues(e.Verb).Observe(e.Took.Seconds())
	}
}

// cause is the event's own, or that of the start of the same step. A step that began before
// this process has none.
func (m *Metrics) cause(e Event) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.causes[e.Key+" "+e.Verb]
	switch {
	case e.Outcome == Started && e.Cause != "":
		m.causes[e.Key+" "+e.Verb] = e.Cause
	case e.Outcome != Started:
		delete(m.causes, e.Key+" "+e.Verb)
	}
	switch {
	case e.Cause != "":
		return e.Cause
	case known != "":
		return known
	}
	return "unknown"
}
