package reconcile

import (
	"fmt"
	"slices"
)

// An account knows two things of the others of its file: which keys the file gives them, and
// which keys they own. Instances can't move between accounts, so a key that did is a person's to
// decide on, on both sides; it has not left the file, so nothing is paused or deleted for it.

// moved reports whether the file gives key to another account.
func (w relocations) moved(key string) bool {
	_, found := slices.BinarySearch(w.Elsewhere, key)
	return found
}

// movedAway plans for a key of ours that the file gives to another account. A create under way
// goes on as far as the password's safety asks.
func (w relocations) movedAway(key string, e Entry, ix index) []Step {
	if e.Birth != nil {
		return departures(w).removed(key, e, ix)
	}
	if _, ok := w.Observed.Find(e.ID); !ok || e.ID == "" {
		return newcomers(w).withLatecomers(key, e, ix, nil)
	}
	return newcomers(w).withLatecomers(key, e, ix, []Step{blocked(key, e.ID, CauseOwnership, ProblemMovedAway, fmt.Sprintf(
		"the file gives it to another account, and instances can't move between accounts: put `account: %s` back, or use another key there", w.Account))})
}

// movedHere stops a key that another account owns: making it here too would leave the other one
// behind, unwatched and billed.
func (w relocations) movedHere(key, owner string) []Step {
	return []Step{blocked(key, "", CauseOwnership, ProblemMovedHere, fmt.Sprintf(
		"account %s has an instance for this key, and instances can't move between accounts: put `account: %s` back, or use another key in account %s", owner, owner, w.Account))}
}
