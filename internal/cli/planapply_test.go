package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
)

const officeHours = "schedules: {office-hours: {running: [\"Mon-Fri 07:00-19:00\"], ready_by: auto}}\n"

func TestPlanThenApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(officeHours + "instances:\n  dev: {schedule: office-hours}\n  prod: {type: business-critical, memory: 4GB, cdc_enrichment_mode: DIFF}\n")

	first := w.must(0, "plan")
	contains(t, first.out, "2 instances", "note: there is no state folder yet", "+  create", "cdc_enrichment_mode  OFF -> DIFF",
		"Plan: 2 to create, 1 to update.", "Next: Mon 2026-11-23 19:00 UTC  paused   dev", "the schedules save about $")
	if folder.Exists(w.path("state")) || folder.Exists(w.path("credentials")) {
		t.Error("a plan made a folder")
	}
	if n := len(w.sim.Mutations()); n > 0 {
		t.Errorf("a plan sent %d mutations", n)
	}
	w.must(2, "plan", "--detailed-exitcode")

	applied := w.must(0, "apply", "--yes")
	contains(t, applied.out, "create accepted as", "update done", "The fleet matches")
	if in := w.live("prod"); in.Status != "running" || in.CDCEnrichmentMode != "DIFF" {
		t.Errorf("prod: %+v", in)
	}
	last := w.must(0, "plan", "--detailed-exitcode")
	contains(t, last.out, "The fleet matches")
	if strings.Contains(last.out, "note:") {
		t.Errorf("a plan with state has notes:\n%s", last.out)
	}
	again := len(w.sim.Mutations())
	w.must(0, "apply") // nothing to ask about
	if n := len(w.sim.Mutations()); n != again {
		t.Errorf("an apply of a fleet that matches sent %d mutations", n-again)
	}
}

func TestPlanJSONIsThePlanAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet(officeHours + "instances: {dev: {schedule: office-hours}}\n")
	r := w.must(0, "plan", "--output", "json", "--at", "2026-11-28 08:00")
	contains(t, r.err, "note: ")
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(r.out), &raw); err != nil {
		t.Fatalf("%v in:\n%s", err, r.out)
	}
	for _, field := range []string{"schema", "at", "steps", "summary"} {
		if raw[field] == nil {
			t.Errorf("the plan has no %q", field)
		}
	}
	p := decode[reconcile.Plan](t, r.out)
	if p.Schema != "aurad.plan/v1" || p.At.Format("2006-01-02T15:04") != "2026-11-28T08:00" {
		t.Errorf("schema %s at %s", p.Schema, p.At)
	}
	verbs := make([]reconcile.Verb, len(p.Steps))
	for i, s := range p.Steps {
		verbs[i] = s.Verb
	}
	if want := []reconcile.Verb{"create", "pause"}; !slices.Equal(verbs, want) { // the 28th is a Saturday
		t.Errorf("verbs %v, want %v", verbs, want)
	}
}

func TestPlanAsMarkdown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances:\n  dev: {name: \"a|b <b>`x`\"}\n")
	r := w.must(0, "plan", "--output", "markdown")
	contains(t, r.out, "### aurad plan", "Plan: 1 to create", "| `+` | dev | create |", "name: `a`&#124;`b` `` <b>`x` ``")
}

func TestPlanWithoutState(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.sim.Add(aurasim.Instance{Name: "dev", Memory: "2GB"})
	w.sim.Add(aurasim.Instance{Name: "twin"})
	w.sim.Add(aurasim.Instance{Name: "twin"})
	w.fleet("instances: {dev: {memory: 4GB}, twin: {}}\n")

	foreign := w.must(0, "plan")
	contains(t, foreign.out, "aurad did not make it")
	presumed := w.must(0, "plan", "--no-state")
	contains(t, presumed.out, "planned without state", "memory  2GB -> 4GB", "not known without state")
	if folder.Exists(w.path("state")) {
		t.Error("--no-state made a state folder")
	}
	if p := decode[reconcile.Plan](t, w.must(0, "plan", "--no-state", "--output", "json").out); p.Summary.Blocked != 1 {
		t.Errorf("of two instances of one name neither can be presumed: %+v", p.Summary)
	}
}

func TestApplyAsksOrRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	piped := w.must(1, "apply")
	contains(t, piped.err, "give --yes")
	contains(t, piped.out, "Plan: 1 to create")

	w.tty, w.stdin = true, "n\n"
	w.must(1, "apply")
	w.stdin = "" // Ctrl-D
	w.must(1, "apply")
	if n := len(w.sim.Mutations()); n > 0 {
		t.Fatalf("%d mutations without a yes", n)
	}
	w.stdin = "y\n"
	contains(t, w.must(0, "apply").out, "Do this? [y/N]", "The fleet matches")
}

func TestApplyExitsOneWhenBlocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.sim.Add(aurasim.Instance{Name: "taken"})
	w.fleet("instances: {free: {}, taken: {}}\n")
	r := w.must(1, "apply", "--yes")
	contains(t, r.out, "create done", "1 blocked", "! taken: a live instance is named")
	w.live("free")
}

