package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/reconcile"
)

// clockLayout shows a moment to people, in the file's time zone.
const clockLayout = "Mon 2006-01-02 15:04 MST"

// text is the plan for people: by instance, each in the order of doing.
func (fc forecast) text(c paint) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s%s, %s\n", fc.fleet.File, plural(fc.plan.Summary.Instances, "instance"), inAccounts(fc.fleet), fc.local(fc.plan.At).Format(clockLayout))
	for _, note := range fc.notes {
		fmt.Fprintln(&b, c.yellow("note: "+note))
	}
	all := groups(fc.plan.Steps)
	shared := notesOn(all)
	for _, g := range all {
		b.WriteByte('\n')
		fc.writeGroup(&b, c, g, shared)
	}
	for i, text := range shared.texts {
		fmt.Fprintf(&b, "\n(%d) %s\n", i+1, printable(text))
	}
	fmt.Fprintf(&b, "\n%s\n", c.bold(fc.summary()))
	fc.writeNext(&b, c)
	if saved := fc.savings(); saved != "" {
		fmt.Fprintln(&b, saved)
	}
	return b.String()
}

func (fc forecast) local(t time.Time) time.Time { return t.In(fc.fleet.Location) }

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
func (fc forecast) writeGroup(b *strings.Builder, c paint, g planGroup, shared footnotes) {
	line := 0
	for i, s := range g.of {
		id, in := "", ""
		if s.InstanceID != "" {
			id = " (" + printable(s.InstanceID) + ")"
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
		b.WriteString(c.bold(s.Key) + c.dim(id+in))
	}
	b.WriteByte('\n')
	for _, s := range g.steps {
		writeStep(b, c, s, shared.reason(s))
	}
}

func writeStep(b *strings.Builder, c paint, s reconcile.Step, reason string) {
	m := markOf(s.Verb)
	then := "    "
	if s.Verb.Acts() && s.Phase > 0 {
		then = "then"
	}
	fmt.Fprintf(b, "%s %s %s  %s", c.dim(then), m.paint(c, fmt.Sprintf("%-2s", m.sign)), m.paint(c, fmt.Sprintf("%-8s", s.Verb)), printable(reason))
	if s.Requests > 0 {
		b.WriteString(c.dim("  [" + plural(s.Requests, "request") + "]"))
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

func change(c paint, ch reconcile.Change) string {
	if ch.Old == "" {
		return c.green(printable(ch.New))
	}
	return c.red(printable(ch.Old)) + " -> " + c.green(printable(ch.New))
}

// mark is how a verb looks.
type mark struct {
	sign  string
	paint func(paint, string) string
}

func markOf(v reconcile.Verb) mark {
	switch v {
	case reconcile.Create:
		return mark{"+", paint.green}
	case reconcile.Adopt:
		return mark{"*", paint.green}
	case reconcile.Delete:
		return mark{"-", paint.red}
	case reconcile.Pause:
		return mark{"||", paint.blue}
	case reconcile.Resume:
		return mark{">", paint.blue}
	case reconcile.Blocked:
		return mark{"!", paint.red}
	case reconcile.Wait:
		return mark{"…", paint.dim}
	case reconcile.Hold:
		return mark{"=", paint.dim}
	}
	return mark{"~", paint.yellow}
}

// summary is one sentence about the whole plan.
func (fc forecast) summary() string {
	s := fc.plan.Summary
	parts := verbCounts(s)
	if fc.plan.Matches() {
		line := "The fleet matches " + fc.fleet.File + ": nothing to do."
		if n := s.Verbs[reconcile.Hold]; n > 0 {
			line += " " + leftAlone(n) + " on purpose."
		}
		return line
	}
	line := "Plan: " + strings.Join(parts, ", ") + "."
	if s.Requests > 0 {
		line += fmt.Sprintf(" At least %s%s.", plural(s.Requests, "API request"), fc.minutes())
	}
	return line
}

// leftAlone is "2 things are left as they are".
func leftAlone(n int) string {
	if n == 1 {
		return "1 thing is left as it is"
	}
	return plural(n, "thing") + " are left as they are"
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
