package cli

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/secrets"
)

// slowAnswer is a create that Aura has carried out and not answered yet, and what happens to the
// process meanwhile.
type slowAnswer struct {
	args    []string
	delay   time.Duration    // of the answer
	frozen  time.Duration    // how long the process is stopped, as by SIGSTOP or a suspended machine
	signals []syscall.Signal // sent one after the other
}

// happens starts aurad, does to it what there is to do, and demands that the password is stored
// when it has ended: without a second create, and without a word from anybody.
func (a slowAnswer) happens(t *testing.T) {
	t.Parallel()
	sh := &shell{t: t, bin: binary(t), dir: t.TempDir()}
	durations := aurasim.DefaultDurations()
	for op := range durations {
		durations[op] = aurasim.Range{Min: time.Second, Max: time.Second}
	}
	sim := aurasim.New(aurasim.Config{RequestsPerMinute: -1, Durations: durations})
	sh.serve(sim, 0)
	sh.fleet(map[string]string{"dev": "{memory: 1GB}"})
	sim.Inject(aurasim.Fault{Kind: aurasim.Slow, Delay: a.delay, Method: http.MethodPost, PathPrefix: "/v1/instances"})
	cmd := sh.command(a.args...)
	cmd.Stdout, cmd.Stderr = &sh.said, &sh.said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	eventually(t, "the create arrives", func() bool { return len(sim.Instances()) == 1 })
	a.disturb(t, cmd)
	if len(a.signals) == 0 && a.args[0] == "run" {
		within(t, a.delay+time.Minute, "the password is stored", func() bool { return stored(sh, sim.Instances()[0]) })
		_ = cmd.Process.Signal(syscall.SIGTERM)
	}
	select {
	case <-ended:
	case <-time.After(a.delay + time.Minute):
		t.Fatalf("it does not end\n%s", sh.said.String())
	}
	if !stored(sh, sim.Instances()[0]) {
		t.Errorf("the password is not in the store\n%s", sh.said.String())
	}
	contains(t, sh.must(0, "apply", "--yes"), "The fleet matches")
	if all := sim.Instances(); len(all) != 1 || all[0].Name != "dev" || !stored(sh, all[0]) {
		t.Errorf("%d instances, the first is %q\n%s", len(all), all[0].Name, sh.said.String())
	}
}

// disturb stops the process and lets it go on, then sends the signals.
func (a slowAnswer) disturb(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if a.frozen > 0 {
		_ = cmd.Process.Signal(syscall.SIGSTOP)
		time.Sleep(a.frozen)
		_ = cmd.Process.Signal(syscall.SIGCONT)
	}
	for _, s := range a.signals {
		if err := cmd.Process.Signal(s); err != nil {
			t.Errorf("%v comes too late: %v", s, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// stored reports whether the store has the password of in.
func stored(sh *shell, in aurasim.Instance) bool {
	text, err := os.ReadFile(filepath.Join(sh.dir, "credentials", "dev.env"))
	if err != nil {
		return false
	}
	c, err := secrets.ParseEnv("dev", text)
	return err == nil && c.InstanceID == in.ID && c.Password.Reveal() == in.Password
}

func within(t *testing.T, patience time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

var (
	applyOnce  = []string{"apply", "--yes"}
	runForEver = []string{"run", "--listen", ""}
)

// A terminal that goes away, Ctrl-C, a stop and a frozen process while Aura takes its time: the reply
// to the create has the only copy of a password, and is waited for.
func TestBinaryWaitsForASlowAnswer(t *testing.T) {
	const soon = 3 * time.Second
	for name, a := range map[string]slowAnswer{
		"hangup":              {args: applyOnce, delay: soon, signals: []syscall.Signal{syscall.SIGHUP}},
		"three hangups":       {args: applyOnce, delay: soon, signals: []syscall.Signal{syscall.SIGHUP, syscall.SIGHUP, syscall.SIGHUP}},
		"Ctrl-C twice":        {args: applyOnce, delay: soon, signals: []syscall.Signal{syscall.SIGINT, syscall.SIGINT}},
		"hangup, then Ctrl-C": {args: applyOnce, delay: soon, signals: []syscall.Signal{syscall.SIGHUP, syscall.SIGINT}},
		"stop":                {args: applyOnce, delay: soon, signals: []syscall.Signal{syscall.SIGTERM}},
		"frozen":              {args: applyOnce, delay: time.Second, frozen: soon},
		"frozen, then stop":   {args: applyOnce, delay: soon + time.Second, frozen: soon, signals: []syscall.Signal{syscall.SIGTERM}},
		"a daemon is stopped": {args: runForEver, delay: soon, signals: []syscall.Signal{syscall.SIGTERM}},
		"a daemon is frozen":  {args: runForEver, delay: time.Second, frozen: soon},
		"a daemon reloads":    {args: runForEver, delay: soon, signals: []syscall.Signal{syscall.SIGHUP, syscall.SIGHUP, syscall.SIGTERM}},
	} {
		t.Run(name, a.happens)
	}
}

// The same for longer than any request but a create may take.
//
//	AURAD_LONG=1 go test -run TestLongSlowAnswers -v ./internal/cli
func TestLongSlowAnswers(t *testing.T) {
	if os.Getenv("AURAD_LONG") != "1" {
		t.Skip("takes more than a minute: run it with AURAD_LONG=1")
	}
	const long = 70 * time.Second
	for name, a := range map[string]slowAnswer{
		"answered late":                {args: applyOnce, delay: long},
		"hangup":                       {args: applyOnce, delay: long, signals: []syscall.Signal{syscall.SIGHUP}},
		"answered while it was frozen": {args: applyOnce, delay: 5 * time.Second, frozen: long},
		"frozen, then answered":        {args: applyOnce, delay: long + 10*time.Second, frozen: long},
		"frozen, then stop":            {args: applyOnce, delay: long + 5*time.Second, frozen: long, signals: []syscall.Signal{syscall.SIGTERM}},
		"a daemon, answered late":      {args: runForEver, delay: long},
		"a daemon is frozen":           {args: runForEver, delay: 5 * time.Second, frozen: long},
		"a daemon is stopped":          {args: runForEver, delay: long, signals: []syscall.Signal{syscall.SIGTERM}},
	} {
		t.Run(name, a.happens)
	}
}
