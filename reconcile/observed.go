package reconcile

import (
	"slices"
	"strings"
)

// With returns o with what is known of one instance replaced, or added.
func (o Observed) With(live Live) Observed {
	o.Instances = slices.Clone(o.Instances)
	i, found := slices.BinarySearchFunc(o.Instances, live.ID, byID)
	if found {
		o.Instances[i] = live
	} else {
		o.Instances = slices.Insert(o.Instances, i, live)
	}
	return o
}

// Without returns o without an instance, which the API no longer knows.
func (o Observed) Without(id string) Observed {
	o.Instances = slices.Clone(o.Instances)
	if i, found := slices.BinarySearchFunc(o.Instances, id, byID); found {
		o.Instances = slices.Delete(o.Instances, i, i+1)
	}
	return o
}

// Doubting returns o with an instance marked as not looked at, so that a look comes before anything else.
func (o Observed) Doubting(id string) Observed {
	live, ok := o.Find(id)
	if !ok {
		return o
	}
	return o.With(live.unseen())
}

// unseen is what is known of an instance that must be looked at anew.
func (l Live) unseen() Live {
	l.SeenAt, l.Status = Live{}.SeenAt, ""
	return l
}

// Keeping returns a new list with what is led's and that the list leaves out: lists may be stale, and a
// key forgotten too soon would leave its instance behind. A look decides: only its 404 says that one is
// gone. left are the ids that the list does not show.
func (o Observed) Keeping(led Ledger, before Observed) (kept Observed, left map[string]bool) {
	kept, left = o, map[string]bool{}
	for _, key := range led.Keys() {
		e := led[key]
		if _, there := o.Find(e.ID); there || e.ID == "" || e.Missing.Gone() {
			continue
		}
		left[e.ID] = true
		live, known := before.Find(e.ID)
		if !known {
			live = Live{ID: e.ID, TenantID: e.TenantID}
		}
		if e.Op == nil {
			live = live.unseen()
		}
		kept = kept.With(live)
	}
	return kept, left
}

func byID(l Live, id string) int { return strings.Compare(l.ID, id) }
