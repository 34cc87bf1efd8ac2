package format

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/reconcile"
)

// Markdown is the plan as a comment on a pull request.
func (fc Forecast) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### aurad plan: %s\n\n%s\n\n", mdText(fc.Fleet.File+inAccounts(fc.Fleet)), mdText(fc.Summary()))
	for _, note := range fc.Notes {
		fmt.Fprintf(&b, "> %s\n\n", mdText(note))
	}
	if len(fc.Plan.Steps) > 0 {
		b.WriteString("| | instance | step | changes | reason | requests |\n|---|---|---|---|---|---|\n")
	}
	all := groups(fc.Plan.Steps)
	shared := notesOn(all)
	for _, g := range all {
		for _, s := range g.steps {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %d |\n", strings.ReplaceAll(MarkOf(s.Verb).Sign, "|", "‖"), mdInstances(g.of), mdCell(string(s.Verb)), mdChanges(s.Changes), mdCell(shared.reason(s)), s.Requests)
		}
	}
	for i, text := range shared.texts {
		fmt.Fprintf(&b, "\n(%d) %s\n", i+1, mdText(text))
	}
	if len(fc.Plan.Next) > 0 {
		b.WriteString("\n**Next**\n\n")
	}
	next := edges(fc.Plan.Next)
	for _, e := range next[:min(len(next), nextShown)] {
		fmt.Fprintf(&b, "- %s: %s %s (%s)\n", fc.local(e.At).Format(ClockLayout), e.State, mdText(words.Some(e.keys, 4)), mdText(e.Rule))
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
