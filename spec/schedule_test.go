package spec

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/spec/window"
)

// fleetOf parses a fleet whose instances and schedules are given; the rest is plain.
func fleetOf(t testing.TB, body string) *Fleet {
	t.Helper()
	f, err := Parse("fleet.yaml", []byte("schema: aurad/v1\ntimezone: Europe/Stockholm\n"+
		"defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 8GB}\n"+body))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const office = `
calendars:
  holidays: [2026-12-24, 2026-12-25..2026-12-27, 2026-12-28]
schedules:
  office:
    running: ["Mon-Fri 07:00-19:00"]
    exceptions:
      - {calendar: holidays, state: paused}
      - {from: 2026-11-28T08:00, to: 2026-11-29T20:00, state: running, reason: load test}
      - {from: 2026-12-01, to: 2026-12-02, state: paused}
  small:
    running: ["Mon-Fri 07:00-19:00"]
    off: {memory: 2GB}
    exceptions: [{from: 2026-12-05T10:00:00, to: 2026-12-05T11:00:00Z, state: paused}]
  joined:
    running: ["Mon-Fri 07:00-12:00", "Mon-Fri 12:00-19:00", "daily 18:00-20:00"]
  always:
    running: ["daily 00:00-12:00", "daily 12:00-24:00"]
  except:
    exceptions: [{calendar: holidays, state: paused}]
  order:
    exceptions:
      - {from: 2026-12-11, to: 2026-12-11, state: running}
      - {from: 2026-12-10, to: 2026-12-12, state: paused}
`

// Stockholm is UTC+1 all winter; times are UTC.
func TestScheduleAt(t *testing.T) {
	f := fleetOf(t, office+"instances: {}\n")
	for _, row := range []struct{ schedule, at, want, next string }{
		{"office", "2026-11-24T12:00:00", "running: inside Mon-Fri 07:00-19:00", "2026-11-24T18:00:00 paused"},
		{"office", "2026-11-24T18:00:00", "paused: outside Mon-Fri 07:00-19:00", "2026-11-25T06:00:00 running"},
		{"office", "2026-11-24T05:59:59", "paused: outside Mon-Fri 07:00-19:00", "2026-11-24T06:00:00 running"},
		{"office", "2026-11-28T07:00:00", "running: exception 2026-11-28T08:00 to 2026-11-29T20:00 (load test)", "2026-11-29T19:00:00 paused"},
		{"office", "2026-11-30T19:00:00", "paused: outside Mon-Fri 07:00-19:00", "2026-12-03T06:00:00 running"},
		{"office", "2026-12-02T10:00:00", "paused: exception 2026-12-01 to 2026-12-02", "2026-12-03T06:00:00 running"},
		{"office", "2026-12-23T17:00:00", "running: inside Mon-Fri 07:00-19:00", "2026-12-23T18:00:00 paused"},
		{"office", "2026-12-23T18:00:00", "paused: outside Mon-Fri 07:00-19:00", "2026-12-29T06:00:00 running"},
		{"office", "2026-12-24T10:00:00", "paused: calendar holidays", "2026-12-29T06:00:00 running"},
		{"small", "2026-11-24T18:00:00", "running 2GB: outside Mon-Fri 07:00-19:00", "2026-11-25T06:00:00 running"},
		{"small", "2026-11-25T06:00:00", "running: inside Mon-Fri 07:00-19:00", "2026-11-25T18:00:00 running 2GB"},
		{"small", "2026-12-04T19:00:00", "running 2GB: outside Mon-Fri 07:00-19:00", "2026-12-05T09:00:00 paused"},
		{"small", "2026-12-05T09:30:00", "paused: exception 2026-12-05T10:00:00 to 2026-12-05T11:00:00Z", "2026-12-05T11:00:00 running 2GB"},
		{"joined", "2026-11-24T07:00:00", "running: inside Mon-Fri 07:00-12:00", "2026-11-24T19:00:00 paused"},
		{"joined", "2026-11-24T11:00:00", "running: inside Mon-Fri 12:00-19:00", "2026-11-24T19:00:00 paused"},
		{"always", "2026-11-24T11:00:00", "running: inside daily 12:00-24:00", "never"},
		{"except", "2026-11-24T11:00:00", "running: no exception applies", "2026-12-23T23:00:00 paused"},
		{"except", "2026-12-23T23:00:00", "paused: calendar holidays", "2026-12-28T23:00:00 running"},
		{"order", "2026-12-11T12:00:00", "running: exception 2026-12-11 to 2026-12-11", "2026-12-11T23:00:00 paused"},
		{"order", "2026-12-10T12:00:00", "paused: exception 2026-12-10 to 2026-12-12", "2026-12-10T23:00:00 running"},
		{"except", "2026-12-29T00:00:00", "running: no exception applies", "never"},
	} {
		v := scheduleOf(t, f, row.schedule).At(utc(t, row.at))
		got := strings.TrimSpace(string(v.State)+" "+v.Memory) + strings.TrimPrefix(v.Rule, "schedule "+row.schedule)
		if got != row.want || edgeText(v.Next) != row.next {
			t.Errorf("%s at %s: %s, next %s\nwant %s, next %s", row.schedule, row.at, got, edgeText(v.Next), row.want, row.next)
		}
	}
}

func scheduleOf(t testing.TB, f *Fleet, name string) *Schedule {
	t.Helper()
	for _, s := range f.Schedules {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no schedule %s", name)
	return nil
}

func edgeText(e Edge) string {
	if e.At.IsZero() {
		return "never"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", e.At.UTC().Format("2006-01-02T15:04:05"), e.State, e.Memory))
}

// Over DST and exceptions: what At says holds from edge to edge, and no edge changes nothing.
func TestEdgesAgreeWithAt(t *testing.T) {
	f := fleetOf(t, office+"instances: {}\n")
	from, to := utc(t, "2026-10-01T00:00:00"), utc(t, "2027-04-30T00:00:00")
	for _, s := range f.Schedules {
		at := from
		for _, st := range s.Stretches(from, to) {
			if !st.From.Equal(at) || !st.From.Before(st.To) {
				t.Fatalf("%s: stretch %s to %s after %s", s.Name, st.From, st.To, at)
			}
			for probe := st.From; probe.Before(st.To); probe = probe.Add(17 * time.Minute) {
				if v := s.verdict(probe); v.State != st.State || v.Memory != st.Memory {
					t.Fatalf("%s at %s: %s %s, the stretch says %s %s", s.Name, probe, v.State, v.Memory, st.State, st.Memory)
				}
			}
			at = st.To
		}
		if !at.Equal(to) {
			t.Errorf("%s: stretches end at %s", s.Name, at)
		}
		for i, e := range s.Edges(from, to) {
			before := s.verdict(e.At.Add(-1))
			if before.State == e.State && before.Memory == e.Memory {
				t.Errorf("%s: edge %d at %s changes nothing", s.Name, i, e.At)
			}
		}
	}
}

func TestFleetAtPrecedence(t *testing.T) {
	f := fleetOf(t, office+`
instances:
  a-office: {schedule: office}
  b-small: {schedule: small}
  c-plain:
  d-paused: {state: paused}
  e-suspended: {schedule: office, suspend: true}
  f-free: {type: free-db}
  g-protected: {protect: true}
`)
	evening := utc(t, "2026-11-24T20:00:00")
	hold := func(key string, s State, until string) Hold {
		return Hold{Key: key, State: s, Until: utc(t, until), Reason: "late shift"}
	}
	const outside = "outside Mon-Fri 07:00-19:00"
	for _, row := range []struct {
		holds []Hold
		want  string
	}{
		{nil, `a-office paused 8GB schedule office: ` + outside + ` | 2026-11-25T06:00:00 running 8GB
b-small running 2GB schedule small: ` + outside + ` | 2026-11-25T06:00:00 running 8GB
c-plain running 8GB no schedule: always running | never
d-paused paused 8GB state: paused | never
e-suspended paused 8GB suspend: watched only | never
f-free running 1GB no schedule: always running | never
g-protected running 8GB no schedule: always running | never`},
		{[]Hold{hold("a-office", Running, "2026-11-24T22:00:00"), hold("b-small", Running, "2026-11-25T10:00:00"),
			hold("c-plain", Paused, "2026-11-24T21:00:00"), hold("d-paused", Paused, "2026-11-24T21:00:00"),
			hold("e-suspended", Running, "2026-11-24T21:00:00"),
			hold("f-free", Paused, "2026-11-24T21:00:00"), hold("g-protected", Paused, "2026-11-24T21:00:00")},
			`a-office running 8GB hold until 2026-11-24 23:00 CET: late shift | 2026-11-24T22:00:00 paused 8GB
b-small running 8GB hold until 2026-11-25 11:00 CET: late shift | 2026-11-25T18:00:00 running 2GB
c-plain paused 8GB hold until 2026-11-24 22:00 CET: late shift | 2026-11-24T21:00:00 running 8GB
d-paused paused 8GB hold until 2026-11-24 22:00 CET: late shift | never
e-suspended running 8GB suspend: watched only | never
f-free running 1GB no schedule: always running | never
g-protected running 8GB no schedule: always running | never`},
		{[]Hold{hold("a-office", Running, "2026-11-25T06:00:00")}, // ends where the window opens
			`a-office running 8GB hold until 2026-11-25 07:00 CET: late shift | 2026-11-25T18:00:00 paused 8GB`},
		{[]Hold{hold("a-office", Running, "2026-11-24T20:00:00")}, // over: half open like everything else
			`a-office paused 8GB schedule office: ` + outside + ` | 2026-11-25T06:00:00 running 8GB`},
	} {
		var lines []string
		for _, d := range f.At(evening, row.holds) {
			lines = append(lines, fmt.Sprintf("%s %s %s %s | %s", d.Key, d.Wants, d.Memory, d.Rule, edgeText(d.Next)))
		}
		if got := strings.Join(lines, "\n"); !strings.HasPrefix(got, row.want) {
			t.Errorf("got\n%s\nwant\n%s", got, row.want)
		}
	}
}

// A fixed state of the instance's own beats a schedule from the defaults.
func TestStateBeatsDefaultSchedule(t *testing.T) {
	f, err := Parse("fleet.yaml", []byte(`schema: aurad/v1
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 8GB, schedule: night}
schedules: {night: {running: ["daily 22:00-06:00"]}}
instances:
  a:
  b: {state: running}
  c: {type: free-db, state: running}
  d: {state: running, protect: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for _, d := range f.At(utc(t, "2026-11-24T12:00:00"), nil) {
		got += d.Key + " " + string(d.Wants) + "; "
	}
	if want := "a paused; b running; c running; d running; "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The clocks of the machine and of the fleet are two things.
func TestAtIsTheSameInEveryZone(t *testing.T) {
	f := fleetOf(t, office+"instances: {a: {schedule: office}}\n")
	at := utc(t, "2026-11-24T17:59:59")
	for _, name := range []string{"Asia/Kathmandu", "America/Los_Angeles", "UTC"} {
		here, there := f.At(at, nil), f.At(at.In(zone(t, name)), nil)
		if here[0].Wants != there[0].Wants || !here[0].Next.At.Equal(there[0].Next.At) {
			t.Errorf("%s: %v, %v", name, here[0].Next, there[0].Next)
		}
	}
}

func utc(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := window.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
