package reconcile_test

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/reconcile"
)

// brief writes a plan one step a line, without its reasons: `0 resize a (drift) memory 2GB>4GB`.
// A step that only speaks shows what it would do, and has no phase.
func brief(p reconcile.Plan) string {
	lines := make([]string, len(p.Steps))
	for i, s := range p.Steps {
		lines[i] = briefStep(s)
	}
	return strings.Join(lines, "\n")
}

func briefStep(s reconcile.Step) string {
	var b strings.Builder
	if s.Verb.Acts() {
		fmt.Fprintf(&b, "%d ", s.Phase)
	}
	fmt.Fprintf(&b, "%s %s (%s)", s.Verb, s.Key, s.Cause)
	if s.Would != "" {
		fmt.Fprintf(&b, " would %s", s.Would)
	}
	for _, c := range s.Changes {
		if s.Verb != reconcile.Create && s.Would != reconcile.Create {
			fmt.Fprintf(&b, " %s %s>%s", c.Field, c.Old, c.New)
		}
	}
	return b.String()
}
