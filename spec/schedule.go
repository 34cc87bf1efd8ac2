package spec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/value"
	"github.com/aurad/aurad/spec/window"
)

// Schedule says when the instances that name it run, and what they are otherwise: paused, or
// smaller. It is a function of time and remembers nothing, so a restart, a late start or a day
// of downtime changes no answer.
type Schedule struct {
	Name          string
	Location      *time.Location // whose clock the windows follow
	ReadyBy       value.ReadyBy
	ManualChanges ManualChanges
	OffMemory     string          // memory outside the windows; "" means paused instead
	Running       []window.Window // any of them; none at all means always
	Exceptions    []Exception     // the first one that contains an instant decides
	Pos           source.Position
}

// ManualChanges says what to do when a person pauses or resumes an instance by hand.
type ManualChanges string

const (
	EnforceSchedule ManualChanges = "enforce"         // undo it as soon as it is seen
	UntilNextEdge   ManualChanges = "until_next_edge" // leave it until the schedule changes next

	// Leave it, and no edge undoes it: the schedule acts again once a person or a hold has brought
	// the instance back to what is wanted at that time.
	IgnoreSchedule ManualChanges = "ignore"
)

// Exception overrides the windows of a schedule for some time.
type Exception struct {
	State  State
	Reason string
	text   string // where it comes from: `calendar se-holidays`
	spans  window.Spans
}

// String names the exception: `exception 2026-11-28T08:00 to 2026-11-29T20:00 (load test)`.
func (e Exception) String() string {
	if e.Reason == "" {
		return e.text
	}
	return fmt.Sprintf("%s (%s)", e.text, e.Reason)
}

// Contains says whether t lies in the exception.
func (e Exception) Contains(t time.Time) bool { return e.spans.Contains(t) }

// Next is the first instant after t at which Contains changes; zero when there is none.
func (e Exception) Next(t time.Time) time.Time { return e.spans.Next(t) }

// Verdict is what a schedule asks for at one instant.
type Verdict struct {
	State  State
	Memory string // memory instead of the instance's own; "" leaves that
	Rule   string // what decides, in words
	Next   Edge   // when State or Memory changes next; zero when they don't within a year
}

// At returns the schedule's verdict at t.
func (s *Schedule) At(t time.Time) Verdict {
	v := s.verdict(t)
	v.Next = s.change(t, v)
	return v
}

// Edges are all changes of state or memory in (from, to], in order.
func (s *Schedule) Edges(from, to time.Time) []Edge {
	var edges []Edge
	for e := s.At(from).Next; !e.At.IsZero() && !e.At.After(to); e = s.At(e.At).Next {
		edges = append(edges, e)
	}
	return edges
}

// CanPause says whether the schedule ever asks for a pause.
func (s *Schedule) CanPause() bool {
	if len(s.Running) > 0 && s.OffMemory == "" {
		return true
	}
	return slices.ContainsFunc(s.Exceptions, func(e Exception) bool { return e.State == Paused })
}

// verdict is At without Next.
func (s *Schedule) verdict(t time.Time) Verdict {
	for _, e := range s.Exceptions {
		if e.Contains(t) {
			return Verdict{State: e.State, Rule: s.rule(e.String())}
		}
	}
	for _, w := range s.Running {
		if w.Contains(t) {
			return Verdict{State: Running, Rule: s.rule("inside " + w.String())}
		}
	}
	switch {
	case len(s.Running) == 0:
		return Verdict{State: Running, Rule: s.rule("no exception applies")}
	case s.OffMemory != "":
		return Verdict{State: Running, Memory: s.OffMemory, Rule: s.rule("outside " + s.windows())}
	}
	return Verdict{State: Paused, Rule: s.rule("outside " + s.windows())}
}

func (s *Schedule) rule(text string) string { return "schedule " + s.Name + ": " + text }

func (s *Schedule) windows() string {
	texts := make([]string, len(s.Running))
	for i, w := range s.Running {
		texts[i] = w.String()
	}
	return strings.Join(texts, ", ")
}

// change walks the edges of all windows and exceptions after t to the first one at which the
// verdict differs from v. Where two windows meet, nothing changes and nothing is reported.
func (s *Schedule) change(t time.Time, v Verdict) Edge {
	parts := s.parts()
	coming := make([]time.Time, len(parts))
	for i, p := range parts {
		coming[i] = p.Next(t)
	}
	limit := t.AddDate(0, 0, window.Horizon)
	for {
		at := earliest(coming)
		if at.IsZero() || at.After(limit) {
			return Edge{}
		}
		if u := s.verdict(at); u.State != v.State || u.Memory != v.Memory {
			return Edge{At: at, State: u.State, Memory: u.Memory, Rule: u.Rule}
		}
		for i, p := range parts {
			if coming[i].Equal(at) {
				coming[i] = p.Next(at)
			}
		}
	}
}

// part is all that a window or an exception has to tell.
type part interface {
	Contains(time.Time) bool
	Next(time.Time) time.Time
}

func (s *Schedule) parts() []part {
	parts := make([]part, 0, len(s.Running)+len(s.Exceptions))
	for _, w := range s.Running {
		parts = append(parts, w)
	}
	for _, e := range s.Exceptions {
		parts = append(parts, e)
	}
	return parts
}

// earliest is the first of the non-zero times, zero when there is none.
func earliest(times []time.Time) (first time.Time) {
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
