package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aurad/aurad/reconcile"
)

// planGroup is what a plan says of one instance, or alike of several for which nothing is to be done.
type planGroup struct {
	of    []reconcile.Step // one of each instance: its key, and its id where a step knows it
	steps []reconcile.Step // in the order of doing, none twice
}

// groups are the steps of a plan by instance, in the order in which keys come first; a plan has the
// steps of one key in the order of their phases.
func groups(steps []reconcile.Step) []planGroup {
	var all []planGroup
	same := map[string]int{}
	for _, its := range byInstance(steps) {
		g := planGroup{[]reconcile.Step{who(its)}, distinct(its)}
		said := speech(g.steps)
		if i, ok := same[said]; ok && said != "" {
			all[i].of = append(all[i].of, g.of...)
			continue
		}
		same[said] = len(all)
		all = append(all, g)
	}
	return all
}

// who is a step that names the instance, if one does.
func who(steps []reconcile.Step) reconcile.Step {
	return steps[max(0, slices.IndexFunc(steps, func(s reconcile.Step) bool { return s.InstanceID != "" }))]
}

// distinct leaves out what a step before it has said already: two steps that one policy holds back.
func distinct(steps []reconcile.Step) (all []reconcile.Step) {
	said := map[string]bool{}
	for _, s := range steps {
		if what := speech([]reconcile.Step{s}); what == "" || !said[what] {
			said[what] = true
			all = append(all, s)
		}
	}
	return all
}

// speech is what steps say that do nothing and would change no field; "" for all others.
func speech(steps []reconcile.Step) string {
	var b strings.Builder
	for _, s := range steps {
		if s.Verb.Acts() || len(s.Changes) > 0 {
			return ""
		}
		fmt.Fprintf(&b, "%s %s\n", s.Verb, s.Reason)
	}
	return b.String()
}

// footnotes number the long reasons that several groups share, so that each is said once.
type footnotes struct {
	number map[string]int
	texts  []string
}

// longReason is the length, in bytes, from which on a reason is a sentence that nobody reads twice.
const longReason = 60

func notesOn(all []planGroup) footnotes {
	n, times := footnotes{number: map[string]int{}}, map[string]int{}
	for _, g := range all {
		for _, s := range g.steps {
			if times[s.Reason]++; times[s.Reason] == 2 && len(s.Reason) >= longReason {
				n.number[s.Reason] = 0
			}
		}
	}
	for _, g := range all {
		for _, s := range g.steps {
			if i, ok := n.number[s.Reason]; ok && i == 0 {
				n.texts = append(n.texts, s.Reason)
				n.number[s.Reason] = len(n.texts)
			}
		}
	}
	return n
}

// reason is that of a step, or where it stands.
func (n footnotes) reason(s reconcile.Step) string {
	if i, ok := n.number[s.Reason]; ok {
		return fmt.Sprintf("see (%d)", i)
	}
	return s.Reason
}
