package crash

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/vaulttest"
)

// sharedSpeed is how fast an account lives that several aurads share: a list counts for 200 ms.
const sharedSpeed = 300

// deadly are the places of a create where a daemon dies; others are chosen by number.
var deadly = []string{"preflight done", "claim intended", "claimed", "intent durable", "before aura POST /v1/instances", "after aura POST /v1/instances",
	"reply received", "reply spooled", "password stored", "spool cleared", "name sent", "named"}

// plot is what a seed stands for.
type plot struct {
	deaths [][]death
	meet   bool // all begin at once, meet at their first list and their first claims, and Aura takes a minute over a create
	stale  bool // every list is 45 s old
	cut    int  // every so-many-th request to Vault is cut, in turn before and after it is carried out; 0: none
}

func newPlot(seed uint64, members int) plot {
	rng := rand.New(rand.NewPCG(seed, uint64(members)))
	p := plot{meet: rng.IntN(2) == 0, stale: rng.IntN(3) == 0}
	if rng.IntN(3) == 0 {
		p.cut = 4 + rng.IntN(8)
	}
	for i := range members {
		var deaths []death
		for range rng.IntN(4) + max(0, 1-i) { // the first one dies once at least
			d := death{verb: []string{"run", "apply"}[rng.IntN(2)], after: time.Second}
			switch rng.IntN(3) {
			case 0:
				d.at = deadly[rng.IntN(len(deadly))]
			case 1:
				d.at = fmt.Sprint(1 + rng.IntN(120))
			default:
				d.after = time.Duration(rng.IntN(400)) * time.Millisecond
			}
			deaths = append(deaths, d)
		}
		p.deaths = append(p.deaths, deaths)
	}
	return p
}

// sharing is what the runs of one test share.
type sharing struct {
	bin                              string
	vault                            *vaulttest.Server
	token                            string
	mu                               sync.Mutex
	runs, kills, anew, lost, doubled int
}

func newSharing(t *testing.T) *sharing {
	t.Helper()
	s := &sharing{bin: must(t, mortal)}
	s.vault, _ = theVault(t, vaulttest.Options{})
	s.vault.Policy("broad", strings.ReplaceAll(policy, `"create"`, `"create", "update"`)) // so that check-and-set is all that stands between two
	s.token = s.vault.Token(time.Hour, 0, "broad")
	return s
}

// team is a team without members, whose store is in Vault or in a folder.
func (s *sharing) team(t *testing.T, p plot, store string) *team {
	t.Helper()
	n := len(p.deaths)
	var before func(*http.Request)
	if p.meet {
		before = slowly(newGate(n, 0).lists)
	}
	tm := &team{t: t, account: newAccount(t, sharedSpeed, before), heal: func() {}}
	if p.stale {
		tm.sim.Inject(aurasim.Fault{Kind: aurasim.StaleRead, Times: -1, Age: 45 * time.Second, Method: http.MethodGet,
			Match: func(r aurasim.Request) bool { return r.Path == "/v1/instances" }})
	}
	if tm.store = inFolder(t); store == "vault" {
		b := newBetween(t, s.vault)
		through := passes
		if p.meet {
			through = newGate(n, 50*time.Millisecond).claims
		}
		b.set(cutEvery(p.cut, through))
		tm.heal = func() { b.set(nil) }
		tm.store = inVault(s.vault, s.token, b.server.URL, fmt.Sprintf("shared-%d-%d", n, time.Now().UnixNano()))
	}
	return tm
}

// Several daemons of one fleet, each with a state of its own, share a credential store; they are killed
// in the middle of it, and started again on what they know. Nothing is made twice, no password is
// lost, and each of them has the whole fleet in the end.
func (s *sharing) oneFleet(t *testing.T, seed uint64, members int, store string) {
	p := newPlot(seed, members)
	tm := s.team(t, p, store)
	for _, deaths := range p.deaths {
		tm.join(s.bin, "acme", "", deaths)
	}
	tm.live()
	tm.end()
	tm.heal()
	for _, m := range tm.members {
		m.converge()
	}
	s.count(t, tm)
}

