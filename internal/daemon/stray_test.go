package daemon_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// A lost instance was deleted, its successor's create is under way, and lists that are old show the first one
// still: it is deleted once more, and that says nothing of the second one.
func TestADeleteOfAStrayEndsNoCreate(t *testing.T) {
	for name, second := range map[string]aurasim.Fault{
		"answered late":  {Kind: aurasim.Slow, Delay: 8 * time.Minute},
		"not answered":   {Kind: aurasim.CutAfter},
		"refused, maybe": {Kind: aurasim.Status, Code: 502, Processed: true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.CutAfter}))
				w.sim.Inject(onCreate(second))
				w.sim.Inject(aurasim.Fault{Kind: aurasim.StaleRead, Match: isList, Age: 3 * time.Minute, Times: -1})
				w.start("fleet: acme\nobserve: {scan_interval: 1m}\n" + recreateFleet)
				w.run(3 * time.Hour)
				w.whole("a")
				deletes := 0
				for _, r := range w.sim.Mutations() {
					if r.Method == http.MethodDelete && r.Accepted() {
						deletes++
					}
				}
				if deletes != w.made()-1 || w.made() > 3 {
					t.Errorf("%d made, %d deleted\n%s", w.made(), deletes, w.story())
				}
				for i, c := range w.sim.Creates()[1:] {
					if before, _ := w.sim.Instance(w.sim.Creates()[i].InstanceID); !slices.Contains([]string{aurasim.StatusDestroying, aurasim.StatusDeleted}, before.StatusAt(c.At)) {
						t.Errorf("a second one was made beside %s\n%s", before.ID, w.story())
					}
				}
			})
		})
	}
}
