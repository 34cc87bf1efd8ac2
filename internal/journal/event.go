package journal

import (
	"time"

	"github.com/aurad/aurad/reconcile"
)

// Event is one thing that happened to one instance, in words for people.
type Event struct {
	At    time.Time       `json:"at"`
	Key   string          `json:"key"`
	ID    string          `json:"instance_id"`
	Verb  reconcile.Verb  `json:"verb"` // "" when it is about no step
	Cause reconcile.Cause `json:"cause,omitempty"`
	Kind  Kind            `json:"kind"`
	Text  string          `json:"text"`
	Due   time.Time       `json:"due,omitzero"`  // with Started: the edge that the step belongs to
	Took  time.Duration   `json:"took,omitzero"` // with Finished: how long Aura needed
}

// Kind says how a step stands.
type Kind string

const (
	Started  Kind = "started"  // Aura accepted it
	Finished Kind = "finished" // a look confirmed it
	Failed   Kind = "failed"
	Noted    Kind = "noted" // worth knowing, nothing asked

	Blocked   Kind = "blocked"   // a person must decide; the text has the ways out
	Unblocked Kind = "unblocked" // that is over
)