func (s *sharing) count(t *testing.T, tm *team) {
	t.Helper()
	v := tm.judge()
	if !v.sound() {
		t.Errorf("%+v\n%s", v, tm.story())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs++
	s.lost += v.lost
	s.doubled += v.duplicates
	s.anew += len(tm.sim.Instances()) - len(sharedKeys)
	for _, m := range tm.members {
		s.kills += m.killed
	}
}

func (s *sharing) String() string {
	return fmt.Sprintf("runs: %d (%d kills), made anew after a proven loss: %d, passwords lost after the point of no loss: %d, doubled: %d", s.runs, s.kills, s.anew, s.lost, s.doubled)
}

// Daemons of several fleets have the same keys and share a store by mistake. Each key is made by one of
// them, and the others say in words whose it is, what there is to do, and nothing else.
func (s *sharing) twoFleets(t *testing.T, seed uint64, store string) {
	p := newPlot(seed, 2)
	tm := s.team(t, p, store)
	for i, fleet := range []string{"acme", "beta"} {
		calls := ""
		if seed%2 == 1 {
			calls = fleet + "-" // so that no live name tells one of the other: only the store does
		}
		tm.join(s.bin, fleet, calls, p.deaths[i])
	}
	tm.live()
	tm.linger(time.Second)
	tm.end()
	tm.heal()
	owners := map[string]int{}
	for _, m := range tm.members {
		entries, _ := m.readState()
		l := m.live(0, "apply", "--yes")
		for _, key := range sharedKeys {
			switch id, _ := tm.store.stored(key); {
			case entries[key].ID == id:
				owners[key]++
			case l.code != 1, !strings.Contains(l.said, "! "+key+": "), !strings.Contains(l.said, id) && !strings.Contains(l.said, "`adopt: true`"):
				t.Errorf("exit %d, and no word of whose %s is:\n%s", l.code, key, l.said)
			}
		}
	}
	for _, key := range sharedKeys {
		if owners[key] != 1 {
			t.Errorf("%s has %d owners\n%s", key, owners[key], tm.story())
		}
	}
	s.count(t, tm)
}

// A short sample of TestLongSharedStore.
func TestSharedStore(t *testing.T) {
	s := newSharing(t)
	t.Run("seed", func(t *testing.T) {
		for seed, store := range []string{"dotenv", "vault", "dotenv", "vault", "dotenv"} {
			t.Run(fmt.Sprintf("%d-%s", seed, store), func(t *testing.T) {
				t.Parallel()
				s.oneFleet(t, uint64(seed), 2+seed%2, store)
			})
		}
		for seed, store := range []string{"vault", "dotenv"} {
			t.Run(fmt.Sprintf("two-fleets-%d-%s", seed, store), func(t *testing.T) {
				t.Parallel()
				s.twoFleets(t, uint64(seed), store)
			})
		}
	})
	t.Log(s)
}

// Two daemons, then three, 25 seeds each, half of them with a real Vault. Ten more seeds are two fleets that
// share a store by mistake.
func TestLongSharedStore(t *testing.T) {
	if os.Getenv("AURAD_LONG") != "1" {
		t.Skip("takes minutes: run it with AURAD_LONG=1, or make crash")
	}
	s := newSharing(t)
	t.Run("seed", func(t *testing.T) {
		for seed := range uint64(50) {
			store := []string{"vault", "dotenv"}[seed%2]
			t.Run(fmt.Sprintf("%d-%s", seed, store), func(t *testing.T) {
				t.Parallel()
				s.oneFleet(t, 100+seed, 2+int(seed/25), store)
			})
		}
		for seed := range uint64(10) {
			store := []string{"vault", "dotenv"}[seed/2%2]
			t.Run(fmt.Sprintf("two-fleets-%d-%s", seed, store), func(t *testing.T) {
				t.Parallel()
				s.twoFleets(t, 200+seed, store)
			})
		}
	})
	t.Log(s)
}
