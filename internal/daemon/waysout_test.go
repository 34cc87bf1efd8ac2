package daemon_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// wayOut is a blocked step of key `a`, and what its reason says to do about it.
type wayOut struct {
	problem reconcile.Problem
	says    string       // the part of the reason that names this way
	begin   string       // the fleet, applied before anything happens; "" for none
	happens func(*world) // what goes wrong then; may be nil
	fleet   string       // in force from then on; "" leaves it
	out     func(*world) // the way out, to the letter
}

// edited is the way out that is an edit of the file.
func edited(fleet string) func(*world) { return func(w *world) { w.edit("instances: " + fleet) } }

// console is the way out that a person takes in the Aura console, at the instance of a name.
func console(name, act string) func(*world) {
	return func(w *world) { w.act(name, act) }
}

// act is a person's click.
func (w *world) act(name, act string) {
	w.t.Helper()
	if err := w.sim.Act(w.live(name).ID, act); err != nil {
		w.t.Fatal(err)
	}
}

// lostCreate lets the answer to the next create get lost.
func lostCreate(w *world) {
	w.sim.Inject(aurasim.Fault{Kind: aurasim.CutAfter, Method: "POST", PathPrefix: "/v1/instances", Match: func(r aurasim.Request) bool { return r.Path == "/v1/instances" }})
}

// marked is the one live instance that is still under the mark of its create.
func (w *world) marked() aurasim.Instance {
	w.t.Helper()
	for _, in := range w.sim.Instances() {
		if strings.Contains(in.Name, "~") && !in.Deleted {
			return in
		}
	}
	w.t.Fatalf("nothing bears a mark\n%s", w.story())
	return aurasim.Instance{}
}

func add(in aurasim.Instance) func(*world) { return func(w *world) { w.sim.Add(in) } }

func inTurn(acts ...func(*world)) func(*world) {
	return func(w *world) {
		for _, act := range acts {
			act(w)
		}
	}
}

