package demo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/stores"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/secrets"
)

func (st *stage) birth() error {
	st.said.say("Now the daemon runs (%d times as fast as real time, within 25 API requests a minute):", int(st.clock.speed))
	return st.until(st.ctx, "all instances are made and running", func() bool {
		return st.matches() && st.count(aurasim.StatusRunning) == len(st.fleet.Instances)
	})
}

// matches reports whether the daemon, too, has seen that the fleet is as the file says.
func (st *stage) matches() bool {
	snap := st.daemon.Snapshot()
	return snap.Ready && snap.Plan.Matches()
}

func (st *stage) count(status string) int {
	n := 0
	for _, in := range st.sim.Instances() {
		if in.Status == status {
			n++
		}
	}
	return n
}

// passwords compares what was stored with what the simulator gave, and shows neither.
func (st *stage) passwords() error {
	st.said.say("Aura shows a password once. Each is in a file of its own, mode 0600 (Vault is for production):")
	store, release, err := stores.ToRead(func(string) string { return "" }, st.fleet)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	for _, in := range st.sim.Instances() {
		c, err := store.Get(st.ctx, in.Name)
		if err != nil {
			return err
		}
		if !c.Password.Equal(secrets.NewSecret(in.Password)) || c.InstanceID != in.ID {
			return fmt.Errorf("the demo went wrong: the stored password of %s is not the one that was given", in.Name)
		}
		names, err := namesIn(filepath.Join(st.dir, "credentials", in.Name+".env"))
		if err != nil {
			return err
		}
		fmt.Fprintf(st.said, "  %s credentials/%s.env has %s\n", st.said.paint.Green("✓"), in.Name, names)
	}
	fmt.Fprintln(st.said, "  Compared, not shown: every one is the password that the simulator gave out.")
	return nil
}

// namesIn lists the variables of a dotenv file, without their values.
func namesIn(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		if name, _, ok := strings.Cut(line, "="); ok {
			names = append(names, strings.TrimPrefix(name, "export "))
		}
	}
	return strings.Join(names, " "), nil
}

// edit saves the file anew, as an editor does, and waits for the daemon to notice.
func (st *stage) edit() error {
	const old, new = "orders-dev:  {schedule: office-hours}", "orders-dev:  {schedule: office-hours, memory: 4GB}"
	st.said.say("Somebody edits fleet.yaml; the daemon watches it:")
	st.said.show("- " + old + "\n+ " + new + "\n")
	edited := st.file() + ".new"
	if err := os.WriteFile(edited, []byte(strings.Replace(demoFleet, old, new, 1)), 0o600); err != nil {
		return err
	}
	if err := os.Rename(edited, st.file()); err != nil {
		return err
	}
	return st.until(st.ctx, "orders-dev has 4GB", func() bool {
		in := st.named("orders-dev")
		return in.Memory == "4GB" && in.Status == aurasim.StatusRunning && st.matches()
	})
}

func (st *stage) named(name string) aurasim.Instance {
	for _, in := range st.sim.Instances() {
		if in.Name == name && !in.Deleted {
			return in
		}
	}
	return aurasim.Instance{}
}

// scheduled are the names of the instances that follow office hours.
func (st *stage) scheduled() []string {
	var names []string
	for _, in := range st.fleet.Instances {
		if in.Schedule != nil {
			names = append(names, in.Name)
		}
	}
	return names
}

// all reports whether every scheduled instance has a status.
func (st *stage) all(status string) bool {
	for _, name := range st.scheduled() {
		if st.named(name).Status != status {
			return false
		}
	}
	return true
}

func (st *stage) evening() error {
	edge := st.edge(0, 19)
	st.said.say("It is %s. The office closes at 19:00, and with it what follows office-hours:", st.clock.Now().In(st.said.loc).Format("15:04"))
	st.clock.warpTo(edge.Add(-30*time.Second), st.span(1500*time.Millisecond))
	if err := st.until(st.ctx, "the evening's pauses", func() bool { return st.all(aurasim.StatusPaused) && st.matches() }); err != nil {
		return err
	}
	for _, name := range st.scheduled() {
		at, _ := since(st.named(name), aurasim.StatusPausing, edge)
		fmt.Fprintf(st.said, "  Aura was told to pause %s at %s.\n", name, at.In(st.said.loc).Format("15:04:05"))
	}
	return nil
}

func (st *stage) morning() error {
	edge := st.edge(1, 7)
	st.said.say("The night passes. At 07:00 people come back, and the databases are to be up, not starting:")
	st.clock.warpTo(edge.Add(-12*time.Minute), st.span(6*time.Second))
	if err := st.until(st.ctx, "the morning's resumes", func() bool {
		return !st.clock.Now().Before(edge.Add(-12*time.Minute)) && st.all(aurasim.StatusRunning) && st.matches()
	}); err != nil {
		return err
	}
	st.clock.warpTo(edge, st.span(time.Second))
	if err := st.until(st.ctx, "07:00", func() bool { return !st.clock.Now().Before(edge) }); err != nil {
		return err
	}
	for _, name := range st.scheduled() {
		in := st.named(name)
		if is := in.StatusAt(edge); is != aurasim.StatusRunning {
			return fmt.Errorf("the demo went wrong: %s is %s at 07:00", name, is)
		}
		at, _ := since(in, aurasim.StatusRunning, edge.Add(-12*time.Hour))
		fmt.Fprintf(st.said, "  %s was up at %s, and is at 07:00.\n", name, at.In(st.said.loc).Format("15:04:05"))
	}
	return nil
}

// edge is an hour of the story's first day or of a later one.
func (st *stage) edge(day, hour int) time.Time {
	y, m, d := st.clock.first.Date()
	return time.Date(y, m, d+day, hour, 0, 0, 0, st.said.loc)
}

// span is a stretch of real time, at the speed at which the story is told.
func (st *stage) span(d time.Duration) time.Duration { return time.Duration(float64(d) / st.Speed) }

// since is when an instance first got a status at or after t.
func since(in aurasim.Instance, status string, t time.Time) (time.Time, bool) {
	for _, ch := range in.History {
		if ch.Status == status && !ch.At.Before(t) {
			return ch.At, true
		}
	}
	return time.Time{}, false
}

// end says what the simulator counted, and where to go from here.
func (st *stage) end() error {
	made, busiest := len(st.sim.Instances()), st.sim.MaxPerMinute(aurasim.DemoClientID)
	if limit := st.fleet.Budget.RequestsPerMinute; busiest > limit {
		return fmt.Errorf("the demo went wrong: %d requests in a minute, and the limit is %d", busiest, limit)
	}
	st.said.say("What the simulated account saw, by its own books:")
	fmt.Fprintf(st.said, "  %s made for %s in the file; %s in all, at most %d in any minute (the limit is %d).\n",
		words.Plural(made, "instance"), words.Plural(len(st.fleet.Instances), "instance"), words.Plural(st.sim.RequestCount(), "request"), busiest, st.fleet.Budget.RequestsPerMinute)
	st.said.say("The folder of the demo is removed now. Where to go next:")
	st.said.show(`aurad import -o fleet.yaml     a file of what you have (set AURA_CLIENT_ID and AURA_CLIENT_SECRET first)
aurad plan                     what aurad would do; it does nothing
aurad apply, aurad run         do it once; do it for ever
aurad sim --speed 60           the same simulator, for your own experiments
`)
	return nil
}
