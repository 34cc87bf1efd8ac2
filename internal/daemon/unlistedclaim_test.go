package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
)

// A daemon that knows nothing finds its fleet's credential in the store, and no list of Aura's shows the
// instance: another one may have made it a moment ago. It is the fleet's own, and never made again.
func TestAnInstanceThatNoListShowsIsNotMadeAgain(t *testing.T) {
	for name, hidden := range map[string]time.Duration{"for a moment": 45 * time.Second, "for hours": 3 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start(acme)
				w.converge()
				w.sim.Add(aurasim.Instance{Name: "somebody's"}) // so that no list is empty
				id, before := w.live("a").ID, w.owned()
				w.sim.Inject(aurasim.Fault{Kind: aurasim.EditedList, Edit: aurasim.Without(id), Times: -1})
				w.elsewhere(acme)
				w.run(hidden)
				w.sim.ClearFaults()
				w.converge()
				if w.posts() != 1 || w.owned() != before || w.entry().ID != id {
					t.Errorf("%d creates; the store says %+v, the state %s; want both to say %s\n%s", w.posts(), w.owned(), w.entry().ID, id, w.story())
				}
			})
		})
	}
}

// A lost state, and an instance that somebody deleted meanwhile: that is proven first, as for any
// instance of the fleet, and then goes as policy.on_gone says.
func TestALostStateAndAnInstanceThatIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		policy string
		way    func(w *world)
	}{
		"reported, then forgotten": {"", func(w *world) {
			found := blocked(w.plan())
			if w.posts() != 1 || len(found) != 1 || found[0].Problem != reconcile.ProblemGone || !strings.Contains(found[0].Reason, "aurad forget a") {
				w.t.Fatalf("%d creates, and the plan is:\n%s", w.posts(), steps(w.plan()))
			}
			if _, err := w.d.Forget("a", "somebody", daemon.Forgetting{}); err != nil {
				w.t.Fatal(err)
			}
		}},
		"made anew": {"\npolicy: {on_gone: recreate}", func(*world) {}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start(acme + c.policy)
				w.converge()
				w.sim.Add(aurasim.Instance{Name: "somebody's"})
				if err := w.sim.Act(w.live("a").ID, "vanish"); err != nil {
					t.Fatal(err)
				}
				w.elsewhere(acme + c.policy)
				w.run(time.Hour)
				c.way(w)
				w.converge()
				if in := w.live("a"); w.posts() != 2 || w.password("a") != in.Password || w.owned().InstanceID != in.ID {
					t.Errorf("%d creates; want a second one, and its password stored\n%s", w.posts(), w.story())
				}
			})
		})
	}
}

// A block that left the file comes back: what aurad itself deleted is no riddle, though its credential
// is still stored.
func TestABlockComesBackAfterItsInstanceWasDeleted(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start("fleet: acme\ninstances: {a: {}, b: {}}")
		w.converge()
		w.edit("fleet: acme\n" + w.removal("a", "a") + "instances: {b: {}}")
		w.converge()
		w.edit("fleet: acme\ninstances: {a: {}, b: {}}")
		w.converge()
		if in := w.live("a"); w.posts() != 3 || w.password("a") != in.Password {
			t.Errorf("%d creates\n%s", w.posts(), w.story())
		}
	})
}
