package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/fleettest"
	"github.com/aurad/aurad/spec"
)

// deletes counts the deletes that reached Aura.
func (w *world) deletes() int {
	n := 0
	for _, r := range w.sim.Mutations() {
		if r.Method == "DELETE" {
			n++
		}
	}
	return n
}

const four = "policy: {mode: sync, max_deletes: 1, delete_after: 0s}\ninstances:\n  a: {}\n  b: {}\n  c: {}\n  d: {}\n"

// A file that is cut anywhere is an error, or a fleet that lost more than max_deletes, or one
// that lost a single instance: that one alone may go.
func TestTruncatedFilesDeleteNothing(t *testing.T) {
	inWorld(t, smallCatalog(), func(w *world) {
		w.start(four)
		w.converge()
		whole := w.head + four
		tried := map[string]bool{}
		for n := range len(whole) {
			f, err := spec.Parse("fleet.yaml", []byte(whole[:n]))
			if err != nil {
				continue
			}
			text := strings.TrimSpace(whole[:n])
			if len(f.Instances) == 3 || tried[text] {
				continue // like any file without one instance
			}
			tried[text] = true
			if err := w.d.SetFleet(f); err != nil {
				t.Fatal(err)
			}
			w.run(time.Hour)
			if w.alive() != 4 || w.deletes() > 0 {
				t.Fatalf("cut after %d bytes: %d are alive\n%s", n, w.alive(), w.story())
			}
			w.edit(four)
			w.converge()
		}
		if len(tried) < 2 {
			t.Errorf("only %d truncated files were valid", len(tried))
		}
	})
}

// None of these files may cost an instance, however long it is in force; the first change to be
// made stays undone as well, where the whole plan is stopped.
func TestFilesThatMustNotDelete(t *testing.T) {
	const sync = "policy: {mode: sync, max_deletes: 2, delete_after: 0s}\n"
	for name, fleet := range map[string]string{
		"no instances at all":        "policy: {mode: sync, max_deletes: 100, delete_after: 0s}\ninstances: {}",
		"more than max_deletes":      sync + "instances: {d: {name: renamed, memory: 4GB}, e: {}}",
		"all keys with a typo":       sync + "instances: {a1: {}, b1: {}, c1: {}, d1: {}}",
		"upsert":                     "policy: {mode: upsert, delete_after: 0s}\ninstances: {d: {}}",
		"mode left out":              "instances: {d: {}}",
		"observe":                    "policy: {mode: observe, delete_after: 0s, max_deletes: 100}\ninstances: {d: {name: renamed, memory: 4GB, state: paused}, e: {}}",
		"delete_after not over":      "policy: {mode: sync, max_deletes: 3, delete_after: 10h}\ninstances: {d: {}}",
		"suspended":                  sync + "instances: {a: {suspend: true}, b: {suspend: true}, c: {suspend: true}, d: {suspend: true, memory: 4GB, state: paused}}",
		"max_deletes 0, one missing": "policy: {mode: sync, max_deletes: 0, delete_after: 0s}\ninstances: {a: {}, b: {}, c: {}}",
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start(strings.Replace(four, "max_deletes: 1", "max_deletes: 4", 1))
				w.converge()
				before := len(w.sim.Mutations())
				w.edit(fleet)
				w.run(5 * time.Hour)
				w.start(fleet)
				w.run(4 * time.Hour)
				if w.alive() != 4 || w.deletes() > 0 {
					t.Errorf("%d are alive, want 4\n%s", w.alive(), w.story())
				}
				acted := len(w.sim.Mutations()) - before
				if may := strings.Contains(name, "delete_after"); acted > 0 && !may {
					t.Errorf("%d requests changed something\n%s", acted, w.story())
				}
			})
		})
	}
}

// What the parser refuses never comes into force: the doubled merge, the doubled key.
func TestDoubledMergesAreRefused(t *testing.T) {
	for _, fleet := range []string{four + four, four + "  a: {}\n", strings.Replace(four, "b: {}", "a: {memory: 4GB}", 1), four + "---\n" + four} {
		if _, err := spec.Parse("fleet.yaml", []byte(header+fleet)); err == nil {
			t.Errorf("was taken as a fleet:\n%s", fleet)
		}
	}
}

// A typo in one key makes a new instance and pauses the old one; mending the typo brings the
// old one back.
func TestATypoInAKeyCanBeMended(t *testing.T) {
	good := "policy: {mode: sync}\ninstances: {orders: {}, other: {}}"
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(good)
		w.converge()
		id := w.live("orders").ID
		w.edit("policy: {mode: sync}\ninstances: {ordrs: {}, other: {}}")
		w.run(time.Hour)
		if in := w.live("orders"); in.ID != id || in.Status != "paused" {
			t.Errorf("orders is %s as %s, want paused as %s", in.Status, in.ID, id)
		}
		w.edit(good)
		w.run(time.Hour)
		if in := w.live("orders"); in.ID != id || in.Status != "running" || w.deletes() > 0 {
			t.Errorf("orders is %s as %s after %d deletes, want running as %s", in.Status, in.ID, w.deletes(), id)
		}
	})
}

