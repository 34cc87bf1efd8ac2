package daemon_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/secrets"
)

// killer kills the process at a chosen boundary: a point of the create protocol, or just before
// or just after a request or a call of the store. What is durable then is all that is left.
type killer struct {
	at    int        // the boundary to die at, counted from 1 since the last start; 0: never
	seen  []string   // boundaries passed since the last start
	lives [][]string // boundaries passed in each life that has ended
	whole []string   // ids of instances whose reply was spooled: their passwords must not be lost
}

type killed struct{}

func (k *killer) boundary(name string) {
	k.seen = append(k.seen, name)
	if len(k.seen) == k.at {
		panic(killed{})
	}
}

// mortal makes every daemon of the world die where k says.
func (w *world) mortal() *killer {
	k := &killer{}
	w.crash = func(point string) {
		if point == "reply spooled" {
			all := w.sim.Instances()
			k.whole = append(k.whole, all[len(all)-1].ID)
		}
		k.boundary(point)
	}
	w.wire = func(next http.RoundTripper) http.RoundTripper { return dyingWire{k, next} }
	w.store = dyingStore{w.store, k}
	return k
}

// live runs f on a daemon that dies at boundary at, and reports whether it outlived f.
func (k *killer) live(at int, f func()) (survived bool) {
	k.at, k.seen = at, nil
	defer func() {
		k.at, k.lives = 0, append(k.lives, k.seen)
		if r := recover(); r != nil {
			if _, mine := r.(killed); !mine {
				panic(r)
			}
		}
	}()
	f()
	return true
}

type dyingWire struct {
	k    *killer
	next http.RoundTripper
}

func (d dyingWire) RoundTrip(r *http.Request) (*http.Response, error) {
	what := r.Method + " " + strings.Join(strings.SplitN(r.URL.Path, "/", 4)[:3], "/")
	d.k.boundary("before " + what)
	resp, err := d.next.RoundTrip(r)
	d.k.boundary("after " + what)
	return resp, err
}

type dyingStore struct {
	secrets.Store
	k *killer
}

func (d dyingStore) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	d.k.boundary("before store create")
	return d.Store.Create(ctx, c, claim)
}

const mortalFleet = "policy: {on_lost_credentials: recreate}\ninstances: {a: {state: paused}}"

// dieAt starts one daemon after the other: each dies at its boundary, the last one lives. It
// returns how many died.
func (w *world) dieAt(k *killer, at ...int) (deaths int) {
	for _, n := range append(at, 0) {
		w.start(mortalFleet)
		if k.live(n, func() { w.apply() }) {
			return deaths
		}
		deaths++
		time.Sleep(7 * time.Second)
	}
	return deaths
}

// soundBirths checks the ground truth after all those deaths.
func (w *world) soundBirths(k *killer, how string) {
	w.t.Helper()
	if n := w.alive(); n != 1 {
		w.t.Errorf("%s: %d instances are alive, want 1\n%s", how, n, w.story())
		return
	}
	in := w.live("a")
	if in.Status != "paused" || w.password("a") != in.Password {
		w.t.Errorf("%s: %s is %s and the store has its password: %v\n%s", how, in.ID, in.Status, w.password("a") == in.Password, w.story())
	}
	for _, id := range k.whole {
		if id != in.ID {
			w.t.Errorf("%s: the reply for %s was spooled, and now it is not the one that lives\n%s", how, id, w.story())
		}
	}
	if p := w.plan(); !p.Matches() {
		w.t.Errorf("%s: does not match:\n%s\n%s", how, steps(p), w.story())
	}
}

// boundaries counts those of an undisturbed create, up to the pause that ends the story.
func boundaries(t *testing.T) []string {
	var seen []string
	inWorld(t, aurasim.Config{}, func(w *world) {
		k := w.mortal()
		w.dieAt(k)
		seen = slices.Clone(k.seen)
		w.soundBirths(k, "undisturbed")
	})
	for _, want := range []string{"preflight done", "intent durable", "reply received", "reply spooled", "password stored", "spool cleared", "name sent", "named"} {
		if !slices.Contains(seen, want) {
			t.Errorf("a create does not pass %q: %q", want, seen)
		}
	}
	return seen
}

// Whatever instant the process dies at, the password of the one live instance is stored, there
// is no second instance and none under a marked name.
func TestDeathAtEveryBoundary(t *testing.T) {
	all := boundaries(t)
	for i, name := range all {
		inWorld(t, aurasim.Config{}, func(w *world) {
			k := w.mortal()
			if w.dieAt(k, i+1) != 1 {
				t.Errorf("nobody died at boundary %d", i+1)
			}
			w.soundBirths(k, fmt.Sprintf("death at %d (%s)", i+1, name))
		})
	}
}

// The same for every pair: the one who takes over dies too, at each boundary up to the end of
// its create, whichever way it goes on.
//
// The short test has every third boundary for the first death, and any for the second; the long one all.
func TestDeathAtPairsOfBoundaries(t *testing.T) { deathAtPairs(t, 3) }

func TestLongDeathAtEveryPairOfBoundaries(t *testing.T) {
	long(t)
	deathAtPairs(t, 1)
}

func deathAtPairs(t *testing.T, stride int) {
	all := boundaries(t)
	all = all[:slices.Index(all, "named")+1]
	pairs := 0
	for i, name := range all {
		if i%stride != 0 {
			continue
		}
		for j, more := 1, true; more; j++ {
			inWorld(t, aurasim.Config{}, func(w *world) {
				k := w.mortal()
				more = w.dieAt(k, i+1, j) == 2 && !slices.Contains(k.lives[1], "named")
				w.soundBirths(k, fmt.Sprintf("death at %d (%s), then at %d", i+1, name, j))
				pairs++
			})
			if t.Failed() {
				return
			}
		}
	}
	if least := len(all) * len(all) / 2 / stride; pairs < least {
		t.Errorf("only %d pairs were tried, want %d", pairs, least)
	}
	t.Logf("%d boundaries, %d pairs", len(all), pairs)
}
