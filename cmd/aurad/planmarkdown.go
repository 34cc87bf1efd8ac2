package main

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/reconcile"
)

// markdown is the plan as a comment on a pull request.
func (fc forecast) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### aurad plan: %s\n\n%s\n\n", mdText(fc.fleet.File+inAccounts(fc.fleet)), mdText(fc.summary()))
	for _, note := range fc.notes {
		fmt.Fprintf(&b, "> %s\n\n", mdText(note))
	}
	if len(fc.plan.Steps) > 0 {
		b.WriteString("| | instance | step | changes | reason | requests |\n|---|---|---|---|---|---|\n")
	}
	all := groups(fc.plan.Steps)
	shared := notesOn(all)
	for _, g := range all {
		for _, s := range g.steps {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %d |\n", strings.ReplaceAll(markOf(s.Verb).sign, "|", "‖"), mdInstances(g.of), mdCell(string(s.Verb)), mdChanges(s.Changes), mdCell(shared.reason(s)), s.Requests)
		}
	}
	for i, text := range shared.texts {
		fmt.Fprintf(&b, "\n(%d) %s\n", i+1, mdText(text))
	}
	if len(fc.plan.Next) > 0 {
		b.WriteString("\n**Next**\n\n")
	}
	next := edges(fc.plan.Next)
	for _, e := range next[:min(len(next), nextShown)] {
		fmt.Fprintf(&b, "- %s: %s %s (%s)\n", fc.local(e.At).Format(clockLayout), e.State, mdText(someOf(e.keys, 4)), mdText(e.Rule))
	}
	if saved := fc.savings(); saved != "" {
		fmt.Fprintf(&b, "\n%s\n", mdText(saved))
	}
	return b.String()
}

func mdInstances(of []reconcile.Step) string {
	var all []string
	for _, s := range of {
		name := mdCell(s.Key)
		if s.InstanceID != "" {
			name += " (" + mdCell(s.InstanceID) + ")"
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

func mdChanges(changes []reconcile.Change) string {
	var parts []string
	for _, ch := range changes {
		text := mdCell(ch.Field) + ": "
		if ch.Old != "" {
			text += mdCell(ch.Old) + " → "
		}
		parts = append(parts, text+mdCell(ch.New))
	}
	return strings.Join(parts, "<br>")
}
