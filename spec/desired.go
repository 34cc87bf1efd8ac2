package spec

import "time"

// At returns what every instance should be at t, sorted by key.
//
// What decides, strongest first: suspend (Rule says so, Wants is what would hold without it, and
// there is no Next), a hold that has not ended, the schedule's exceptions in order, its windows,
// a fixed state, and running for ever. A hold that would pause what must not be paused
// (protect, free-db) is passed over.
func (f *Fleet) At(t time.Time, holds []Hold) []Desired {
	verdicts := make(map[*Schedule]Verdict, len(f.Schedules))
	for _, s := range f.Schedules {
		verdicts[s] = s.At(t)
	}
	held := make(map[string]Hold, len(holds))
	for _, h := range holds {
		if h.Until.After(t) {
			held[h.Key] = h
		}
	}
	desired := make([]Desired, len(f.Instances))
	for i, in := range f.Instances {
		v, hold := in.verdict(verdicts[in.Schedule]), (*Hold)(nil)
		if h, ok := held[in.Key]; ok && (h.State == Running || in.CanPause()) {
			h.Until = h.Until.In(f.zone(in))
			v, hold = in.holdVerdict(h), &h
		}
		if in.Suspend {
			v.Rule, v.Next, hold = "suspend: watched only", Edge{}, nil
		}
		desired[i] = in.desired(v)
		desired[i].Hold = hold
	}
	return desired
}

// Zone is the time zone that the people of an instance think in: that of its schedule, else the
// fleet's.
func (f *Fleet) Zone(key string) *time.Location {
	in, _ := f.Instance(key)
	return f.zone(in)
}

func (f *Fleet) zone(in Instance) *time.Location {
	if in.Schedule != nil {
		return in.Schedule.Location
	}
	return f.Location
}

// CanPause says whether a schedule, a hold or a fixed state may pause the instance at all.
func (in Instance) CanPause() bool { return in.Type != "free-db" && !in.Protect }

// verdict is the instance's own: that of its schedule, or its fixed state, or running.
func (in Instance) verdict(scheduled Verdict) Verdict {
	switch {
	case in.Schedule != nil:
		return scheduled
	case in.State != "":
		return Verdict{State: in.State, Rule: "state: " + string(in.State)}
	}
	return Verdict{State: Running, Rule: "no schedule: always running"}
}

// holdVerdict is what a hold asks for, and when it gives way to something else: at its end if
// the schedule then differs, or at the schedule's first change after that.
func (in Instance) holdVerdict(h Hold) Verdict {
	rule := "hold until " + h.Until.Format("2006-01-02 15:04 MST")
	if h.Reason != "" {
		rule += ": " + h.Reason
	}
	v := Verdict{State: h.State, Rule: rule}
	then := in.verdict(in.scheduleAt(h.Until))
	switch {
	case then.State != v.State || then.Memory != v.Memory:
		v.Next = Edge{At: h.Until, State: then.State, Memory: then.Memory, Rule: then.Rule}
	default:
		v.Next = then.Next
	}
	return v
}

func (in Instance) scheduleAt(t time.Time) Verdict {
	if in.Schedule == nil {
		return Verdict{}
	}
	return in.Schedule.At(t)
}

// desired fills in the instance's own memory where the verdict asks for none.
func (in Instance) desired(v Verdict) Desired {
	if !v.Next.At.IsZero() && v.Next.Memory == "" {
		v.Next.Memory = in.Memory
	}
	if v.Memory != "" {
		in.Memory = v.Memory
	}
	return Desired{Instance: in, Wants: v.State, Rule: v.Rule, Next: v.Next}
}
