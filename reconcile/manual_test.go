package reconcile

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// hands is a Wednesday to Friday of an instance that runs from 07:00 to 19:00, and of people who
// use the console. Every five minutes somebody may act, then aurad looks, settles and acts.
type hands struct {
	fleet *spec.Fleet
	entry Entry
	live  observed.Live
	hold  []spec.Hold
}

func office(t *testing.T, rule spec.ManualChanges) *hands {
	t.Helper()
	f, err := spec.Parse("fleet.yaml", []byte(`schema: aurad/v1
schedules: {office: {running: ["daily 07:00-19:00"], ready_by: auto, manual_changes: `+string(rule)+`}}
instances: {a: {schedule: office, cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}}
`))
	if err != nil {
		t.Fatal(err)
	}
	return &hands{fleet: f, entry: Entry{ID: "i1", TenantID: "t"},
		live: observed.Live{ID: "i1", Name: "a", TenantID: "t", Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Memory: "2GB", Status: "running"}}
}

func (h *hands) world(now time.Time) World {
	h.live.SeenAt = now
	return World{Now: now, Desired: h.fleet.At(now, h.hold), Ledger: Ledger{"a": h.entry}, Limit: 25,
		Observed: observed.Fleet{ListedAt: now, Instances: []observed.Live{h.live}}}
}

// step is one look at now, and what is done then; transitions take no time.
func (h *hands) step(now time.Time) Plan {
	w := h.world(now)
	h.entry = h.entry.Settle(w.Desired[0], h.live, now)
	w = h.world(now)
	plan := Diff(w)
	for _, s := range plan.Steps {
		if s.Verb == Pause || s.Verb == Resume {
			h.entry = h.entry.Sending(s)
			h.live.Status = map[Verb]string{Pause: "paused", Resume: "running"}[s.Verb]
			h.entry = h.entry.Settle(w.Desired[0], h.live, now)
		}
	}
	return plan
}

// Each value of manual_changes does what its row in the manual says, over two days of edges.
func TestManualChanges(t *testing.T) {
	const days = "12:05 18:55 19:05 22:05 06:30 07:05 12:05 19:05 22:05 07:05" // when the state is asked, in order
	for _, c := range []struct {
		rule spec.ManualChanges
		what string // HH:MM and a letter: p is paused by hand, r is started by hand
		want string // one letter for each instant of days
	}{
		{spec.EnforceSchedule, "", "rrpp" + "p" + "rrpp" + "r"},
		{spec.EnforceSchedule, "12:00p", "rrpp" + "p" + "rrpp" + "r"},
		{spec.EnforceSchedule, "22:00r", "rrpp" + "p" + "rrpp" + "r"},

		{spec.UntilNextEdge, "12:00p", "pppp" + "p" + "rrpp" + "r"},
		{spec.UntilNextEdge, "22:00r", "rrpr" + "r" + "rrpp" + "r"},
		{spec.UntilNextEdge, "12:00p 18:50r", "prpp" + "p" + "rrpp" + "r"},
		{spec.UntilNextEdge, "12:00p 22:00r", "pppr" + "r" + "rrpp" + "r"},
		{spec.UntilNextEdge, "22:00r 06:00p", "rrpr" + "p" + "rrpp" + "r"},

		{spec.IgnoreSchedule, "12:00p", "pppp" + "p" + "pppp" + "p"},
		{spec.IgnoreSchedule, "22:00r", "rrpr" + "r" + "rrrr" + "r"},
		{spec.IgnoreSchedule, "12:00p 18:50r", "prpp" + "p" + "rrpp" + "r"}, // back as the schedule asks: it acts again
		{spec.IgnoreSchedule, "12:00p 22:00r", "pppr" + "r" + "rrrr" + "r"}, // changed by hand again, not back
		{spec.IgnoreSchedule, "22:00r 06:00p", "rrpr" + "p" + "rrpp" + "r"},
		{spec.IgnoreSchedule, "12:00p +08:00r", "pppp" + "p" + "prpp" + "r"},
		{spec.IgnoreSchedule, "22:00r +20:00p", "rrpr" + "r" + "rrrp" + "r"},
	} {
		h, got := office(t, c.rule), ""
		asked := strings.Fields(days)
		begin := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
		for now := begin; len(got) < len(asked); now = now.Add(5 * time.Minute) {
			for _, act := range strings.Fields(c.what) {
				day := begin.Add(24 * time.Hour)
				if at, next := strings.CutPrefix(act, "+"); next && now.Day() == day.Day() && now.Format("15:04") == at[:5] ||
					!next && now.Before(day) && now.Format("15:04") == at[:5] {
					h.live.Status = map[byte]string{'p': "paused", 'r': "running"}[act[len(act)-1]]
				}
			}
			h.step(now)
			if now.Format("15:04") == asked[len(got)] {
				got += h.live.Status[:1]
			}
		}
		if got != c.want {
			t.Errorf("%-15s %-14s is %s, want %s (at %s)", c.rule, c.what, got, c.want, days)
		}
	}
}

