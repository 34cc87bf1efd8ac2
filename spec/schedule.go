package spec

import "time"

// Schedule says when the instances that name it run and when they are paused.
type Schedule struct{ Name string }

// At returns what every instance should be at t, sorted by key. Holds win over schedules.
func (f *Fleet) At(t time.Time, holds []Hold) []Desired { return nil }
