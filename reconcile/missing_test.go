package reconcile_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// What it takes to believe that an instance is gone. l is a whole list without it, e an empty one,
// d a look that is denied in Aura's own words, n a 404 of somebody else, s a look or list that shows it; each comes
// a minute after the one before, or at once after an apostrophe.
func TestWhatProvesThatItIsGone(t *testing.T) {
	for _, c := range []struct {
		seen string
		gone bool
	}{
		{"", false}, {"l", false}, {"l'l", false}, {"ll", true}, {"lll", true},
		{"e", false}, {"ee", false}, {"eeee", false}, {"el", true}, {"le", true},
		{"d", false}, {"dd", false}, {"ld", true}, {"dl", true}, {"ed", true}, {"de", true},
		{"n", false}, {"ln", false}, {"nn", false}, {"nl", false}, {"nll", true},
		{"ls", false}, {"lsl", false}, {"lls", false}, {"lds", false}, {"dsl", false}, {"llsl", false},
	} {
		e, now := reconcile.Entry{ID: "i1"}, at("12:00:00")
		for _, what := range c.seen {
			switch what {
			case '\'':
				now = now.Add(-time.Minute)
				continue
			case 'l', 'e':
				e = e.Unlisted(what == 'l', now)
			case 'd', 'n':
				e = e.NotFound(what == 'd', now)
			case 's':
				e, _, _ = e.Seen(observed.Live{ID: "i1", Status: "running"}, now)
			}
			now = now.Add(time.Minute)
		}
		if e.Missing.Gone() != c.gone {
			t.Errorf("%q: gone is %t: %+v", c.seen, e.Missing.Gone(), e.Missing)
		}
		if c.gone && (e.Missing.ID != "i1" || !e.Missing.Since.Equal(at("12:00:00"))) {
			t.Errorf("%q: %s since %s", c.seen, e.Missing.ID, e.Missing.Since)
		}
	}
}

// A second instance is made only if policy.on_gone says so, and only on a certainty that both lists
// and a look agree on.
func TestAGoneInstanceIsMadeAnewOnlyWhenTold(t *testing.T) {
	for _, c := range []struct {
		policy spec.OnGone
		lists  int
		denied bool
		want   reconcile.Verb
	}{
		{spec.ReportGone, 2, true, reconcile.Blocked},
		{"", 2, true, reconcile.Blocked},
		{spec.RecreateGone, 2, true, reconcile.Create},
		{spec.RecreateGone, 1, true, reconcile.Blocked},
		{spec.RecreateGone, 2, false, reconcile.Blocked},
	} {
		w := reconcile.World{Now: at("12:00:00"), Observed: observed.Fleet{ListedAt: at("11:59:50")},
			Desired: []spec.Desired{{Instance: spec.Instance{Key: "a", Name: "a"}, Wants: spec.Running}},
			Ledger:  reconcile.Ledger{"a": {ID: "i1", Missing: &reconcile.Missing{ID: "i1", Lists: c.lists, Others: true, Denied: c.denied}}}}
		p := reconcile.Permit(reconcile.Diff(w), spec.Policy{Mode: spec.Upsert, OnGone: c.policy})
		if len(p.Steps) != 1 || p.Steps[0].Verb != c.want || p.Steps[0].Cause != reconcile.CauseGone {
			t.Errorf("%+v: %+v", c, p.Steps)
		}
	}
}
