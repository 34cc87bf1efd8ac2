package reconcile

import (
	"slices"
	"strings"

	"github.com/aurad/aurad/reconcile/observed"
)

// hidesName reports whether an instance of this name, or one born for it, is listed without an id.
func hidesName(o observed.Fleet, name string) bool {
	return slices.ContainsFunc(o.Unreadable, func(n string) bool { return n == name || marked(n, name) })
}

// hidesMark reports whether an entry without an id may be the instance that carries nonce.
func hidesMark(o observed.Fleet, nonce string) bool {
	return slices.ContainsFunc(o.Unreadable, func(n string) bool { return n == "" || strings.HasSuffix(n, "~"+nonce) })
}

// Keeping returns o, a new list, with what is led's and that the list leaves out: lists may be stale, and a
// key forgotten too soon would leave its instance behind. A look decides: only its 404 says that one is
// gone. left are the ids that the list does not show.
func Keeping(o observed.Fleet, led Ledger, before observed.Fleet) (kept observed.Fleet, left map[string]bool) {
	kept, left = o, map[string]bool{}
	for _, key := range led.Keys() {
		e := led[key]
		if _, there := o.Find(e.ID); there || e.ID == "" || e.Missing.Gone() {
			continue
		}
		left[e.ID] = true
		live, known := before.Find(e.ID)
		if !known {
			live = observed.Live{ID: e.ID, TenantID: e.TenantID}
		}
		if e.Op == nil {
			live = live.Unseen()
		}
		kept = kept.With(live)
	}
	return kept, left
}
