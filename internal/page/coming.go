package page

import (
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Edge is a moment at which instances change together.
type Edge struct {
	At       time.Time
	When, In string // When as in a list, AtWhen as in a sentence
	AtWhen   string
	Verb     string // pause, resume, resize
	Keys     []string
	More     int // keys beyond those
}

const (
	shownEdges = 6
	shownKeys  = 8
)

// verbOf is what a transition does to an instance that should be in a state now.
func verbOf(t reconcile.Transition, wants spec.State) string {
	switch {
	case t.State == string(spec.Paused):
		return "pause"
	case wants == spec.Running:
		return "resize"
	}
	return "resume"
}

// coming groups transitions, soonest first; wants is what the instances should be now, by key.
func coming(next []reconcile.Transition, wants map[string]spec.State, now time.Time) []Edge {
	var edges []Edge
	for _, t := range next {
		verb := verbOf(t, wants[t.Key])
		i := len(edges) - 1
		for i >= 0 && (edges[i].Verb != verb || !edges[i].At.Equal(t.At)) {
			i--
		}
		if i < 0 {
			if len(edges) == shownEdges {
				break
			}
			edges = append(edges, Edge{At: t.At.In(now.Location()), When: moment(t.At, now), AtWhen: at(t.At, now), In: span(t.At.Sub(now)), Verb: verb})
			i = len(edges) - 1
		}
		edges[i].Keys = append(edges[i].Keys, t.Key)
	}
	for i, e := range edges {
		if len(e.Keys) > shownKeys {
			edges[i].More = len(e.Keys) - shownKeys
			edges[i].Keys = e.Keys[:shownKeys]
		}
	}
	return edges
}
