package format

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/reconcile"
)

// nextShown bounds how many coming edges a plan lists.
const nextShown = 5

// edge is a moment at which several instances change in the same way.
type edge struct {
	reconcile.Transition
	keys []string
}

// edges groups the transitions of a plan, soonest first.
func edges(next []reconcile.Transition) []edge {
	var all []edge
	place := map[string]int{}
	for _, t := range next {
		id := t.At.String() + t.State + t.Rule
		i, ok := place[id]
		if !ok {
			i = len(all)
			place[id] = i
			all = append(all, edge{Transition: t})
		}
		all[i].keys = append(all[i].keys, t.Key)
	}
	return all
}

func (fc Forecast) writeNext(b *strings.Builder, c Paint) {
	all := edges(fc.Plan.Next)
	for i, e := range all[:min(len(all), nextShown)] {
		head := "      "
		if i == 0 {
			head = "Next: "
		}
		fmt.Fprintf(b, "%s%s  %-7s  %s  %s\n", head, fc.local(e.At).Format(ClockLayout), e.State, words.Some(e.keys, 4), c.Dim(plaintext.Line(e.Rule)))
	}
	if len(all) > nextShown {
		fmt.Fprintf(b, "      and %s\n", words.Plural(len(all)-nextShown, "later change"))
	}
}