// What a hand did under `ignore` ends with a hold, and with another word in the file; a plan says
// what is left so, and lists no edge that passes it by.
func TestIgnoredUntil(t *testing.T) {
	noonOfHands := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	paused := func() *hands {
		h := office(t, spec.IgnoreSchedule)
		h.step(noonOfHands.Add(-time.Hour))
		h.live.Status = "paused"
		h.step(noonOfHands)
		return h
	}
	h := paused()
	plan := h.step(noonOfHands.Add(time.Minute))
	if len(plan.Steps) != 1 || plan.Steps[0].Verb != Hold || !strings.Contains(plan.Steps[0].Reason, "paused by hand; left so until somebody changes it back") {
		t.Errorf("the plan says %+v", plan.Steps)
	}
	if at := noonOfHands.Add(8 * time.Hour); slices.ContainsFunc(h.step(at).Next, func(tr Transition) bool { return tr.State == "running" }) {
		t.Errorf("the plan lists an edge that will not be acted on: %+v", h.step(at).Next)
	}

	h.hold = []spec.Hold{{Key: "a", State: spec.Running, Until: noonOfHands.Add(2 * time.Hour)}}
	h.step(noonOfHands.Add(time.Hour))
	if h.live.Status != "running" {
		t.Errorf("a hold is newer than the hand: %s", h.live.Status)
	}
	if h.step(noonOfHands.Add(8 * time.Hour)); h.live.Status != "paused" {
		t.Errorf("after the hold the schedule acts again: %s at 20:00", h.live.Status)
	}

	h = paused()
	h.fleet.Instances[0].Schedule.ManualChanges = spec.EnforceSchedule
	if h.step(noonOfHands.Add(time.Hour)); h.live.Status != "running" {
		t.Errorf("the file says enforce now: %s", h.live.Status)
	}
}

// Aura resumes after 30 days what a hand had paused: that is undone, and it stays the hand's.
func TestAurasOwnResumeOfWhatAHandPaused(t *testing.T) {
	h := office(t, spec.IgnoreSchedule)
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	h.step(at.Add(-time.Hour))
	h.live.Status = "paused"
	h.step(at)
	h.live.Status = "running"
	at = at.Add(ResumesItself)
	for _, later := range []time.Duration{0, time.Minute, 7 * time.Hour, 20 * time.Hour, 24 * time.Hour} {
		if h.step(at.Add(later)); h.live.Status != "paused" {
			t.Fatalf("%s after Aura's own resume: %s", later, h.live.Status)
		}
	}
}

// A suspended instance is watched only: its edges are none of the plan's.
func TestSuspendedHasNoEdges(t *testing.T) {
	h := office(t, spec.EnforceSchedule)
	w := h.world(noon)
	if len(Diff(w).Next) != 1 {
		t.Fatalf("the plan lists no edge: %+v", Diff(w).Next)
	}
	w.Desired[0].Suspend = true
	waits := func(s Step) bool { return !s.Verb.Acts() && s.Due.After(noon) }
	if p := Diff(w); len(p.Next) != 0 || slices.ContainsFunc(p.Steps, waits) {
		t.Errorf("edges of a suspended instance, for which slots would be saved: %+v, %+v", p.Next, p.Steps)
	}
}
