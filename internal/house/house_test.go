package house

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// How much a newcomer can hold in mind at once.
const (
	mostTypes      = 25 // in a package
	mostFiles      = 16 // in a package, tests apart
	mostTypesLarge = 40 // in one of largePackages
	mostMethods    = 25 // of a receiver
	mostLines      = 400
	mostOfFunction = 60
	mostOfMain     = 60 // lines in cmd/aurad
)

// largePackages are one idea each that does not come apart: the rules of a plan, the fleet, and a
// copy of somebody else's API. Their files are not counted.
var largePackages = []string{"reconcile", "spec", "internal/aurasim"}

// riddles are names that only who chose them can solve: verbs and adjectives without their noun.
var riddles = []string{"give", "safe", "present", "patient", "unproven", "vain", "World.late", "stuff", "doIt", "helper", "util", "manager"}

// notYet is what breaks a rule today: by the rule and what it is about, with today's number. A number
// may only go down, and a line goes when the rule is kept.
var notYet = map[string]int{
	"methods reconcile Entry": 60,
}

// fault is one breach of a rule that has a number.
type fault struct {
	what string // rule and subject, as in notYet
	n    int
	most int
}

func (f fault) String() string { return fmt.Sprintf("%s: %d, at most %d", f.what, f.n, f.most) }

// tooMuch measures one package.
func tooMuch(s source) (found []fault) {
	note := func(rule, what string, n, most int) {
		if n > most {
			found = append(found, fault{strings.TrimSpace(rule + " " + s.dir + " " + what), n, most})
		}
	}
	types := mostTypes
	if slices.Contains(largePackages, s.dir) {
		types = mostTypesLarge
	} else {
		note("files", "", len(s.files), mostFiles)
	}
	note("types", "", s.types(), types)
	for name, n := range s.methods() {
		note("methods", name, n, mostMethods)
	}
	files, functions := s.lines()
	for _, id := range riddlesIn(s) {
		found = append(found, fault{"name " + id, 1, 0})
	}
	sum := 0
	for name, n := range files {
		note("lines", name, n, mostLines)
		sum += n
	}
	for name, n := range functions {
		note("lines", name, n, mostOfFunction)
	}
	if s.dir == "cmd/aurad" {
		note("lines", "", sum, mostOfMain)
	}
	return found
}

// judge compares what was found with what is allowed for the time being.
func judge(found []fault, notYet map[string]int) (wrong []string) {
	seen := map[string]bool{}
	for _, f := range found {
		seen[f.what] = true
		switch most, listed := notYet[f.what]; {
		case !listed:
			wrong = append(wrong, f.String()+": cut it along its ideas, or say what it is of")
		case f.n > most:
			wrong = append(wrong, fmt.Sprintf("%s; notYet has %d, which may only go down", f, most))
		}
	}
	for what := range notYet {
		if !seen[what] {
			wrong = append(wrong, what+": the rule is kept, so take the line out of notYet")
		}
	}
	slices.Sort(wrong)
	return wrong
}

func TestNothingIsTooMuch(t *testing.T) {
	var found []fault
	for _, s := range sources(t) {
		found = append(found, tooMuch(s)...)
	}
	for _, what := range judge(found, notYet) {
		t.Error(what)
	}
}

func TestTooMuchIsSeen(t *testing.T) {
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line+"\n", i)
		}
		return b.String()
	}
	local := "func f() { type inner int }\n"
	for want, s := range map[string]source{
		"types p: 26, at most 25":         written(t, "p", "package p\n"+local+many(25, "type t%d int")),
		"types spec: 41, at most 40":      written(t, "spec", "package spec\n"+many(41, "type t%d int")),
		"files p: 17, at most 16":         written(t, "p", slices.Repeat([]string{"package p"}, 17)...),
		"methods p T: 26, at most 25":     written(t, "p", "package p\ntype T[V any] struct{}\n"+many(13, "func (t *T[V]) a%d() {}")+many(13, "func (t T[V]) b%d() {}")),
		"lines p f0.go: 401, at most 400": written(t, "p", "package p\n"+strings.Repeat("\n", 399)+"\n"),
		"lines p f0.go f: 61, at most 60": written(t, "p", "package p\nfunc f() {\n"+strings.Repeat("\n", 59)+"}"),
		"name give: 1, at most 0":         written(t, "p", "package p\nfunc give() {}"),
	} {
		if got := tooMuch(s); len(got) != 1 || got[0].String() != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	for _, s := range []source{
		written(t, "p", slices.Concat([]string{"package p\n" + many(25, "type t%d int") + many(25, "func (t0) m%d() {}")}, slices.Repeat([]string{"package p"}, 15))...),
		written(t, "reconcile", slices.Concat([]string{"package p\n" + many(40, "type t%d int")}, slices.Repeat([]string{"package p"}, 30))...),
	} {
		if got := tooMuch(s); got != nil {
			t.Errorf("got %v of what is within its bounds", got)
		}
	}
}

func TestNotYetOnlyShrinks(t *testing.T) {
	found := []fault{{"types p", 30, 25}}
	for name, row := range map[string]struct {
		notYet map[string]int
		wrong  int
	}{
		"unlisted": {nil, 1}, "as listed": {map[string]int{"types p": 30}, 0}, "fewer": {map[string]int{"types p": 31}, 0},
		"more": {map[string]int{"types p": 29}, 1}, "stale": {map[string]int{"types p": 30, "types q": 30}, 1},
	} {
		if got := judge(found, row.notYet); len(got) != row.wrong {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// riddlesIn are the names of a package that say nothing.
func riddlesIn(s source) (found []string) {
	for _, file := range s.files {
		for _, id := range declared(file) {
			if slices.Contains(riddles, id) {
				found = append(found, id)
			}
		}
	}
	return found
}

func TestNamesSayWhatTheyAreOf(t *testing.T) {
	made := written(t, "p", "package p\ntype World struct{}\nfunc (World) late() {}\nfunc (World) safe() {}\nfunc late() {}\nconst vain = 1\n")
	if got := riddlesIn(made); len(got) != 3 {
		t.Errorf("got %q", got)
	}
}

func TestEveryPackageSaysWhatItKnows(t *testing.T) {
	for _, s := range sources(t) {
		if !s.documented() {
			t.Errorf("%s has no comment on the package: say what it knows and what it must not know", s.dir)
		}
	}
	for text, want := range map[string]bool{"package p": false, "// Package q is q.\npackage p": false, "// Package p is p.\npackage p": true, "// Command p.\npackage main": true, "package main": false} {
		if got := written(t, "p", text).documented(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
