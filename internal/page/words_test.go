package page

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/spec"
)

func stockholm(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 59 * time.Second: "59 s", time.Minute: "1 min", 59*time.Minute + 59*time.Second: "59 min", time.Hour: "1 h",
		90 * time.Minute: "1 h 30 min", 24 * time.Hour: "1 d", 30 * time.Hour: "1 d 6 h", 8 * 24 * time.Hour: "8 d", -time.Minute: "1 min",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%s) = %q, want %q", d, got, want)
		}
	}
	now := time.Date(2026, 10, 24, 23, 30, 0, 0, stockholm(t)) // clocks go back that night
	for at, want := range map[time.Time]string{
		now.Add(10 * time.Minute): "23:40", now.Add(time.Hour): "tomorrow 00:30", now.Add(25 * time.Hour): "tomorrow 23:30",
		now.Add(25*time.Hour + 30*time.Minute): "Mon 00:00", now.Add(-24 * time.Hour): "yesterday 23:30", now.AddDate(0, 0, 6): "Fri 23:30", now.AddDate(0, 0, 7): "Sat 31 Oct 23:30",
	} {
		if got := moment(at, now); got != want {
			t.Errorf("moment(%s) = %q, want %q", at, got, want)
		}
	}
	for usd, want := range map[float64]string{0: "$0", 999.6: "$1,000", 12: "$12", 1234567: "$1,234,567"} {
		if got := money(usd); got != want {
			t.Errorf("money(%g) = %q, want %q", usd, got, want)
		}
	}
}

const planFleet = `schema: aurad/v1
timezone: Europe/Stockholm
credentials: {store: dotenv}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 4GB}
calendars: {launch: [2026-10-25]}
schedules:
  office: {running: ["Mon-Fri 07:00-19:00"], exceptions: [{calendar: launch, state: running}]}
  nights: {running: ["daily 22:00-06:00"]}
  lean: {running: ["daily 02:30-02:45"], off: {memory: 2GB}}
  always: {exceptions: [{from: 2026-10-25T01:01, to: 2026-10-25T01:31, state: running}]}
instances: {a: {schedule: office}, b: {schedule: nights}, c: {schedule: lean}, d: {}, e: {schedule: office, suspend: true}, f: {schedule: always}}
`

// The drawn plan says what Fleet.At says, at every minute of a day with a change of clocks.
func TestThePlanIsWhatTheFleetSays(t *testing.T) {
	f, err := spec.Parse("fleet.yaml", []byte(planFleet))
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 10, 24, 12, 0, 0, 0, f.Location)
	holds := []spec.Hold{
		{Key: "b", State: spec.Paused, Until: from.Add(11*time.Hour + 7*time.Minute)},
		{Key: "d", State: spec.Running, Until: from.Add(73 * time.Minute)}, // as it would be anyway
	}
	to := from.Add(38 * time.Hour)
	plans := planned(f, holds, from, to)
	exceptions, held := map[string]int{}, map[string]int{} // minutes by key
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		for _, d := range f.At(at, holds) {
			s := drawn(t, plans[d.Key], at)
			if s.state != d.Wants || s.memory != d.Memory {
				t.Fatalf("%s at %s: drawn %s %s, is %s %s", d.Key, at, s.state, s.memory, d.Wants, d.Memory)
			}
			if s.exception {
				exceptions[d.Key]++
			}
			if s.held {
				held[d.Key]++
			}
		}
	}
	const longDay = 25 * 60 // the clocks go back
	if want := map[string]int{"a": longDay, "e": longDay, "f": 30}; !maps.Equal(exceptions, want) {
		t.Errorf("minutes of exceptions: %v, want %v", exceptions, want)
	}
	if want := map[string]int{"b": 11*60 + 7, "d": 73}; !maps.Equal(held, want) {
		t.Errorf("minutes held: %v, want %v", held, want)
	}
}

// drawn is the one stretch of a plan that covers t.
func drawn(t *testing.T, plan []stretch, at time.Time) stretch {
	t.Helper()
	var found []stretch
	for _, s := range plan {
		if !at.Before(s.from) && at.Before(s.to) {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s is drawn %d times", at, len(found))
	}
	return found[0]
}

func TestAxisFollowsTheLocalClock(t *testing.T) {
	now := time.Date(2026, 10, 25, 1, 30, 0, 0, stockholm(t))
	a := axisAt(now)
	if a.NowX != "25.000%" {
		t.Errorf("now lies at %s", a.NowX)
	}
	var labels []string
	for _, tick := range a.Ticks {
		labels = append(labels, tick.Label)
	}
	want := "21:00 Sun 25 03:00 06:00 09:00 12:00 15:00 18:00"
	if got := strings.Join(labels, " "); got != want {
		t.Errorf("the axis reads %s, want %s", got, want)
	}
}
