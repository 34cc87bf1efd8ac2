package reconcile

import (
	"slices"
	"time"
)

// Block is a blocked step that people are told of once: when it appears, and when it is over.
type Block struct {
	Key     string    `json:"key"`
	ID      string    `json:"instance_id,omitempty"`
	Problem Problem   `json:"problem"`
	Would   Verb      `json:"would,omitempty"`
	Cause   Cause     `json:"cause"`
	Reason  string    `json:"reason"` // when it appeared, the ways out included
	Since   time.Time `json:"since"`
}

// same reports whether two blocks are one, whatever their reasons say: those have times in them.
func (b Block) same(o Block) bool {
	return b.Key == o.Key && b.Problem == o.Problem && b.Would == o.Would
}

// Blocks returns what is blocked in p, sorted as its steps are, and what of before is over. What is
// tried again, or not known for want of a look, is not over.
func (p Plan) Blocks(before []Block) (now, over []Block) {
	for _, s := range p.Steps {
		if s.Verb != Blocked {
			continue
		}
		b := Block{s.Key, s.InstanceID, s.Problem, s.Would, s.Cause, s.Reason, p.At}
		if i := slices.IndexFunc(before, b.same); i >= 0 {
			b = before[i]
		}
		now = append(now, b)
	}
	for _, b := range before {
		switch {
		case slices.ContainsFunc(now, b.same):
		case slices.ContainsFunc(p.Steps, b.undecided):
			now = append(now, b)
		default:
			over = append(over, b)
		}
	}
	return now, over
}

// undecided reports whether s leaves open if b is over: the step that failed is tried again, or its
// instance was not looked at.
func (b Block) undecided(s Step) bool {
	switch {
	case s.Key != b.Key:
		return false
	case s.Verb == Wait && s.Cause == CauseUnobserved:
		return true
	}
	again := s.Verb == b.Would || s.Verb == Wait && s.Would == b.Would
	return again && (b.Problem == ProblemRefused || b.Problem == ProblemUndone)
}