func TestEscapeCodesOnlyOnATerminal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	if r := w.must(0, "plan"); escapeCodes.MatchString(r.out + r.err) {
		t.Errorf("escape codes in a pipe:\n%q", r.out)
	}
	w.tty = true
	if r := w.must(0, "plan"); !escapeCodes.MatchString(r.out) {
		t.Error("no colour on a terminal")
	}
	w.env["NO_COLOR"] = "1"
	if r := w.must(0, "plan"); escapeCodes.MatchString(r.out) {
		t.Error("colour in spite of NO_COLOR")
	}
}

func TestNamesCantSteerATerminal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	id := w.sim.Add(aurasim.Instance{Name: "x\x1b[2J\u202e"})
	w.fleet("instances: {dev: {id: " + `"` + id + `"` + "}}\n")
	if r := w.must(0, "plan"); escapeCodes.MatchString(r.out) || strings.Contains(r.out, "\u202e") {
		t.Errorf("a live name got through:\n%q", r.out)
	}
}

func TestMissingCredentials(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ unset, want string }{
		{"AURA_CLIENT_ID", "AURA_CLIENT_ID is not set: make a pair in the Aura console"},
		{"AURA_CLIENT_SECRET", "AURA_CLIENT_SECRET is not set: make a pair in the Aura console"},
		{"AURA_TENANT_ID", "AURA_TENANT_ID"},
	} {
		w := newWorld(t, aurasim.Config{})
		w.fleet("instances: {dev: {}}\n")
		delete(w.env, tc.unset)
		for _, args := range [][]string{{"plan"}, {"apply", "--yes"}, {"run", "--listen", ""}, {"validate", "--online"}} {
			contains(t, w.must(1, args...).err, tc.want)
		}
		if n := w.sim.RequestCount(); n > 0 {
			t.Errorf("%d requests without %s", n, tc.unset)
		}
	}
}

func TestCredentialsFromFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	secret := w.write("creds/aura-client-secret", aurasim.DemoClientSecret+"\n")
	delete(w.env, "AURA_CLIENT_SECRET")

	w.env["AURA_CLIENT_SECRET_FILE"] = secret
	w.must(0, "plan")
	delete(w.env, "AURA_CLIENT_SECRET_FILE")
	w.env["CREDENTIALS_DIRECTORY"] = w.path("creds")
	w.must(0, "plan")

	w.env["AURA_CLIENT_SECRET"], w.env["AURA_CLIENT_SECRET_FILE"] = "x", secret
	contains(t, w.must(1, "plan").err, "AURA_CLIENT_SECRET and AURA_CLIENT_SECRET_FILE are both set")
	w.env["AURA_CLIENT_SECRET"], w.env["AURA_CLIENT_SECRET_FILE"] = "", w.path("nowhere")
	contains(t, w.must(1, "plan").err, "AURA_CLIENT_SECRET_FILE: ", "no such file")
}

func TestSpoolKeyFromCredentialsDirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	w.write("creds/aurad-spool-key", strings.Repeat("k", 32))
	w.env["CREDENTIALS_DIRECTORY"] = w.path("creds")
	w.must(0, "apply", "--yes")
	if folder.Exists(w.path("state/spool.key")) {
		t.Error("a key was made beside the state although one was handed in")
	}
}

func TestFastClockOnlyForASimulatorOnThisMachine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	w.env["AURAD_SIM_CLOCK"] = clock.Shared{Epoch: w.clock.Now(), Speed: 2}.String()
	w.must(0, "plan")
	w.env["AURAD_SIM_CLOCK"] = "soon"
	contains(t, w.must(1, "plan").err, "AURAD_SIM_CLOCK")
	w.env["AURAD_SIM_CLOCK"] = clock.Shared{Epoch: w.clock.Now(), Speed: 2}.String()
	for _, url := range []string{"https://api.neo4j.io", "", "http://127.0.0.1.example.com:1"} {
		w.env["AURA_BASE_URL"] = url
		contains(t, w.must(1, "plan").err, "AURAD_SIM_CLOCK is set but AURA_BASE_URL is not a simulator on this machine")
	}
}

// A hold in force is in every form of the plan, with its end, whose it is and why, and is no change.
func TestPlanShowsHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("timezone: Europe/Stockholm\ninstances: {a: {}, b: {}}\n")
	w.must(0, "apply", "--yes")
	w.must(0, "hold", "a", "--running", "--for", "3h", "--reason", "release tonight")
	out := w.must(0, "plan", "--detailed-exitcode").out
	contains(t, out, "=  hold      held running until ", ": release tonight\n", "nothing to do. 1 thing is left as it is on purpose.")
	contains(t, w.must(0, "plan", "-o", "markdown").out, "| hold |  | held running until ", ": release tonight | 0 |")
	p := decode[reconcile.Plan](t, w.must(0, "plan", "-o", "json").out)
	if len(p.Steps) != 1 || p.Steps[0].Cause != reconcile.CauseHeld || p.Steps[0].Due.IsZero() || !strings.Contains(p.Steps[0].Reason, " by ") || !p.Matches() {
		t.Errorf("%+v", p)
	}
}