// waysOut has every problem that blocks a step, how it comes about, and what ends it.
func waysOut() []wayOut {
	foreign := add(aurasim.Instance{ID: "0a1b2c3d", Name: "a"})
	lost := func(w *world) {
		w.edit("instances: {a: {}, b: {}}")
		w.run(30 * time.Minute)
	}
	return []wayOut{
		{reconcile.ProblemID, "use another key for 0a1b2c3d", "{a: {}}", add(aurasim.Instance{ID: "0a1b2c3d", Name: "other"}), "{a: {id: 0a1b2c3d}}",
			edited("{a: {}, other: {id: 0a1b2c3d}}")},
		{reconcile.ProblemGone, "aurad forget a", "{a: {}, b: {}}", console("a", "vanish"), "", func(w *world) {
			if _, err := w.d.Forget("a", "somebody", daemon.Forgetting{}); err != nil {
				w.t.Fatal(err)
			}
		}},
		{reconcile.ProblemGone, "policy.on_gone: recreate", "{a: {}, b: {}}", console("a", "vanish"), "",
			func(w *world) { w.edit("policy: {on_gone: recreate}\ninstances: {a: {}, b: {}}") }},
		{reconcile.ProblemGone, "give it with `id:`", "{a: {}, b: {}}", inTurn(console("a", "vanish"), add(aurasim.Instance{ID: "0a1b2c3d", Name: "restored"})), "",
			edited("{a: {id: 0a1b2c3d}, b: {}}")},
		{reconcile.ProblemGone, "take the block out", "{a: {}, b: {}}", console("a", "vanish"), "", edited("{b: {}}")},
		{reconcile.ProblemGone, "`id: 0a1b2c3d` takes it over", "{a: {}, b: {}}", inTurn(console("a", "vanish"), foreign), "", edited("{a: {id: 0a1b2c3d}, b: {}}")},
		{reconcile.ProblemNoCandidate, "take `id`/`adopt` out to create one", "{b: {}}", nil, "{a: {adopt: true}, b: {}}", edited("{a: {}, b: {}}")},
		{reconcile.ProblemCandidates, "say which with `id:`", "{b: {}}", inTurn(foreign, add(aurasim.Instance{Name: "a"})), "{a: {adopt: true}, b: {}}", edited("{a: {id: 0a1b2c3d}, b: {}}")},
		{reconcile.ProblemRivals, "let one of them have it", "{b: {}}", add(aurasim.Instance{ID: "0a1b2c3d", Name: "x"}), "{a: {id: 0a1b2c3d}, b: {}, c: {name: x, adopt: true}}", edited("{a: {id: 0a1b2c3d}, b: {}}")},
		{reconcile.ProblemNameTaken, "`adopt: true` takes it over", "{b: {}}", foreign, "{a: {}, b: {}}", edited("{a: {adopt: true}, b: {}}")},
		{reconcile.ProblemNameTaken, "another `name` makes a new one", "{b: {}}", foreign, "{a: {}, b: {}}", edited("{a: {name: a2}, b: {}}")},
		{reconcile.ProblemMark, "delete it", "{b: {}}", add(aurasim.Instance{Name: "a~deadbeef"}), "{a: {}, b: {}}", console("a~deadbeef", "delete")},
		{reconcile.ProblemMark, "adopt it with `id: 0a1b2c3d`", "{b: {}}", add(aurasim.Instance{ID: "0a1b2c3d", Name: "a~deadbeef"}), "{a: {}, b: {}}", edited("{a: {id: 0a1b2c3d}, b: {}}")},
		{reconcile.ProblemLost, "policy.on_lost_credentials: recreate", "{b: {}}", lostCreate, "{a: {}, b: {}}",
			func(w *world) { w.edit("policy: {on_lost_credentials: recreate}\ninstances: {a: {}, b: {}}") }},
		{reconcile.ProblemLost, "delete it in the Aura console", "{b: {}}", lostCreate, "{a: {}, b: {}}", func(w *world) { w.act(w.marked().Name, "delete") }},
		{reconcile.ProblemLostRemoved, "put the block back", "{b: {}}", inTurn(lostCreate, lost), "{b: {}}", edited("{a: {}, b: {}}")},
		{reconcile.ProblemLostRemoved, "delete it in the Aura console", "{b: {}}", inTurn(lostCreate, lost), "{b: {}}", func(w *world) { w.act(w.marked().Name, "delete") }},
		{reconcile.ProblemImmutable, "put the file back", "{a: {}}", nil, "{a: {region: europe-west2}}", edited("{a: {}}")},
		{reconcile.ProblemImmutable, "make a new instance under another key", "{a: {}}", nil, "{a: {region: europe-west2}}", edited("{a: {}, a2: {region: europe-west2}}")},
		{reconcile.ProblemUnusable, "see the console", "{a: {}}", console("a", "loading failed"), "", console("a", "running")},
		{reconcile.ProblemRefused, "see its plan in the Aura console", "{a: {}}", func(w *world) {
			w.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 400, Method: "PATCH", Times: -1, Body: `{"errors":[{"message":"no","reason":"tenant-incapable-of-action"}]}`})
		}, "{a: {memory: 4GB}}", func(w *world) { w.sim.ClearFaults() }},
		{reconcile.ProblemUndone, "make the change in the Aura console", "{a: {}}", func(w *world) { w.sim.Inject(ignoring("PATCH", "")) }, "{a: {memory: 4GB}}",
			inTurn(func(w *world) { w.sim.ClearFaults() }, console("a", "resize 4GB"))},
		{reconcile.ProblemRenamed, "say `moved: [{from: old, to: a}]`", "{old: {name: a}, b: {}}", nil, "{a: {}, b: {}}",
			func(w *world) { w.edit("moved: [{from: old, to: a}]\ninstances: {a: {}, b: {}}") }},
		{reconcile.ProblemRenamed, "give it another `name`", "{old: {name: a}, b: {}}", nil, "{a: {}, b: {}}", edited("{a: {name: a2}, b: {}}")},
		{reconcile.ProblemUndone, "take it out of the file", "{a: {}}", func(w *world) { w.sim.Inject(ignoring("PATCH", "")) }, "{a: {memory: 4GB}}", edited("{a: {}}")},
	}
}

// The file refuses two blocks of one name, so that what stops them in a plan is only a second lock.
func TestTwoBlocksOfOneNameAreRefused(t *testing.T) {
	if _, err := spec.Parse("fleet.yaml", []byte(header+"instances: {old: {name: a}, a: {}}")); err == nil || !strings.Contains(err.Error(), "choose another") {
		t.Errorf("%v", err)
	}
}

