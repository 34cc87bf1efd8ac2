package aurasim

import (
	"math/rand/v2"
	"time"

	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// instance is an Instance with what moves it.
type instance struct {
	Instance
	rng      *rand.Rand // its own, so that durations do not depend on who asked when
	op       *operation // nil when settled
	versions []version
	lag      lag
	hidden   time.Time // GET does not know it before this

	snapshots    []*snapshot
	nextSnapshot time.Time // of Aura's own schedule; zero: none
	taken        int       // snapshots of the schedule so far
}

// operation is one accepted change on its way through the statuses.
type operation struct {
	kind   Op
	phases []phase         // the first one is the current one
	end    string          // StatusDeleted when it ends in nothing
	apply  func(*Instance) // what is different at the end; nil: nothing
}

func (op *operation) ends() time.Time { return op.phases[len(op.phases)-1].until }

type phase struct {
	status string
	until  time.Time
}

// lag is an old view that GET keeps showing.
type lag struct {
	reads int
	until time.Time
	view  Instance
}

// begin starts an operation that passes through statuses, each for an equal share of a duration
// drawn for kind.
func (s *machine) begin(in *instance, now time.Time, kind Op, end string, apply func(*Instance), statuses ...string) {
	s.lagBehind(in, now)
	op := &operation{kind: kind, end: end, apply: apply}
	total := s.draw(in.rng, kind)
	for i, status := range statuses {
		share := total * time.Duration(i+1) / time.Duration(len(statuses))
		op.phases = append(op.phases, phase{status, now.Add(share)})
	}
	in.op = op
	in.enter(now, op.phases[0].status)
	s.stale = true
}

// lagBehind lets GET go on showing the instance as it is, for as long as the quirks say.
func (s *machine) lagBehind(in *instance, now time.Time) {
	in.lag = lag{reads: s.quirks.StatusLagReads, view: in.Instance}
	if s.quirks.StatusLag > 0 {
		in.lag.until = now.Add(s.quirks.StatusLag)
	}
}

// beginLoad is begin for an operation that loads data, which may fail.
func (s *machine) beginLoad(in *instance, now time.Time, kind Op, apply func(*Instance), statuses ...string) {
	end := StatusRunning
	if s.quirks.LoadingFailed > 0 {
		s.quirks.LoadingFailed--
		end = StatusLoadingFailed
	}
	s.begin(in, now, kind, end, apply, statuses...)
}

func (s *account) draw(rng *rand.Rand, kind Op) time.Duration {
	r := s.cfg.Durations[kind]
	if r.Max <= r.Min {
		return r.Min
	}
	return r.Min + time.Duration(rng.Int64N(int64(r.Max-r.Min)+1))
}

// enter gives the instance a status from now on.
func (in *instance) enter(now time.Time, status string) {
	in.Status = status
	in.Since = now
	in.History = append(in.History, Change{now, status})
	in.keep(now)
}

// step makes the one change that is due at.
func (s *machine) step(in *instance, at time.Time) {
	if in.op == nil {
		s.stepByItself(in, at)
		return
	}
	if len(in.op.phases) > 1 {
		in.op.phases = in.op.phases[1:]
		in.enter(at, in.op.phases[0].status)
		return
	}
	s.finish(in, at)
}

func (s *machine) finish(in *instance, at time.Time) {
	op := in.op
	in.op = nil
	if op.apply != nil {
		op.apply(&in.Instance)
	}
	if op.end == StatusDeleted {
		in.Deleted = true
	}
	if op.kind == OpCreate && s.quirks.FirstSnapshot == quirk.On && !in.free() {
		in.nextSnapshot = at
	}
	in.enter(at, op.end)
}

// stepByItself does what Aura does unasked.
func (s *machine) stepByItself(in *instance, at time.Time) {
	switch {
	case in.free() && in.Status == StatusRunning:
		s.begin(in, at, OpPause, StatusPaused, nil, StatusPausing)
	case in.free():
		s.begin(in, at, OpDelete, StatusDeleted, nil, StatusDestroying)
	default:
		s.beginResume(in, at)
	}
	in.lag = lag{}
}

func (s *machine) beginResume(in *instance, now time.Time) {
	statuses := []string{StatusResuming}
	if s.quirks.ResumeRestoring == quirk.On {
		statuses = append(statuses, StatusRestoring)
	}
	s.begin(in, now, OpResume, StatusRunning, nil, statuses...)
}

// due is when the instance changes status next; ok is false when it never will.
func (s *account) due(in *instance) (at time.Time, ok bool) {
	if in.Deleted {
		return time.Time{}, false
	}
	if in.op != nil {
		return in.op.phases[0].until, true
	}
	wait := s.patience(in)
	return in.Since.Add(wait), wait > 0
}

// patience is how long Aura leaves a settled instance alone; not positive: for ever.
func (s *account) patience(in *instance) time.Duration {
	switch {
	case in.Status == StatusRunning && in.free():
		return s.quirks.FreeIdlePause
	case in.Status == StatusPaused && in.free():
		return s.quirks.FreeRemoval
	case in.Status == StatusPaused:
		return s.quirks.AutoResume
	}
	return 0
}

// advance makes every change that is due by now, each at its own time.
func (s *machine) advance(now time.Time) {
	if !s.stale && (s.next.IsZero() || now.Before(s.next)) {
		return
	}
	s.next = time.Time{}
	for _, in := range s.instances {
		at, ok := s.due(in)
		for ok && !at.After(now) {
			s.step(in, at)
			at, ok = s.due(in)
		}
		if ok && (s.next.IsZero() || at.Before(s.next)) {
			s.next = at
		}
	}
	s.stale = false
}
