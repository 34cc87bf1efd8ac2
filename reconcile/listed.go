package reconcile

import (
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// FreshList is how old the list before a create may be: it is what rules out a duplicate.
const FreshList = time.Minute

// FreshlyListed reports whether the newest list may rule out a duplicate. One from the future,
// as after a clock was set back, is of unknown age.
func (w World) FreshlyListed() bool {
	age := w.Now.Sub(w.Observed.ListedAt)
	return age >= 0 && age < FreshList
}

// Find is the live instance that a key owns, or could adopt.
func (w World) Find(d spec.Desired, e Entry, named map[string][]observed.Live) (observed.Live, bool) {
	switch {
	case e.Has() != "":
		return w.Observed.Find(e.ID)
	case d.ID != "":
		return w.Observed.Find(d.ID)
	case d.Adopt && len(named[d.Name]) == 1:
		return named[d.Name][0], true
	}
	return observed.Live{}, false
}

// Wanted are the live instances that bear the name of a key that owns nothing yet: what it would
// adopt, or what forbids to create it.
func (w World) Wanted() map[string][]observed.Live {
	named := map[string][]observed.Live{}
	for i := range w.Desired {
		if w.Ledger[w.Desired[i].Key].Has() == "" {
			named[w.Desired[i].Name] = nil
		}
	}
	for i := range w.Observed.Instances {
		if all, ok := named[w.Observed.Instances[i].Name]; ok {
			named[w.Observed.Instances[i].Name] = append(all, w.Observed.Instances[i])
		}
	}
	return named
}