// A word of the file that can't be carried out is taken back, or what it asks for is written.
func TestWaysOutOfMovedAndRemoved(t *testing.T) {
	for _, c := range []struct {
		problem         reconcile.Problem
		key, says       string
		begin, file, to string
	}{
		{reconcile.ProblemMove, "c", "take the line out", "instances: {old: {}, b: {}, c: {}}", "moved: [{from: old, to: c}]\ninstances: {b: {}, c: {}}", "instances: {b: {}, c: {}}"},
		{reconcile.ProblemRemoved, "c", "take the line out", "instances: {b: {}}", "fleet: team\nremoved: [{key: c, id: 0a1b2c3d}]\ninstances: {b: {}}", "fleet: team\ninstances: {b: {}}"},
	} {
		t.Run(string(c.problem)+"/"+c.says, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				if c.problem == reconcile.ProblemRemoved {
					w.sim.Add(aurasim.Instance{ID: "0a1b2c3d", Name: "theirs"})
				}
				w.start(c.begin)
				w.converge()
				if c.problem == reconcile.ProblemRemoved {
					w.start(c.file)
				} else {
					w.edit(c.file)
				}
				w.run(time.Hour)
				if s := w.blockedStep(c.key); s.Problem != c.problem || !strings.Contains(s.Reason, c.says) {
					t.Fatalf("%s: %q\n%s", s.Problem, s.Reason, w.story())
				}
				w.edit(c.to)
				w.run(time.Hour)
				if s := w.blockedStep(c.key); s.Verb != "" || w.deletes() > 0 {
					t.Errorf("%s: %q\n%s", s.Problem, s.Reason, w.story())
				}
			})
		})
	}
}

// walkedElsewhere are the tests that walk what takes more than one file, account or key.
var walkedElsewhere = map[reconcile.Problem]string{
	reconcile.ProblemUnread:      "TestAReplyIsReadByAPerson", // of package main
	reconcile.ProblemTwins:       "TestTwoBlocksOfOneNameAreRefused",
	reconcile.ProblemMove:        "TestWaysOutOfMovedAndRemoved",
	reconcile.ProblemRemoved:     "TestWaysOutOfMovedAndRemoved",
	reconcile.ProblemTenant:      "TestAnotherTenantsListsProveNothing",
	reconcile.ProblemOwned:       "TestWaysOutOfTwoKeys",
	reconcile.ProblemLostOwned:   "TestWaysOutOfTwoKeys",
	reconcile.ProblemLostClaimed: "TestWaysOutOfTwoKeys",
	reconcile.ProblemMaxDeletes:  "TestWaysOutOfAStoppedPlan",
	reconcile.ProblemEmptyFile:   "TestWaysOutOfAStoppedPlan",
	reconcile.ProblemMovedAway:   "TestAKeyThatMovedIsBlocked",
	reconcile.ProblemMovedHere:   "TestAKeyThatMovedIsBlocked",
}

// Every blocked step names a way out, and what it says, done to the letter, ends the block.
func TestWaysOut(t *testing.T) {
	for _, c := range waysOut() {
		t.Run(string(c.problem)+"/"+c.says, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				if w.start("instances: " + c.begin); c.begin != "" {
					w.converge()
				}
				if c.happens != nil {
					c.happens(w)
				}
				w.run(10 * time.Minute) // lists are as old as they get
				if c.fleet != "" {
					w.edit("instances: " + c.fleet)
				}
				w.run(5*time.Hour + 30*time.Minute)
				s := w.blockedStep("a")
				if s.Problem != c.problem || !strings.Contains(s.Reason, c.says) {
					t.Fatalf("%s (%q) does not name the way\n%s", s.Problem, s.Reason, w.story())
				}
				c.out(w)
				w.run(3 * time.Hour)
				if s := w.blockedStep("a"); s.Problem == c.problem {
					t.Errorf("still blocked: %s\n%s", s.Reason, w.story())
				}
				if texts := w.told(journal.Unblocked, "a"); len(texts) == 0 {
					t.Errorf("nobody was told that it is over\n%s", w.story())
				}
			})
		})
	}
}

