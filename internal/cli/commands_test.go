package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/faulttext"
	"github.com/aurad/aurad/internal/aurasim/quirk"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/process"
	"github.com/aurad/aurad/internal/state/folder"
)

func TestValidateOnline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	contains(t, w.must(0, "validate").out, "is valid: 1 instance")
	if n := w.sim.RequestCount(); n > 0 {
		t.Errorf("%d requests without --online", n)
	}
	contains(t, w.must(0, "validate", "--online").out, "Aura sells all of it to this tenant")
	w.fleet("instances:\n  dev: {region: europe-west9}\n")
	contains(t, w.must(0, "validate").out, "is valid")
	contains(t, w.must(1, "validate", "--online").err, w.path("fleet.yaml")+":6:", "instances.dev.region: this tenant can't have", "europe-west1")
	if n := len(w.sim.Mutations()); n > 0 {
		t.Errorf("%d mutations", n)
	}
}

// What is valid and was hardly meant is said by validate, which exits 0, and in every plan.
func TestWarningsAreSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("schedules: {night: {running: [\"daily 22:00-06:00\"]}}\ninstances: {dev: {}}\n")
	place := w.path("fleet.yaml") + ":5:13: "
	contains(t, w.must(0, "validate").out, place+"warning: schedules.night: nothing uses this schedule", "is valid: 1 instance")
	contains(t, w.must(0, "plan").out, "note: "+place+"schedules.night: nothing uses this schedule")
	contains(t, w.must(0, "plan", "--output", "json").err, "note: "+place)
}

// Only schedules are praised for what schedules save.
func TestSavingsNameTheSaver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	const schedule = "schedules: {night: {running: [\"daily 22:00-06:00\"]}}\n"
	for fleet, want := range map[string]string{
		"instances: {dev: {state: paused}}\n":                                    "Over the next 30 days `state: paused` saves about $",
		schedule + "instances: {dev: {schedule: night}}\n":                       "Over the next 30 days the schedules save about $",
		schedule + "instances: {dev: {schedule: night}, old: {state: paused}}\n": "Over the next 30 days the schedules and `state: paused` save about $",
	} {
		w.fleet(fleet)
		contains(t, w.must(0, "plan").out, want)
	}
}

func TestSimServesWhatItPrints(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.clock = clock.NewReal() // an operation of a minute ends in time only if --speed counts on both sides
	var out syncBuffer
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan int)
	go func() {
		end <- Run(ctx, w.process(&out, &out), []string{"sim", "--listen", "127.0.0.1:0", "--speed", "6000", "--rate-limit", "-1", "--durations", "2h-2h6m", "--quirk", "null-cdc=off"})
	}()
	w.eventually("it serves", func() bool { return strings.Contains(out.String(), "until Ctrl-C") })
	for _, m := range regexp.MustCompile(`(?m)^export ([A-Z_]+)=(.*)$`).FindAllStringSubmatch(out.String(), -1) {
		w.env[m[1]] = m[2]
	}
	w.fleet("instances: {dev: {}}\n")
	w.must(0, "apply", "--yes")
	if n := w.sim.RequestCount(); n > 0 {
		t.Error("the exports were not used")
	}
	resp, err := http.Get(w.env["AURA_BASE_URL"] + "/v1/instances")
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %v %v", resp, err)
	}
	resp.Body.Close()
	stop()
	if code := <-end; code != 0 {
		t.Errorf("exit %d", code)
	}
}

func TestSimRefusesNonsense(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"--quirk", "no-such"}, `quirk "no-such" is unknown`},
		{[]string{"--fault", "creates:cut-after"}, `--fault "creates:cut-after": "creates" is no name of requests: write create:cut-after; see: aurad sim --fault help`},
		{[]string{"--durations", "5s-1s"}, "is not a range such as 1s-5s"},
		{[]string{"--speed", "0"}, "--speed wants"},
		{[]string{"--speed", "NaN"}, "--speed wants"},
		{[]string{"--listen", "nowhere"}, "--listen: "},
	} {
		contains(t, w.must(1, append([]string{"sim"}, tc.args...)...).err, tc.want)
	}
	listed := w.must(0, "sim", "--quirks").out
	for _, q := range quirk.Table() {
		contains(t, listed, q.Name)
	}
	listed = w.must(0, "sim", "--fault", "help").out
	for _, k := range faulttext.Table() {
		contains(t, listed, string(k.Kind))
	}
	for _, s := range aurasim.Shapes() {
		contains(t, listed, string(s), s.About())
	}
}

func TestSmallCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	contains(t, w.must(0, "version").out, "aurad ", "go1.")
	if b := decode[process.Build](t, w.must(0, "version", "--output", "json").out); b.Go == "" || b.Platform == "" {
		t.Errorf("%+v", b)
	}
	if text := w.must(0, "schema").out; !json.Valid([]byte(text)) || !strings.Contains(text, "ready_by") {
		t.Errorf("not the schema:\n%s", text)
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		var out bytes.Buffer
		if code := Run(context.Background(), w.process(&out, &out), []string{"completion", shell}); code != 0 || !strings.Contains(out.String(), "aurad") {
			t.Errorf("completion %s: exit %d", shell, code)
		}
	}
	contains(t, w.must(1, "plan", "--nope").err, "unknown flag: --nope; see: aurad plan --help")
	contains(t, w.must(1, "plan", "--output", "xml").err, "none of: text, json, markdown")
	contains(t, w.must(1, "plan", "extra").err, "extra")
	contains(t, w.must(0, "plan", "--help").out, "--detailed-exitcode", "|| pause")
}

// Everything the demo says it did is checked by the demo itself against the simulator; here it
// must come to its end, say each part, show no password, and leave nothing.
func TestDemo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	var out syncBuffer
	p := w.process(&out, &out)
	began := time.Now()
	if code := Run(context.Background(), p, []string{"demo", "--speed", "8"}); code != 0 {
		t.Fatalf("exit %d\n%s", code, out.String())
	}
	t.Logf("%s at speed 8", time.Since(began).Round(time.Millisecond))
	contains(t, out.String(), "Plan: 4 to create", "create done", "NEO4J_PASSWORD", "resize memory 2GB -> 4GB", "resize done",
		"pause done", "resume done", "was up at 06:", "4 instances made for 4 instances in the file", "http://127.0.0.1:", "Where to go next")
	if n := w.sim.RequestCount(); n > 0 {
		t.Errorf("the demo spoke to the account of the environment: %d requests", n)
	}
}

func TestDemoEndsOnCtrlC(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	var out syncBuffer
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan int)
	go func() { end <- Run(ctx, w.process(&out, &out), []string{"demo"}) }()
	w.eventually("it creates", func() bool { return strings.Contains(out.String(), "create accepted") })
	dir := regexp.MustCompile(`/\S*aurad-demo-[0-9]+`).FindString(out.String())
	if !folder.Exists(dir) {
		t.Fatalf("no folder %q", dir)
	}
	stop()
	if code := <-end; code != 0 {
		t.Errorf("exit %d\n%s", code, out.String())
	}
	contains(t, out.String(), "Stopped.")
	if folder.Exists(dir) {
		t.Error("the folder is still there")
	}
}
