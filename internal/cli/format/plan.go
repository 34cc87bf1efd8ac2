package format

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Forecast is a plan, and what its reader must know of how it came about.
type Forecast struct {
	Fleet *spec.Fleet
	Plan  reconcile.Plan
	Notes []string
}

// Text is the plan for people: by instance, each in the order of doing.
func (fc Forecast) Text(c Paint) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s%s, %s\n", fc.Fleet.File, words.Plural(fc.Plan.Summary.Instances, "instance"), inAccounts(fc.Fleet), fc.local(fc.Plan.At).Format(ClockLayout))
	for _, note := range fc.Notes {
		fmt.Fprintln(&b, c.Yellow("note: "+note))
	}
	all := groups(fc.Plan.Steps)
	shared := notesOn(all)
	for _, g := range all {
		b.WriteByte('\n')
		fc.writeGroup(&b, c, g, shared)
	}
	for i, text := range shared.texts {
		fmt.Fprintf(&b, "\n(%d) %s\n", i+1, plaintext.Line(text))
	}
	fmt.Fprintf(&b, "\n%s\n", c.Bold(fc.Summary()))
	fc.writeNext(&b, c)
	if saved := fc.savings(); saved != "" {
		fmt.Fprintln(&b, saved)
	}
	return b.String()
}

func (fc Forecast) local(t time.Time) time.Time { return t.In(fc.Fleet.Location) }

// byInstance groups steps by key, in the order in which the keys come first; a plan has the
// steps of one key in the order of their phases.
func byInstance(steps []reconcile.Step) [][]reconcile.Step {
	var groups [][]reconcile.Step
	place := map[string]int{}
	for _, s := range steps {
		i, ok := place[s.Key]
		if !ok {
			i = len(groups)
			place[s.Key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}

// widest is how long a line of keys may become.
const widest = 100

// writeGroup writes the steps of one instance, or what is said of several.
func (fc Forecast) writeGroup(b *strings.Builder, c Paint, g planGroup, shared footnotes) {
	line := 0
	for i, s := range g.of {
		id, in := "", ""
		if s.InstanceID != "" {
			id = " (" + plaintext.Line(s.InstanceID) + ")"
		}
		if account := fc.accountOf(s.Key); account != "" {
			in = " in " + account
		}
		wide := len(s.Key) + len(id) + len(in) + 2
		switch {
		case i > 0 && line+wide > widest:
			b.WriteString(",\n")
			line = 0
		case i > 0:
			b.WriteString(", ")
		}
		line += wide
		b.WriteString(c.Bold(s.Key) + c.Dim(id+in))
	}
	b.WriteByte('\n')
	for _, s := range g.steps {
		writeStep(b, c, s, shared.reason(s))
	}
}

func writeStep(b *strings.Builder, c Paint, s reconcile.Step, reason string) {
	m := MarkOf(s.Verb)
	then := "    "
	if s.Verb.Acts() && s.Phase > 0 {
		then = "then"
	}
	fmt.Fprintf(b, "%s %s %s  %s", c.Dim(then), m.Paint(c, fmt.Sprintf("%-2s", m.Sign)), m.Paint(c, fmt.Sprintf("%-8s", s.Verb)), plaintext.Line(reason))
	if s.Requests > 0 {
		b.WriteString(c.Dim("  [" + words.Plural(s.Requests, "request") + "]"))
	}
	b.WriteByte('\n')
	wide := 0
	for _, ch := range s.Changes {
		wide = max(wide, len(ch.Field))
	}
	for _, ch := range s.Changes {
		fmt.Fprintf(b, "            %-*s  %s\n", wide, ch.Field, change(c, ch))
	}
}

func change(c Paint, ch reconcile.Change) string {
	if ch.Old == "" {
		return c.Green(plaintext.Line(ch.New))
	}
	return c.Red(plaintext.Line(ch.Old)) + " -> " + c.Green(plaintext.Line(ch.New))
}

// Mark is how a verb looks.
type Mark struct {
	Sign  string
	Paint func(Paint, string) string
}

// MarkOf is how people see a verb.
func MarkOf(v reconcile.Verb) Mark {
	switch v {
	case reconcile.Create:
		return Mark{"+", Paint.Green}
	case reconcile.Adopt:
		return Mark{"*", Paint.Green}
	case reconcile.Delete:
		return Mark{"-", Paint.Red}
	case reconcile.Pause:
		return Mark{"||", Paint.Blue}
	case reconcile.Resume:
		return Mark{">", Paint.Blue}
	case reconcile.Blocked:
		return Mark{"!", Paint.Red}
	case reconcile.Wait:
		return Mark{"…", Paint.Dim}
	case reconcile.Hold:
		return Mark{"=", Paint.Dim}
	}
	return Mark{"~", Paint.Yellow}
}

// Summary is one sentence about the whole plan.
func (fc Forecast) Summary() string {
	s := fc.Plan.Summary
	parts := verbCounts(s)
	if fc.Plan.Matches() {
		line := "The fleet matches " + fc.Fleet.File + ": nothing to do."
		if n := s.Verbs[reconcile.Hold]; n > 0 {
			line += " " + leftAlone(n) + " on purpose."
		}
		return line
	}
	line := "Plan: " + strings.Join(parts, ", ") + "."
	if s.Requests > 0 {
		line += fmt.Sprintf(" At least %s%s.", words.Plural(s.Requests, "API request"), fc.minutes())
	}
	return line
}

// leftAlone is "2 things are left as they are".
func leftAlone(n int) string {
	if n == 1 {
		return "1 thing is left as it is"
	}
	return words.Plural(n, "thing") + " are left as they are"
}

// verbCounts is "3 to create", "1 blocked", in the order of verbs in the documentation.
func verbCounts(s reconcile.Summary) []string {
	var parts []string
	for _, v := range []reconcile.Verb{reconcile.Create, reconcile.Adopt, reconcile.Rename, reconcile.Resize, reconcile.Update,
		reconcile.Upgrade, reconcile.Resume, reconcile.Pause, reconcile.Delete} {
		if n := s.Verbs[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", n, v))
		}
	}
	for _, v := range []struct {
		verb reconcile.Verb
		word string
	}{{reconcile.Blocked, "blocked"}, {reconcile.Wait, "waiting"}, {reconcile.Hold, "left alone"}} {
		if n := s.Verbs[v.verb]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v.word))
		}
	}
	return parts
}