// What takes two keys: an instance that is another key's, or is to be.
func TestWaysOutOfTwoKeys(t *testing.T) {
	ends := func(w *world, p reconcile.Problem, key, says string, out func()) {
		w.t.Helper()
		w.run(time.Hour)
		if s := w.blockedStep(key); s.Problem != p || !strings.Contains(s.Reason, says) {
			w.t.Fatalf("%s: %q\n%s", s.Problem, s.Reason, w.story())
		}
		out()
		w.run(3 * time.Hour)
		if s := w.blockedStep(key); s.Problem == p {
			w.t.Errorf("still blocked: %s\n%s", s.Reason, w.story())
		}
	}
	t.Run("owned", func(t *testing.T) {
		inWorld(t, aurasim.Config{}, func(w *world) {
			w.start("instances: {a: {}}")
			w.converge()
			w.edit("instances: {a: {}, b: {id: " + w.live("a").ID + "}}")
			ends(w, reconcile.ProblemOwned, "b", "take this block out", func() { w.edit("instances: {a: {}}") })
		})
	})
	t.Run("lost, and another key wants it", func(t *testing.T) {
		inWorld(t, aurasim.Config{}, func(w *world) {
			lostCreate(w)
			w.start("instances: {a: {}}")
			w.run(30 * time.Minute)
			w.edit("instances: {a: {}, b: {id: " + w.marked().ID + ", suspend: true}}")
			ends(w, reconcile.ProblemLostClaimed, "a", "without that it could be deleted and made anew", func() { w.edit("instances: {a: {}}") })
		})
	})
	t.Run("lost, and another key has it", func(t *testing.T) {
		inWorld(t, aurasim.Config{}, func(w *world) {
			lostCreate(w)
			w.start("instances: {a: {}}")
			w.run(30 * time.Minute)
			w.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 400, Method: "PATCH", Times: -1})
			w.edit("instances: {a: {}, b: {id: " + w.marked().ID + "}}")
			ends(w, reconcile.ProblemLostOwned, "a", "once that one has its own name", func() { w.sim.ClearFaults() })
		})
	})
}

// A plan that is stopped as a whole goes on once the blocks are back, or once the file allows it.
func TestWaysOutOfAStoppedPlan(t *testing.T) {
	const named, all = "fleet: team\npolicy: {mode: sync, max_deletes: 1}\n", "instances: {a: {}, b: {}, c: {}, d: {}}"
	for _, c := range []struct {
		problem         reconcile.Problem
		left, says, out string
	}{
		{reconcile.ProblemMaxDeletes, named + "instances: {d: {}}", "put them back", named + all},
		{reconcile.ProblemMaxDeletes, named + "instances: {d: {}}", "raise policy.max_deletes", strings.Replace(named, "max_deletes: 1", "max_deletes: 3", 1) + "instances: {d: {}}"},
		{reconcile.ProblemEmptyFile, named + "instances: {}", "put them back", named + all},
	} {
		t.Run(string(c.problem)+"/"+c.says, func(t *testing.T) {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.start(named + all)
				w.converge()
				w.edit(c.left)
				w.run(time.Hour)
				s := w.blockedStep("a")
				if s.Problem != c.problem || !strings.Contains(s.Reason, c.says) {
					t.Fatalf("%s: %q\n%s", s.Problem, s.Reason, w.story())
				}
				w.edit(c.out)
				w.run(10 * time.Minute)
				if s := w.blockedStep("a"); s.Verb != "" || w.alive() != 4 {
					t.Errorf("%s: %q, %d alive\n%s", s.Problem, s.Reason, w.alive(), w.story())
				}
			})
		})
	}
}

// A problem without a walked way out is a dead end: whoever adds one adds its way here.
func TestEveryProblemHasAWalkedWayOut(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../reconcile/problem.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	walked := map[reconcile.Problem]bool{}
	for _, c := range waysOut() {
		walked[c.problem] = true
	}
	for p := range walkedElsewhere {
		walked[p] = true
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		v, ok := node.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return true
		}
		word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if n++; err != nil || !walked[reconcile.Problem(word)] {
			t.Errorf("%s (%q) has no way out that a test walks", v.Names[0].Name, word)
		}
		return true
	})
	if n < 20 {
		t.Errorf("found %d problems", n)
	}
	names := testsHere(t)
	for p, name := range walkedElsewhere {
		if !names[name] {
			t.Errorf("%s is said to be walked by %s, which does not exist", p, name)
		}
	}
}

// testsHere are the names of the functions in the tests of this folder and of the commands.
func testsHere(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, dir := range []string{".", "../cli"} {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					names[fn.Name.Name] = true
				}
			}
		}
	}
	return names
}
