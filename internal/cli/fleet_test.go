package cli

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/state/folder"
)

// A state is one fleet's: the file of another one, or of none, is refused with both ways out,
// whatever it would have done. Its own new name is a command.
func TestAStateIsOneFleets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	w.must(0, "apply", "--yes")
	before := len(w.sim.Mutations())
	const rest = "budget: {requests_per_minute: 100000}\npolicy: {mode: sync}\n" +
		"defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}\ninstances: {dev: {memory: 4GB}}\n"
	for head, want := range map[string]string{
		"schema: aurad/v1\nfleet: beta\n": "is that of the fleet acme, and the file is of the fleet beta: give it a --state-dir of its own, or if the fleet has a new name, run: aurad fleet rename acme beta",
		"schema: aurad/v1\n":              "is that of the fleet acme, and the file names no fleet: write `fleet: acme` into it, or give it a --state-dir of its own",
	} {
		w.write("fleet.yaml", head+rest)
		for _, command := range [][]string{{"plan"}, {"apply", "--yes"}, {"run", "--listen", ""}} {
			contains(t, w.must(1, command...).err, want)
		}
	}
	if more := w.sim.Mutations()[before:]; len(more) > 0 {
		t.Errorf("another fleet's file changed %v", more)
	}

	w.write("fleet.yaml", "schema: aurad/v1\nfleet: beta\n"+rest)
	contains(t, w.must(1, "fleet", "rename", "gamma", "beta").err, "is that of the fleet acme, not of gamma")
	contains(t, w.must(1, "fleet", "rename", "acme", "gamma").err, "write `fleet: gamma` into it first")
	for range 2 { // it may be repeated
		contains(t, w.must(0, "fleet", "rename", "acme", "beta").out, "is that of the fleet beta now")
	}
	head, _, _ := strings.Cut(read(t, w.path("credentials/dev.env")), "\n")
	contains(t, head, "fleet=beta key=dev id="+w.live("dev").ID)
	contains(t, w.must(0, "plan").out, "memory  2GB -> 4GB")
}

// Beside a daemon a plan is that of the file it is given, with what the daemon knows, and changes
// nothing: neither what is in force, nor what is remembered.
func TestPlanBesideADaemonIsOfTheGivenFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}, prod: {protect: true}}\n")
	own := read(t, w.path("fleet.yaml"))
	r := w.start("--listen", "")
	w.eventually("the fleet is as the file says", w.settled)
	before := len(w.sim.Mutations())

	plan := func(code int, text string) (out, errs string) {
		t.Helper()
		var stdout, stderr syncBuffer
		p := w.process(&stdout, &stderr)
		p.Lookup = func(string) (string, bool) { return "", false } // the daemon is asked, and Aura is not
		if got := Run(context.Background(), p, []string{"plan", "--state-dir", w.path("state"), "-f", w.write("pr/fleet.yaml", text)}); got != code {
			t.Fatalf("exit %d, want %d\n%s%s", got, code, stdout.String(), stderr.String())
		}
		return stdout.String(), stderr.String()
	}
	pr := strings.Replace(own, "{dev: {}, prod: {protect: true}}", "{dev: {memory: 4GB}, more: {}}", 1)
	out, _ := plan(0, pr)
	contains(t, out, "as if this file came into force", "memory  2GB -> 4GB", "more\n     +  create", "prod")
	_, errs := plan(1, strings.Replace(pr, "fleet: acme", "fleet: beta", 1))
	contains(t, errs, "is of the fleet beta, and this daemon runs the fleet acme")

	if now := w.snapshot(); !now.Plan.Matches() || len(now.Instances) != 2 {
		t.Errorf("the daemon took the plan for its own: %+v", now.Plan)
	}
	if more := w.sim.Mutations()[before:]; len(more) > 0 {
		t.Errorf("a plan changed %v", more)
	}
	r.terminate()
}

// A plan without a daemon leaves the state as it is to the byte, whatever it finds.
func TestPlanLeavesTheStateAsItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}, prod: {protect: true}}\n")
	w.must(0, "apply", "--yes")
	before := read(t, w.path("state/aurad.db"))
	for _, text := range []string{
		"policy: {mode: sync}\ninstances: {dev: {}}\n",
		"policy: {mode: sync}\ninstances: {}\n",
		"instances: {next: {}, prod: {}}\nmoved: [{from: dev, to: next}]\n",
		"instances: {prod: {}}\nremoved: [{key: dev, id: " + w.live("dev").ID + "}]\n",
	} {
		w.fleet(text)
		w.must(0, "plan")
		if now := read(t, w.path("state/aurad.db")); now != before {
			t.Errorf("%s changed the state", text)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// In the user's own folders each fleet has one of its name. A fleet that has just got its name does
// not begin beside the state that it had without one: it would own nothing, and block everything.
func TestANamedFleetDoesNotBeginBesideItsOwnState(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.env["XDG_STATE_HOME"] = w.path("xdg")
	const rest = "budget: {requests_per_minute: 100000}\ndefaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}\ninstances: {dev: {}}\n"
	here := func(code int, args ...string) (string, string) {
		t.Helper()
		var out, errs syncBuffer
		p := w.process(&out, &errs)
		if got := Run(t.Context(), p, append(args, "-f", w.path("fleet.yaml"))); got != code {
			t.Fatalf("aurad %v: exit %d, want %d\n%s%s", args, got, code, out.String(), errs.String())
		}
		return out.String(), errs.String()
	}
	w.write("fleet.yaml", "schema: aurad/v1\n"+rest)
	here(0, "apply", "--yes")
	if !folder.Exists(w.path("xdg/aurad/aurad.db")) {
		t.Fatal("the state is somewhere else")
	}
	w.write("fleet.yaml", "schema: aurad/v1\nfleet: beta\n"+rest)
	for _, args := range [][]string{{"plan"}, {"apply", "--yes"}, {"run", "--listen", ""}} {
		_, errs := here(1, args...)
		contains(t, errs, "of a fleet without a name, owns dev", "aurad fleet rename default beta")
	}
	here(0, "fleet", "rename", "default", "beta")
	here(0, "plan", "--detailed-exitcode")
	if !folder.Exists(w.path("xdg/aurad/beta/aurad.db")) || folder.Exists(w.path("xdg/aurad/aurad.db")) || len(w.sim.Instances()) != 1 {
		t.Error("the state did not move")
	}
}
