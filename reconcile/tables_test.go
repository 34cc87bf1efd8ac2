package reconcile

import (
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The tables in testdata/tables say what is decided of a scene, for each fact alone that may be
// so and for each two together. Sets of facts that come to the same stand under it. Where two come
// to what one of them comes to alone, that one decides, and they are only counted, at the end.
// -update writes the tables anew: read the difference before you commit it, a line that went
// elsewhere is a decision that changed. A long line stands in full where it comes first, and by its
// mark where it comes again.

// A fact is something that may be so of a T. Two with the same topic exclude each other.
type fact[T any] struct {
	topic, said string
	make        func(*T)
}

// decisions tells what is decided of a scene with no fact, each one, and each two.
func decisions[T any](scene func() T, decide func(T) string, facts ...fact[T]) string {
	of := func(set ...fact[T]) string {
		it := scene()
		for _, f := range set {
			f.make(&it)
		}
		return decide(it)
	}
	rows := pages{rows: map[string][]string{}}
	rows.add(of(), "nothing else")
	alone := make([]string, len(facts))
	for i, f := range facts {
		alone[i] = of(f)
	}
	decides := make([]int, len(facts))
	for i, a := range facts {
		rows.add(alone[i], a.said)
		for j := i + 1; j < len(facts); j++ {
			b := facts[j]
			if a.topic == b.topic {
				continue
			}
			switch both := of(a, b); {
			case both == alone[i] && both == alone[j]:
			case both == alone[i]:
				decides[i]++
			case both == alone[j]:
				decides[j]++
			default:
				rows.add(both, a.said+" + ", b.said)
			}
		}
	}
	out := rows.String() + "\nHow many of the others each decides over:\n"
	for i, f := range facts {
		out += fmt.Sprintf("%4d %s\n", decides[i], f.said)
	}
	return out
}

// each tells what is decided of a scene with each fact alone, where that differs.
func each[T any](scene func() T, decide func(T) string, facts ...fact[T]) string {
	rows := pages{rows: map[string][]string{}}
	usual := decide(scene())
	rows.add(usual, "else")
	for _, f := range facts {
		it := scene()
		f.make(&it)
		if outcome := decide(it); outcome != usual {
			rows.add(outcome, f.said)
		}
	}
	return rows.String()
}

// pages are the sets of facts that come to the same, by what that is.
type pages struct {
	outcomes []string
	rows     map[string][]string
}

// add adds a set; one that begins as the one before is put beside it.
func (p *pages) add(outcome, first string, rest ...string) {
	all := p.rows[outcome]
	if all == nil {
		p.outcomes = append(p.outcomes, outcome)
	}
	said := first + strings.Join(rest, "")
	if last := len(all) - 1; len(rest) > 0 && last >= 0 && strings.HasPrefix(all[last], first) {
		all[last] += ", " + rest[0]
	} else {
		all = append(all, said)
	}
	p.rows[outcome] = all
}

// String writes a line in full where it comes first, and by its verb and mark where it comes again.
func (p *pages) String() string {
	var b strings.Builder
	written := map[string]bool{}
	for _, o := range p.outcomes {
		for line := range strings.Lines(o + "\n") {
			line = strings.TrimSuffix(line, "\n")
			h := fnv.New32a()
			h.Write([]byte(line))
			mark := fmt.Sprintf("[%04x]", h.Sum32()&0xffff)
			switch {
			case len(line) < 40:
				mark = ""
			case written[line]:
				line, _, _ = strings.Cut(line, " ")
			}
			written[line] = true
			fmt.Fprintf(&b, "%s%s\n", mark, line)
		}
		fmt.Fprintf(&b, "    %s\n", strings.Join(p.rows[o], "\n    "))
	}
	return b.String()
}

// agrees compares a table with the one in testdata.
func agrees(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "tables", name+".txt")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range is {
		if i >= len(was) || is[i] != was[i] {
			t.Fatalf("%s is otherwise from line %d on; -update writes it anew:\n- %s\n+ %s", file, i+1, strings.Join(was[min(i, len(was)):min(i+3, len(was))], "\n- "), strings.Join(is[i:min(i+3, len(is))], "\n+ "))
		}
	}
	t.Fatalf("%s has more lines than there are decisions", file)
}

// told is an instant, as far from noon.
func told(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.Sub(noon).String()
}

// stepTold is everything that a step says.
func stepTold(s Step) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", s.Verb, s.Key)
	for _, part := range []struct{ before, text string }{{"/", s.InstanceID}, {" because of ", string(s.Cause)}, {", problem ", string(s.Problem)}, {", would ", string(s.Would)}} {
		if part.text != "" {
			b.WriteString(part.before + part.text)
		}
	}
	if s.Requests != 0 || s.Phase != 0 {
		fmt.Fprintf(&b, ", phase %d, %d requests", s.Phase, s.Requests)
	}
	if !s.Due.IsZero() {
		b.WriteString(", due " + told(s.Due))
	}
	for _, c := range s.Changes {
		fmt.Fprintf(&b, ", %s %q to %q", c.Field, c.Old, c.New)
	}
	return b.String() + ": " + s.Reason
}

// planTold is the plan, and the edges to come.
func planTold(w World) string {
	p := Diff(w)
	var lines []string
	for _, s := range p.Steps {
		lines = append(lines, stepTold(s))
	}
	for _, n := range p.Next {
		lines = append(lines, fmt.Sprintf("next %s %s at %s from %s: %s", n.Key, n.State, told(n.At), told(n.Start), n.Rule))
	}
	if len(lines) == 0 {
		return "nothing"
	}
	return strings.Join(lines, "\n")
}
