package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/spec"
)

// use brings another fleet file into force on the same state, as two files in two folders do that
// share the default state folder.
func (w *world) use(file, fleet string) {
	w.t.Helper()
	f, err := spec.Parse(file, []byte(w.head+fleet))
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.d.SetFleet(f); err != nil {
		w.t.Fatal(err)
	}
}

// A file that never had an instance can't lose it: two files that share a state folder leave each
// other's alone, over restarts too, until one of them lists it.
func TestFilesOfOneStateLeaveEachOtherAlone(t *testing.T) {
	const sync = "policy: {mode: sync, delete_after: 0s}\ninstances: "
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(sync + "{mine: {}, also: {}}")
		w.converge()
		for range 2 { // the second time after a restart
			w.use("/elsewhere/fleet.yaml", sync+"{theirs: {}}")
			w.converge()
			w.run(2 * time.Hour)
			if w.live("mine").Status != "running" || w.alive() != 3 {
				t.Fatalf("mine is %s, %d are alive\n%s", w.live("mine").Status, w.alive(), w.story())
			}
			if p := steps(w.plan()); !strings.Contains(p, "it belongs to the fleet file ") {
				t.Errorf("the plan does not say why:\n%s", p)
			}
			w.start(sync + "{mine: {}, also: {}}")
		}

		w.edit(sync + "{mine: {}}") // what leaves its own file goes as ever
		w.converge()
		if w.alive() != 2 {
			t.Fatalf("%d are alive, want mine and theirs\n%s", w.alive(), w.story())
		}

		w.use("/moved/fleet.yaml", sync+"{mine: {}, new: {}}") // the file has moved: it takes along what it lists
		w.converge()
		w.use("/moved/fleet.yaml", sync+"{new: {}}")
		w.converge()
		if got := w.alive(); got != 2 || w.live("theirs").Status != "running" {
			t.Errorf("%d are alive, want theirs and new\n%s", got, w.story())
		}
	})
}
