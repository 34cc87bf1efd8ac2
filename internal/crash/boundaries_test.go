package crash

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
)

// mortalFleet makes anew what has lost its password, so that every story has a good end.
const mortalFleet = "policy: {on_lost_credentials: recreate, create_grace: 2m}\ninstances: {a: {}}\n"

// ending is how one story went: the boundaries of each life, and what is true afterwards.
type ending struct {
	deaths  []int
	lives   []life
	verdict verdict
}

// dieAt starts one process after the other. Each is killed at its boundary; the last ones live,
// until the fleet matches.
func (w *world) dieAt(deaths ...int) ending {
	w.t.Helper()
	e := ending{deaths: deaths}
	for _, at := range deaths {
		l := w.live(at, "apply", "--yes")
		e.lives = append(e.lives, l)
		if !l.killed {
			break // it had fewer boundaries
		}
	}
	e.lives = append(e.lives, w.converge()...)
	e.verdict = w.judge("a")
	return e
}

// converge applies, as a user would, until aurad says that the fleet matches.
func (w *world) converge() (lives []life) {
	w.t.Helper()
	for range 5 {
		l := w.live(0, "apply", "--yes")
		lives = append(lives, l)
		if l.code == 0 {
			return lives
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Fatalf("the fleet does not converge\n%s", w.story())
	return lives
}

// tally is the result table of docs/reliability.md.
type tally struct {
	mu                                          sync.Mutex
	stories, deaths, lost, duplicates, nonceful int
}

func (t *tally) add(e ending) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stories++
	for _, l := range e.lives {
		if l.killed {
			t.deaths++
		}
	}
	t.lost += e.verdict.lost
	t.duplicates += e.verdict.duplicates
	t.nonceful += e.verdict.marked
}

func (t *tally) String() string {
	return fmt.Sprintf("crash points tried: %d (%d kills), passwords lost after the point of no loss: %d, duplicates: %d, instances under a nonce name: %d",
		t.stories, t.deaths, t.lost, t.duplicates, t.nonceful)
}

// stories runs one world for each list of deaths, two or so at a time.
func stories(t *testing.T, all [][]int) []ending {
	t.Helper()
	bin := must(t, mortal)
	v, token := theVault(t, vaulttest.Options{})
	endings, sum := make([]ending, len(all)), &tally{}
	t.Run("deaths", func(t *testing.T) {
		for i, deaths := range all {
			t.Run(strings.Trim(strings.ReplaceAll(fmt.Sprint(deaths), " ", "-"), "[]"), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, bin, v, token, fmt.Sprintf("world-%d", i), mortalFleet)
				endings[i] = w.dieAt(deaths...)
				sum.add(endings[i])
				if v := endings[i].verdict; !v.sound() {
					t.Errorf("lost %d, duplicates %d, marked %d, %q\n%s", v.lost, v.duplicates, v.marked, v.wrong, w.story())
				}
			})
		}
	})
	t.Log(sum)
	return endings
}

// undisturbed are the boundaries of a create that nobody kills.
func undisturbed(t *testing.T) []string {
	t.Helper()
	marks := stories(t, [][]int{{}})[0].lives[0].marks
	for _, want := range []string{
		"before commit: prepare the state", "preflight done", "intent durable", "before aura POST /v1/instances", "after aura POST /v1/instances",
		"reply received", "before commit: spool the reply for a", "reply spooled", "before vault PUT /v1/secret/data/world-0/a",
		"after vault PATCH /v1/secret/metadata/world-0/a", "password stored", "after commit: clear the spool of a", "name sent", "named",
	} {
		if !slices.Contains(marks, want) {
			t.Fatalf("a create does not pass %q: %q", want, marks)
		}
	}
	return marks
}

// singles kills at each boundary of a create once.
func singles(t *testing.T) []ending {
	t.Helper()
	var all [][]int
	for i := range undisturbed(t) {
		all = append(all, []int{i + 1})
	}
	endings := stories(t, all)
	for _, e := range endings {
		if len(e.lives) < 2 || !e.lives[0].killed {
			t.Errorf("nobody died at boundary %v", e.deaths)
		}
	}
	return endings
}

// pairs are all deaths of whoever takes over after a first death, at each boundary up to the
// last one it has.
func pairs(first []ending) (all [][]int) {
	for _, e := range first {
		for j := range e.lives[1].marks {
			all = append(all, []int{e.deaths[0], j + 1})
		}
	}
	return all
}

// pairsAtOnce is how many pairs every run of the tests tries; AURAD_LONG=1 tries them all.
const pairsAtOnce = 60

// Whatever instant the process dies at: Vault has the one live instance's password, there is no
// second instance and none under a nonce name.
func TestDeathAtEveryBoundary(t *testing.T) {
	first := singles(t)
	if t.Failed() {
		return
	}
	all := pairs(first)
	step := max(1, len(all)/pairsAtOnce)
	var some [][]int
	for i := step / 2; i < len(all); i += step {
		some = append(some, all[i])
	}
	t.Logf("%d of %d pairs:", len(some), len(all))
	stories(t, some)
}

// The same for every pair of boundaries; with AURAD_PAIRS=4, as in CI, for one in four.
func TestLongDeathAtEveryPair(t *testing.T) {
	if os.Getenv("AURAD_LONG") != "1" {
		t.Skip("takes minutes: run it with AURAD_LONG=1, or make crash")
	}
	all := pairs(singles(t))
	if stride, err := strconv.Atoi(os.Getenv("AURAD_PAIRS")); err == nil && stride > 1 {
		var some [][]int
		for i := 0; i < len(all); i += stride {
			some = append(some, all[i])
		}
		t.Logf("%d of %d pairs:", len(some), len(all))
		all = some
	}
	endings := stories(t, all)
	twice := 0
	for _, e := range endings {
		if len(e.lives) > 2 && e.lives[1].killed {
			twice++
		}
	}
	if twice < len(all)*95/100 {
		t.Errorf("only %d of %d pairs died twice", twice, len(all))
	}
}

// Left to its default policy aurad never deletes what lost its password: it says which one it is.
func TestLostCredentialsAreReported(t *testing.T) {
	at := slices.Index(undisturbed(t), "reply received") + 1
	v, token := theVault(t, vaulttest.Options{})
	w := newWorld(t, must(t, mortal), v, token, "report", "instances: {a: {}}\n")
	if l := w.live(at, "apply", "--yes"); !l.killed {
		t.Fatalf("it lived\n%s", w.story())
	}
	made := w.sim.Instances()[0]
	nonce := made.Name[strings.Index(made.Name, "~")+1:]
	for range 2 {
		l := w.live(0, "apply", "--yes")
		if l.code != 1 || !strings.Contains(l.said, made.ID) || !strings.Contains(l.said, nonce) {
			t.Errorf("exit %d; want 1, and %s and %s named:\n%s", l.code, made.ID, nonce, l.said)
		}
	}
	all := w.sim.Instances()
	if len(all) != 1 || all[0].Deleted {
		t.Errorf("%d instances, the first deleted: %v\n%s", len(all), all[0].Deleted, w.story())
	}
	if data, _ := v.Stored("secret", "report/a"); data["AURAD_CLAIM"] != nonce || data["NEO4J_PASSWORD"] != nil {
		t.Errorf("Vault holds something else than the claim of %s\n%s", nonce, w.story())
	}
}
