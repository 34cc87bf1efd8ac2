package schedule

import (
	"time"

	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/savings"
)

// agendaSchema names the version of the JSON form of `aurad schedule`.
const agendaSchema = "aurad.schedule/v1"

// Agenda is what is to happen in (From, To], for people and for programs.
type Agenda struct {
	Schema    string           `json:"schema"`
	From      time.Time        `json:"from"`
	To        time.Time        `json:"to"`
	Notes     []string         `json:"notes"`
	Holds     []spec.Hold      `json:"holds"`     // that have not ended at From
	Instances []agendaInstance `json:"instances"` // sorted by key
	Schedules []agendaSchedule `json:"schedules"` // sorted by name; only those in use
}

// agendaInstance is one instance: what it is to be at From, and every change after that.
type agendaInstance struct {
	Key      string       `json:"key"`
	Schedule string       `json:"schedule,omitempty"`
	Timezone string       `json:"timezone"`
	Now      agendaEdge   `json:"now"`
	Edges    []agendaEdge `json:"edges"`

	resizes bool // the schedule changes its size
}

// agendaEdge is one state, since when, and the rule that asks for it.
type agendaEdge struct {
	At     time.Time  `json:"at"`    // UTC
	Local  time.Time  `json:"local"` // the same in the instance's time zone
	State  spec.State `json:"state"`
	Memory string     `json:"memory"`
	Rule   string     `json:"rule"`
}

// agendaSchedule is what one schedule comes to in the seven days from From. USD is an estimate.
type agendaSchedule struct {
	Name         string  `json:"name"`
	Timezone     string  `json:"timezone"`
	ReadyBy      string  `json:"ready_by"`
	Instances    int     `json:"instances"`
	Hours        float64 `json:"hours"`         // of these days: 167 or 169 where a clock changes
	PausedHours  float64 `json:"paused_hours"`  // without holds
	ReducedHours float64 `json:"reduced_hours"` // running at the schedule's off size
	USD          float64 `json:"saving_usd"`
	Unpriced     int     `json:"unpriced"` // instances of which no price is known

	ManualChanges spec.ManualChanges `json:"manual_changes"`
	UndoneWithin  float64            `json:"undone_within_seconds,omitempty"` // what a hand did, while nothing else spends the budget
}

// agendaOf is the agenda of key, or of the whole fleet for "".
func agendaOf(f *spec.Fleet, key string, holds []spec.Hold, from, to time.Time) Agenda {
	a := Agenda{Schema: agendaSchema, From: from, To: to, Notes: []string{}, Holds: []spec.Hold{}, Instances: []agendaInstance{}, Schedules: []agendaSchedule{}}
	for _, h := range holds {
		if h.Until.After(from) && (key == "" || key == h.Key) {
			a.Holds = append(a.Holds, h)
		}
	}
	users := map[*spec.Schedule]int{}
	for _, d := range f.At(from, holds) {
		if key != "" && key != d.Key {
			continue
		}
		a.Instances = append(a.Instances, instanceAgenda(f, d, holds, from, to))
		users[d.Schedule]++
	}
	saved := savings.Estimate(f, from, from.AddDate(0, 0, 7))
	for _, s := range f.Schedules {
		if n := users[s]; n > 0 {
			its := scheduleAgenda(s, n, from).saving(saved, key)
			its.UndoneWithin = f.UndoneWithin(s).Seconds()
			a.Schedules = append(a.Schedules, its)
		}
	}
	return a
}

func instanceAgenda(f *spec.Fleet, d spec.Desired, holds []spec.Hold, from, to time.Time) agendaInstance {
	loc := f.Zone(d.Key)
	in := agendaInstance{Key: d.Key, Timezone: loc.String(), Edges: []agendaEdge{},
		Now: agendaEdge{from.UTC(), from.In(loc), d.Wants, d.Memory, d.Rule}}
	if d.Schedule != nil {
		in.Schedule, in.resizes = d.Schedule.Name, d.Schedule.OffMemory != ""
	}
	for _, e := range f.Coming(d.Key, holds, from, to) {
		in.Edges = append(in.Edges, agendaEdge{e.At.UTC(), e.At.In(loc), e.State, e.Memory, e.Rule})
	}
	return in
}

// scheduleAgenda counts the hours of the seven days from from, which the local calendar bounds.
func scheduleAgenda(s *spec.Schedule, instances int, from time.Time) agendaSchedule {
	end := from.In(s.Location).AddDate(0, 0, 7)
	a := agendaSchedule{Name: s.Name, Timezone: s.Location.String(), ReadyBy: s.ReadyBy.String(), ManualChanges: s.ManualChanges, Instances: instances, Hours: end.Sub(from).Hours()}
	for _, st := range s.Stretches(from, end) {
		switch hours := st.To.Sub(st.From).Hours(); {
		case st.State == spec.Paused:
			a.PausedHours += hours
		case st.Memory != "":
			a.ReducedHours += hours
		}
	}
	return a
}

// saving adds up what the instances of the schedule save, or key alone.
func (a agendaSchedule) saving(all []savings.Saving, key string) agendaSchedule {
	for _, s := range all {
		switch {
		case s.Schedule != a.Name || key != "" && key != s.Key:
		case s.Priced:
			a.USD += s.USD
		default:
			a.Unpriced++
		}
	}
	return a
}
