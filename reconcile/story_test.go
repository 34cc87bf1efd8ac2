package reconcile_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

var update = flag.Bool("update", false, "write what the stories print into testdata")

// TestStories replays testdata/*.txt. A story is a list of commands, and what they print stands
// below them behind "> ". With -update it is written anew, to be read before it is committed.
//
//	# ...                      a comment
//	fleet                      fleet.yaml, indented below; its header is added
//	at 2026-11-27 18:30        sets the clock, in Stockholm
//	advance 8h                 moves it
//	live ID NAME STATUS MEMORY a live instance, or a new look at one
//	gone ID                    somebody deleted it
//	owns KEY ID                the ledger: aurad made it
//	intent KEY NONCE           the ledger: a create whose answer never came, a minute ago
//	hold KEY STATE FOR REASON  aurad hold
//	refuse KEY KIND MESSAGE    the key's next step is tried, and fails: later, person
//	plan                       prints the plan
//	apply                      takes steps until nothing is left, a minute a round, and prints them
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d stories, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := tell(t, string(raw))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(raw) {
				t.Errorf("the story goes otherwise; -update writes it anew:\n%s", got)
			}
		})
	}
}

const storyHeader = `schema: aurad/v1
fleet: acme
timezone: Europe/Stockholm
credentials: {store: dotenv}
defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}
`

// story is a world that a script drives.
type story struct {
	ideal
	t     *testing.T
	zone  *time.Location
	fleet *spec.Fleet
	holds []spec.Hold
	out   strings.Builder
}

// tell replays a script and returns it with what its commands print now.
func tell(t *testing.T, script string) string {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, zone: zone, ideal: ideal{t: t, live: map[string]observed.Live{}}}
	s.Ledger = reconcile.Ledger{}
	lines := strings.SplitAfter(script, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if strings.HasPrefix(line, ">") {
			continue
		}
		s.out.WriteString(line)
		var block string
		for line == "fleet\n" && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "  ") {
			i++
			block += lines[i]
			s.out.WriteString(lines[i])
		}
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			s.command(strings.Fields(line), block)
		}
	}
	return s.out.String()
}

func (s *story) say(format string, args ...any) { fmt.Fprintf(&s.out, "> "+format+"\n", args...) }

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) command(f []string, block string) {
	rest := strings.Join(f[1:], " ")
	switch f[0] {
	case "fleet":
		s.load(block)
	case "at":
		now, err := time.ParseInLocation("2006-01-02 15:04", rest, s.zone)
		s.must(err)
		s.Now = now
	case "advance":
		d, err := time.ParseDuration(f[1])
		s.must(err)
		s.Now, s.Lived = s.Now.Add(d), s.Lived+d
	case "live":
		l := s.live[f[1]]
		l.ID, l.Name, l.Status, l.Memory = f[1], f[2], f[3], f[4]
		l.Type, l.CloudProvider, l.Region, l.Storage = "professional-db", "gcp", "europe-west1", "4GB"
		s.live[f[1]] = l
	case "gone":
		delete(s.live, f[1])
	case "owns":
		s.Ledger[f[1]] = reconcile.Entry{ID: f[2], Made: reconcile.Made{Version: "5"}}
	case "intent":
		s.Ledger[f[1]] = reconcile.Entry{Birth: &reconcile.Birth{Nonce: f[2], At: s.Now.Add(-time.Minute), Grace: 10 * time.Minute, Stage: reconcile.Intended}}
	case "hold":
		d, err := time.ParseDuration(f[3])
		s.must(err)
		s.holds = append(s.holds, spec.Hold{Key: f[1], State: spec.State(f[2]), Until: s.Now.Add(d), Reason: strings.Join(f[4:], " ")})
	case "refuse":
		s.refuse(f[1], reconcile.FailureKind(f[2]), strings.Join(f[3:], " "))
	case "plan":
		s.show(s.plan())
	case "apply":
		s.apply()
	default:
		s.t.Fatalf("no command is named %q", f[0])
	}
}

// load takes a file into force as the daemon does: what left it is noted with the time.
func (s *story) load(block string) {
	fleet, err := spec.Parse("fleet.yaml", []byte(storyHeader+strings.ReplaceAll(block, "\n  ", "\n")[2:]))
	s.must(err)
	s.fleet = fleet
	s.Fleet, s.Policy, s.Blocks, s.Moved, s.Removed = fleet.Name, fleet.Policy, fleet.Blocks(), fleet.Moved, fleet.Removed
	s.Steady = true
	maps.Copy(s.Ledger, s.Ledger.Read(fleet, s.Now))
}

// plan looks at everything and plans for now.
func (s *story) plan() reconcile.Plan {
	s.Now = s.Now.Add(-time.Minute) // observe takes one
	s.Desired = s.fleet.At(s.Now.Add(time.Minute), s.holds)
	s.observe()
	return reconcile.Permit(reconcile.Diff(s.World), s.fleet.Policy)
}

func (s *story) refuse(key string, kind reconcile.FailureKind, message string) {
	steps := acting(s.plan())
	i := slices.IndexFunc(steps, func(st reconcile.Step) bool { return st.Key == key && st.Phase == 0 })
	if i < 0 {
		s.t.Fatalf("%s has nothing to do that could be refused", key)
	}
	s.say("%s %s is refused: %s", steps[i].Verb, key, message)
	s.Ledger[key] = s.Ledger[key].Failed(steps[i], kind, message, 0, s.Now)
}

func (s *story) apply() {
	for range 20 {
		p := s.plan()
		now := slices.DeleteFunc(acting(p), func(st reconcile.Step) bool { return st.Phase > 0 })
		if len(now) == 0 {
			s.say("%s  quiet: %s", s.clock(s.Now), verdict(p))
			return
		}
		for _, st := range now {
			s.say("%s  %s", s.clock(s.Now), sentence(st))
			s.take(st)
		}
		s.Now = s.Now.Add(time.Minute)
	}
	s.t.Fatal("apply does not end")
}

func verdict(p reconcile.Plan) string {
	if p.Matches() {
		return "the fleet matches"
	}
	return fmt.Sprintf("%d blocked, %d waiting", p.Summary.Blocked, p.Summary.Waiting)
}

// show prints a plan as a person would read it.
func (s *story) show(p reconcile.Plan) {
	s.say("%s  %d to do, %d blocked, %d waiting; %d requests", s.clock(p.At), p.Summary.Acting, p.Summary.Blocked, p.Summary.Waiting, p.Summary.Requests)
	for _, st := range p.Steps {
		s.say("  %s", sentence(st))
	}
	for _, n := range p.Next {
		start := ""
		if n.Start.Before(n.At) {
			start = ", from " + s.clock(n.Start)
		}
		s.say("  next: %s %s at %s%s", n.Key, n.State, s.clock(n.At), start)
	}
}

func (s *story) clock(t time.Time) string { return t.In(s.zone).Format("Mon 15:04:05") }

// sentence is a step in one line: `pause orders: <reason>`, and `then` before a later one.
func sentence(st reconcile.Step) string {
	var b strings.Builder
	if st.Verb.Acts() && st.Phase > 0 {
		b.WriteString("then ")
	}
	fmt.Fprintf(&b, "%s %s", st.Verb, st.Key)
	for _, c := range st.Changes {
		if c.Old != "" {
			fmt.Fprintf(&b, ", %s %s to %s", c.Field, c.Old, c.New)
		}
	}
	fmt.Fprintf(&b, ": %s", st.Reason)
	return b.String()
}
