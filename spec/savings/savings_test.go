package savings

import (
	"fmt"
	"testing"
	"time"

	"github.com/aurad/aurad/spec"
)

func TestSavings(t *testing.T) {
	f, err := spec.Parse("f", []byte(`schema: aurad/v1
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 8GB}
prices: {business-critical: 0.10}
schedules:
  # 14 paused hours on each of 22 nights and none on other days: the worked example
  nights: {running: ["daily 09:00-19:00"], exceptions: [{from: 2026-11-23, to: 2026-11-30, state: running}]}
  smaller: {running: ["daily 08:00-20:00"], off: {memory: 2GB}}
  ragged: {running: ["daily 00:40-24:00"]}
instances:
  a: {schedule: nights}
  b: {schedule: smaller}
  c: {schedule: nights, type: business-critical, memory: 4GB}
  d: {schedule: nights, type: enterprise-db}
  e: {state: paused, memory: 1GB}
  f: {}
  g: {schedule: nights, suspend: true}
  h: {schedule: ragged}
`))
	if err != nil {
		t.Fatal(err)
	}
	// From 09:00 on the 1st to midnight before the 23rd: 21 nights of 14 h and one evening of 5 h.
	from, to := utc(t, "2026-11-01T09:00:00"), utc(t, "2026-12-01T00:00:00")
	var got string
	for _, s := range Estimate(f, from, to) {
		got += fmt.Sprintf("%s %s %d+%d h %.3f %v %.2f\n", s.Key, s.Schedule, s.PausedHours, s.ReducedHours, s.Rate, s.Priced, s.USD)
	}
	hours := 21*14 + 5
	reduced := 29*12 + 4
	all := int(to.Sub(from).Hours())
	want := fmt.Sprintf("a nights %d+0 h 0.090 true %.2f\n", hours, 8*0.09*float64(hours)*0.8) +
		fmt.Sprintf("b smaller 0+%d h 0.090 true %.2f\n", reduced, 6*0.09*float64(reduced)) +
		fmt.Sprintf("c nights %d+0 h 0.100 true %.2f\n", hours, 4*0.10*float64(hours)*0.8) +
		fmt.Sprintf("d nights %d+0 h 0.000 false 0.00\n", hours) +
		fmt.Sprintf("e  %d+0 h 0.090 true %.2f\n", all, 0.09*float64(all)*0.8)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// 8 GB of professional-db, paused 14 hours on 22 nights, saves 177.41 USD.
func TestWorkedExample(t *testing.T) {
	f := fleetOf(t, "instances: {a: {schedule: s}}\nschedules: {s: {running: [\"daily 09:00-19:00\"], timezone: UTC}}\n")
	from := utc(t, "2026-06-01T12:00:00")
	if got := Estimate(f, from, from.Add(22*24*time.Hour)); len(got) != 1 || fmt.Sprintf("%.2f", got[0].USD) != "177.41" {
		t.Errorf("got %+v", got)
	}
}

// Half an hour more of pause is nothing that a bill would surely show.
func TestWholeHours(t *testing.T) {
	at := utc(t, "2026-06-01T12:00:00")
	for minutes, want := range map[int]int{-90: 0, 0: 0, 59: 0, 60: 1, 119: 1, 14*60 + 30: 14} {
		if got := wholeHours(at, at.Add(time.Duration(minutes)*time.Minute)); got != want {
			t.Errorf("%d minutes: %d hours, want %d", minutes, got, want)
		}
	}
}

// fleetOf parses a fleet whose instances and schedules are given; the rest is plain.
func fleetOf(t testing.TB, body string) *spec.Fleet {
	t.Helper()
	f, err := spec.Parse("fleet.yaml", []byte("schema: aurad/v1\ntimezone: Europe/Stockholm\n"+
		"defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 8GB}\n"+body))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func utc(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