// protect is remembered after its block is gone, however the instance came to be ours.
func TestProtectOutlivesItsBlock(t *testing.T) {
	const without = "policy: {mode: sync, delete_after: 0s, max_deletes: 9}\ninstances: {other: {}}"
	const with = "policy: {mode: sync, delete_after: 0s, max_deletes: 9}\ninstances: {other: {}, a: {protect: true}}"
	for name, story := range map[string]func(*world){
		"born protected": func(w *world) { w.start(with); w.converge() },
		"protected later": func(w *world) {
			w.start(strings.Replace(with, "protect: true", "", 1))
			w.converge()
			w.edit(with)
			w.converge()
		},
		"adopted": func(w *world) {
			w.sim.Add(aurasim.Instance{Name: "a"})
			w.start(strings.Replace(with, "protect: true", "protect: true, adopt: true", 1))
			w.converge()
		},
		"adopted, protected later": func(w *world) {
			w.sim.Add(aurasim.Instance{Name: "a"})
			w.start(strings.Replace(with, "protect: true", "adopt: true", 1))
			w.converge()
			w.edit(strings.Replace(with, "protect: true", "protect: true, adopt: true", 1))
		},
		"rebuilt from the store": func(w *world) {
			w.start("fleet: acme\n" + with)
			w.converge()
			w.stop()
			w.dir = tempDir(w.t)
			w.start("fleet: acme\n" + with)
			w.converge()
		},
		"removed while aurad was down": func(w *world) { w.start(with); w.converge(); w.stop() },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				story(w)
				if w.state == nil {
					w.start(without)
				}
				w.edit(without)
				w.run(2 * time.Hour)
				w.start(without)
				w.run(2 * time.Hour)
				if in := w.live("a"); in.Status != "running" || w.deletes() > 0 {
					t.Errorf("the protected instance is %s after %d deletes\n%s", in.Status, w.deletes(), w.story())
				}
			})
		})
	}
}

// What left the file is paused once the file has been the same for a minute, and deleted when it has
// been paused for 72 hours that aurad lived through, over restarts; put back before that it runs
// again, and its time starts anew when it leaves again.
func TestRemovedIsPausedThenDeleted(t *testing.T) {
	const with, without = "policy: {mode: sync}\ninstances: {a: {}, b: {}}", "policy: {mode: sync}\ninstances: {b: {}}"
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(with)
		w.converge()
		password := w.live("a").Password
		w.edit(without)
		w.run(time.Hour)
		if in := w.live("a"); in.Status != "paused" {
			t.Errorf("a is %s an hour after it left the file, want paused\n%s", in.Status, w.story())
		}
		w.stop()
		time.Sleep(69 * time.Hour)
		w.start(without)
		w.run(4 * time.Hour)
		if w.deletes() > 0 {
			t.Errorf("a was deleted for hours in which aurad did not live\n%s", w.story())
		}
		w.edit(with)
		w.run(2 * time.Hour)
		if in := w.live("a"); in.Status != "running" || in.Password != password {
			t.Errorf("a is %s after its block came back, want running\n%s", in.Status, w.story())
		}
		w.edit(without)
		left := time.Now()
		w.run(71 * time.Hour)
		w.start(without)
		w.run(59 * time.Minute)
		if in := w.live("a"); in.Status != "paused" {
			t.Errorf("a is %s a minute before its time, want paused\n%s", in.Status, w.story())
		}
		w.run(10 * time.Minute)
		if w.alive() != 1 || w.deletes() != 1 {
			t.Errorf("%d are alive after %d deletes, want 1 and 1\n%s", w.alive(), w.deletes(), w.story())
		}
		for _, r := range w.sim.Mutations() {
			if late := r.At.Sub(left.Add(72 * time.Hour)); r.Method == "DELETE" && (late < 0 || late > 5*time.Minute) {
				t.Errorf("the delete came %s after its time", late)
			}
		}
		w.edit(with) // a new one, whatever is kept of the old one
		w.run(50 * time.Minute)
		if in := w.live("a"); w.made() != 3 || in.Password == password || w.password("a") != in.Password {
			t.Errorf("the kept credential of the deleted a is in the way of a new one:\n%s\n%s", steps(w.plan()), w.story())
		}
	})
}

