package spec

import (
	"testing"
	"time"
)

// A hold decides, says so, and says its end in the time zone of the schedule; suspend is stronger.
func TestHoldDecides(t *testing.T) {
	f, err := Parse("f", []byte(`schema: aurad/v1
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 4GB}
schedules: {office: {timezone: Europe/Stockholm, running: ["Mon-Fri 07:00-19:00"]}}
instances: {a: {schedule: office}, b: {schedule: office, suspend: true}, c: {schedule: office, protect: false}, d: {}}
`))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	var holds []Hold
	for _, key := range []string{"a", "b", "d"} {
		holds = append(holds, Hold{Key: key, State: Running, Until: now.Add(time.Hour), Reason: "release"})
	}
	for i, want := range []struct {
		held bool
		rule string
	}{
		{true, "hold until 2026-11-23 22:00 CET: release"},
		{false, "suspend: watched only"},
		{false, "schedule office: outside Mon-Fri 07:00-19:00"},
		{true, "hold until 2026-11-23 21:00 UTC: release"},
	} {
		if d := f.At(now, holds)[i]; (d.Hold != nil) != want.held || d.Rule != want.rule {
			t.Errorf("%s: held %v by %q, want %v by %q", d.Key, d.Hold, d.Rule, want.held, want.rule)
		}
		if d := f.At(now.Add(time.Hour), holds)[i]; d.Hold != nil {
			t.Errorf("%s is held when the hold has ended", d.Key)
		}
	}
}
