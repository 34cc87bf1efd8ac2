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
	for _, group := range byInstance(fc.plan.Steps) {
		for _, s := range group {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %d |\n", strings.ReplaceAll(markOf(s.Verb).sign, "|", "‖"), mdInstance(s), mdText(string(s.Verb)), mdChanges(s.Changes), mdText(s.Reason), s.Requests)
		}
	}
	if len(fc.plan.Next) > 0 {
		b.WriteString("\n**Next**\n\n")
	}
	all := edges(fc.plan.Next)
	for _, e := range all[:min(len(all), nextShown)] {
		fmt.Fprintf(&b, "- %s: %s %s (%s)\n", fc.local(e.At).Format(clockLayout), e.State, mdText(someOf(e.keys, 4)), mdText(e.Rule))
	}
	if saved := fc.savings(); saved != "" {
		fmt.Fprintf(&b, "\n%s\n", mdText(saved))
	}
	return b.String()
}

func mdInstance(s reconcile.Step) string {
	if s.InstanceID == "" {
		return mdText(s.Key)
	}
	return mdText(s.Key) + " (" + mdText(s.InstanceID) + ")"
}

func mdChanges(changes []reconcile.Change) string {
	var parts []string
	for _, ch := range changes {
		text := mdText(ch.Field) + ": "
		if ch.Old != "" {
			text += mdText(ch.Old) + " → "
		}
		parts = append(parts, text+mdText(ch.New))
	}
	return strings.Join(parts, "<br>")
}
