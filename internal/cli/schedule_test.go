package cli

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/cli/schedule"
	"github.com/aurad/aurad/internal/state/folder"
)

const weekFleet = "timezone: Europe/Stockholm\nschedules:\n" +
	"  office-hours: {running: [\"Mon-Fri 07:00-19:00\"]}\n" +
	"  small: {running: [\"daily 08:00-18:00\"], off: {memory: 2GB}}\n" +
	"instances: {dev: {schedule: office-hours}, test: {schedule: office-hours}, web: {schedule: small, memory: 4GB}, plain: {}}\n"

func TestScheduleShowsEdgesInBothTimesAndWhatTheySave(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(weekFleet)
	delete(w.env, "AURA_CLIENT_SECRET") // not needed
	out := w.must(0, "schedule", "--from", "2026-11-23 08:00").out
	contains(t, out,
		"note: there is no state folder "+w.path("state")+", so no holds are known",
		"at first                                     running      dev, test  schedule office-hours: inside Mon-Fri 07:00-19:00",
		"Mon 2026-11-23 19:00 CET  2026-11-23 18:00Z  paused       dev, test  schedule office-hours: outside",
		"Mon 2026-11-23 18:00 CET  2026-11-23 17:00Z  running 2GB  web        schedule small: outside",
		"office-hours (Europe/Stockholm, ready_by auto, 2 instances): 108 of 168 hours a week paused; saves about $31.10 in these seven days, estimated from list prices.",
		"small (Europe/Stockholm, ready_by auto, 1 instance): 0 of 168 hours a week paused, 98 smaller; saves about $17.64")
	if before, after, _ := strings.Cut(out, "18:00 CET  2026-11-23"); strings.Contains(before, "2026-11-23 18:00Z") || !strings.Contains(after, "2026-11-23 18:00Z") {
		t.Errorf("not in the order of time:\n%s", out)
	}
	if n := w.sim.RequestCount(); n > 0 || folder.Exists(w.path("state")) {
		t.Errorf("%d requests, state folder %v", n, folder.Exists(w.path("state")))
	}
	contains(t, w.must(1, "schedule", "nobody").err, `has no instance "nobody"`)
	contains(t, w.must(1, "schedule", "--to", "2026-11-20").err, "is not after --from")
	contains(t, w.must(1, "schedule", "--from", "1 Nov").err, `--from "1 Nov" is not a moment`)
	contains(t, w.must(1, "schedule", "--to", "2099-01-01").err, "more than ten years")
}

// Under enforce the line of a schedule says within what time the work of a hand is undone, and a plan
// says so where that is longer than the file asks for.
func TestScheduleSaysTheBoundOfEnforce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	fleet := strings.Replace(weekFleet, "19:00\"]}", "19:00\"], manual_changes: enforce}", 1)
	w.fleet(fleet)
	out := w.must(0, "schedule", "--from", "2026-11-23 08:00").out
	contains(t, out, "saves about $31.10 in these seven days, estimated from list prices. A change by hand is undone within 2m.\n")
	if strings.Count(out, "undone") != 1 {
		t.Errorf("the other schedule undoes nothing:\n%s", out)
	}
	text, err := os.ReadFile(w.path("fleet.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	w.write("fleet.yaml", strings.Replace(string(text), "100000", "1", 1))
	const bound = "a change by hand is undone within 6m, not 2m"
	contains(t, w.must(0, "validate").out, "warning: schedules.office-hours.manual_changes: "+bound, "write `observe: {enforce_within: 6m}`")
	contains(t, w.must(0, "plan", "--at", "2026-11-23 08:00").out, bound)
	s := decode[schedule.Agenda](t, w.must(0, "schedule", "--output", "json").out).Schedules[0]
	if s.UndoneWithin != 360 || s.ManualChanges != "enforce" {
		t.Errorf("%+v", s)
	}
}

// The week in which a clock is set has 167 hours, and every edge is one instant.
func TestScheduleOverDST(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(weekFleet)
	a := decode[schedule.Agenda](t, w.must(0, "schedule", "dev", "--from", "2026-03-27 12:00", "--output", "json").out)
	var edges []string
	for _, e := range a.Instances[0].Edges {
		edges = append(edges, e.At.Format("02T15:04 ")+string(e.State))
		if !e.At.Equal(e.Local) || e.At.Location() != time.UTC {
			t.Errorf("two instants: %s and %s", e.At, e.Local)
		}
	}
	if got := strings.Join(edges[:3], ", "); got != "27T18:00 paused, 30T05:00 running, 30T17:00 paused" {
		t.Errorf("edges: %s", got)
	}
	if s := a.Schedules[0]; len(a.Instances) != 1 || len(a.Schedules) != 1 || s.Hours != 167 || s.PausedHours != 107 {
		t.Errorf("%d instances, schedules %+v", len(a.Instances), a.Schedules)
	}
}

// Holds are seen in the state, and asked of the daemon while it runs; without either that is said.
func TestScheduleKnowsHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(weekFleet)
	look := func(note string) {
		t.Helper()
		out := w.must(0, "schedule", "dev", "--from", "2026-11-23T12:00:00Z", "--to", "2026-11-24").out
		contains(t, out, "hold until 2026-11-23 22:15 CET: late", "Mon 2026-11-23 22:15 CET", note)
		if strings.Contains(out, "Mon 2026-11-23 19:00") || strings.Contains(out, "note:") {
			t.Errorf("the hold is not heeded:\n%s", out)
		}
	}
	w.must(0, "hold", "dev", "--running", "--until", "2026-11-23 22:15", "--reason", "late")
	look("")
	r := w.start("--listen", "")
	look("")
	r.terminate()

	w.write("state/aurad.db", "not a state file")
	contains(t, w.must(0, "schedule").out, "note: holds are not known: ")
}