// Somebody starts what waits to be deleted, in the very minutes before its time: it is not deleted, and
// its time begins anew.
func TestWhatSomebodyStartedIsNotDeleted(t *testing.T) {
	for _, before := range []time.Duration{10 * time.Second, 2 * time.Minute, 30 * time.Minute} {
		inWorld(t, aurasim.Config{Durations: even(20 * time.Second)}, func(w *world) {
			const without = "policy: {mode: sync, delete_after: 1h}\ninstances: {b: {}}"
			w.start("policy: {mode: sync, delete_after: 1h}\ninstances: {a: {}, b: {}}")
			w.converge()
			w.edit(without)
			w.run(10 * time.Minute)
			due := w.due("a")
			w.run(time.Until(due.Add(-before)))
			w.act("a", "resume")
			w.run(before + 5*time.Minute)
			if w.deletes() > 0 {
				t.Fatalf("started %s before its time, and deleted\n%s", before, w.story())
			}
			w.run(4 * time.Hour)
			if w.deletes() != 1 {
				t.Errorf("%d deletes in the end, want 1\n%s", w.deletes(), w.story())
			}
		})
	}
}

// due is when the plan says that the step of a key is due.
func (w *world) due(key string) time.Time {
	w.t.Helper()
	s := stepOf(w.plan(), key)
	if s.Due.IsZero() {
		w.t.Fatalf("%s is not due:\n%s", key, steps(w.plan()))
	}
	return s.Due
}

// A list that does not show an instance proves nothing by itself: lists may be stale. What was
// to be deleted is still remembered, and what is there is not taken for gone.
func TestAStaleListForgetsNothing(t *testing.T) {
	const with, without = "policy: {mode: sync, delete_after: 10h}\ninstances: {a: {}, b: {}}", "policy: {mode: sync, delete_after: 10h}\ninstances: {b: {}}"
	inWorld(t, aurasim.Config{}, func(w *world) {
		time.Sleep(time.Hour)
		w.start(with)
		w.converge()
		w.sim.Inject(aurasim.Fault{Match: isList, Kind: aurasim.StaleRead, Age: time.Hour, Times: -1})
		w.edit(without)
		w.run(20 * time.Minute)
		if p := w.plan(); len(blocked(p)) > 0 {
			t.Errorf("a stale list was believed:\n%s", steps(p))
		}
		w.start(without)
		w.run(20 * time.Minute)
		if p := w.plan(); len(blocked(p)) > 0 || w.live("a").Status != "paused" {
			t.Errorf("a stale list was believed after a restart; a is %s:\n%s", w.live("a").Status, steps(p))
		}
		w.sim.ClearFaults()
		w.run(10 * time.Hour)
		if w.alive() != 1 {
			t.Errorf("%d are alive: what left the file was forgotten\n%s", w.alive(), w.story())
		}
	})
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.start(with)
		w.converge()
		id := w.live("a").ID
		if err := w.sim.Act(id, "vanish"); err != nil {
			t.Fatal(err)
		}
		w.run(20 * time.Minute)
		before := w.sim.RequestCount()
		w.run(20 * time.Minute)
		if found := blocked(w.plan()); len(found) != 1 || found[0].InstanceID != id || w.made() != 2 {
			t.Errorf("a deleted by hand is not reported:\n%s", steps(w.plan()))
		}
		if n := w.sim.RequestCount() - before; n > 10 {
			t.Errorf("%d requests in 20 quiet minutes", n)
		}
		w.edit(without)
		w.run(20 * time.Minute)
		w.edit(with)
		w.run(20 * time.Minute)
		if w.alive() != 2 || w.password("a") != w.live("a").Password {
			t.Errorf("the way out that the plan tells did not lead out\n%s", w.story())
		}
	})
}

// A clock that is set while a removal waits brings its end no nearer, whichever way it is set.
func TestAJumpDeletesNothingEarly(t *testing.T) {
	for _, by := range []time.Duration{40 * 24 * time.Hour, 3 * time.Hour, 30 * time.Second, -time.Hour, -40 * 24 * time.Hour} {
		inWorld(t, aurasim.Config{Durations: even(20 * time.Second)}, func(w *world) {
			clock := fleettest.NewSetClock()
			w.clock = clock
			w.start("policy: {mode: sync, delete_after: 10h}\ninstances: {a: {}, b: {}}")
			w.converge()
			w.edit("policy: {mode: sync, delete_after: 10h}\ninstances: {b: {}}")
			w.run(5 * time.Hour)
			clock.Set(by)
			w.run(4*time.Hour + 50*time.Minute)
			if w.deletes() > 0 {
				t.Errorf("the clock was set by %s, and a was deleted early\n%s", by, w.story())
			}
			w.run(30 * time.Minute)
			if w.deletes() != 1 {
				t.Errorf("the clock was set by %s: %d deletes after 10 h, want 1\n%s", by, w.deletes(), w.story())
			}
		})
	}
}
