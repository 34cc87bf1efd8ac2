// Package savings estimates what schedules save, in USD, from list prices or those of the file.
//
// It must not know what was billed: nothing here was measured.
package savings

import (
	"time"

	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/catalog"
)

// pausedShare is what a paused instance costs of its running price (Neo4j Aura billing docs).
const pausedShare = 0.20

// listPrice is USD per GB-hour of a running instance. The figures are second-hand readings of
// the public price list (neo4j.com/pricing, late 2026) and may differ by region and contract;
// `prices` in the fleet file overrides them. ok is false where no price is public.
func listPrice(instanceType string) (usd float64, ok bool) {
	usd, ok = map[string]float64{
		"free-db":           0,
		"professional-db":   0.09,
		"business-critical": 0.20,
		"enterprise-ds":     0.325,
	}[instanceType]
	return usd, ok
}

// Price is USD per GB-hour of a running instance of the type: the file's, else the list's.
// ok is false when neither knows it.
func Price(f *spec.Fleet, instanceType string) (usd float64, ok bool) {
	if usd, ok = f.Prices[instanceType]; ok {
		return usd, true
	}
	return listPrice(instanceType)
}

// Saving is what the schedule or the fixed pause of one instance saves in some time, against
// running at full size throughout. It is an estimate: see Savings.
type Saving struct {
	Key          string
	Schedule     string // "" for `state: paused`
	PausedHours  int
	ReducedHours int     // running at the schedule's off size
	Rate         float64 // USD per GB-hour
	Priced       bool    // false: no price is known, and USD says nothing
	USD          float64
}

// Estimate estimates [from, to) for every instance that is ever paused or made smaller in it,
// sorted by key.
//
//	paused:  GB x rate x hours x 0.8       reduced:  (GB - off GB) x rate x hours
//
// Every closed stretch counts in whole hours, rounded down: Aura bills an hour or part of one,
// and doesn't say how it charges an hour that is part running, part paused. The time that
// pausing and resuming take, holds, the early start of ready_by, storage, secondaries and
// discounts are not counted; nor are instances under suspend.
func Estimate(f *spec.Fleet, from, to time.Time) []Saving {
	hours := make(map[*spec.Schedule]Saving, len(f.Schedules))
	for _, s := range f.Schedules {
		hours[s] = offHours(s, from, to)
	}
	var savings []Saving
	for _, in := range f.Instances {
		s := hours[in.Schedule]
		if in.Schedule == nil && in.State == spec.Paused {
			s.PausedHours = wholeHours(from, to)
		}
		if in.Suspend || s.PausedHours+s.ReducedHours == 0 {
			continue
		}
		savings = append(savings, priced(f, s, in))
	}
	return savings
}

// offHours counts the whole hours of a schedule's paused and reduced stretches.
func offHours(s *spec.Schedule, from, to time.Time) Saving {
	saving := Saving{Schedule: s.Name}
	for _, st := range s.Stretches(from, to) {
		switch {
		case st.State == spec.Paused:
			saving.PausedHours += wholeHours(st.From, st.To)
		case st.Memory != "":
			saving.ReducedHours += wholeHours(st.From, st.To)
		}
	}
	return saving
}

func wholeHours(from, to time.Time) int { return int(max(to.Sub(from), 0) / time.Hour) }

func priced(f *spec.Fleet, s Saving, in spec.Instance) Saving {
	s.Key = in.Key
	s.Rate, s.Priced = Price(f, in.Type)
	memory := float64(catalog.Gigabytes(in.Memory))
	s.USD = memory * s.Rate * float64(s.PausedHours) * (1 - pausedShare)
	if in.Schedule != nil && in.Schedule.OffMemory != "" {
		s.USD += (memory - float64(catalog.Gigabytes(in.Schedule.OffMemory))) * s.Rate * float64(s.ReducedHours)
	}
	return s
}
