package reconcile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// relocations are keys that were renamed, and names that others bear.
type relocations struct{ World }

// A key is the identity of an instance: what it owns, its credential, its holds and its history
// hang on it. `moved: [{from, to}]` takes all of that along to another key, without a request to Aura.

// Moves returns what is to be moved now, old key to new key: all of it at once, so that keys can
// swap. A chain is followed as far as the file has no block for its middle; what was carried out
// already, or owns nothing, is left out.
func (l Ledger) Moves(f []spec.Move, listed func(key string) bool) map[string]string {
	next := make(map[string]string, len(f))
	for _, m := range f {
		next[m.From] = m.To
	}
	moves := map[string]string{}
	for _, m := range f {
		if e := l[m.From]; !e.Owns() || l[m.To].MovedFrom == m.From && l[m.To].Owns() {
			continue
		}
		to := m.To
		for hops := 0; !listed(to) && next[to] != "" && hops < len(f); hops++ {
			to = next[to]
		}
		if to == m.From { // round in a circle of keys without a block: it stays, and nothing can take its place
			continue
		}
		moves[m.From] = to
	}
	return moves
}

// Move returns the entries that change when moves are carried out, and the keys that are left
// with none.
func (l Ledger) Move(moves map[string]string) (changed Ledger, left []string) {
	changed = Ledger{}
	for from, to := range moves {
		e := l[from]
		if e.Credential == CredentialStored && e.StoredUnder == "" {
			e.StoredUnder = from
		}
		if e.StoredUnder == to {
			e.StoredUnder = ""
		}
		e.MovedFrom, e.Absence = from, nil
		changed[to] = e
	}
	for from := range moves {
		if _, taken := changed[from]; !taken {
			left = append(left, from)
		}
	}
	slices.Sort(left)
	return changed, left
}

// relocated returns the world after the moves of the file, and the steps that make it so. A move
// that can't be carried out is blocked, and leaves everything as it is.
func (w relocations) relocated() (World, map[string][]Step) {
	steps := map[string][]Step{}
	listed := func(key string) bool { return w.Desires(key) }
	moves := w.Ledger.Moves(w.Moved, listed)
	for _, from := range slices.Sorted(maps.Keys(moves)) {
		if step := w.moveStopped(from, moves); step != nil {
			steps[moves[from]] = append(steps[moves[from]], *step)
		}
	}
	if len(steps) > 0 || len(moves) == 0 {
		return w.World, steps
	}
	for from, to := range moves {
		steps[to] = []Step{{Key: to, InstanceID: w.Ledger[from].ID, Verb: Move, Cause: CauseMoved,
			Reason: fmt.Sprintf("it was %s before, and takes its credential, holds and history along", from)}}
	}
	changed, left := w.Ledger.Move(moves)
	w.Ledger = maps.Clone(w.Ledger)
	maps.Copy(w.Ledger, changed)
	for _, key := range left {
		delete(w.Ledger, key)
	}
	return w.World, steps
}

// moveStopped says why a move waits or can't be carried out; nil if it can.
func (w relocations) moveStopped(from string, moves map[string]string) *Step {
	to := moves[from]
	e, there := w.Ledger[from], w.Ledger[to]
	var step Step
	switch _, leaves := moves[to]; {
	case e.Birth != nil || there.Birth != nil:
		step = Step{Key: to, InstanceID: e.ID, Verb: Wait, Cause: CauseInFlight, Reason: fmt.Sprintf("it moves here from %s when the create under way has ended", from)}
	case w.moved(to):
		step = blocked(to, e.ID, CauseMoved, ProblemMove, fmt.Sprintf("`moved` says that it was %s, but the file gives it to another account, and instances can't move between accounts: put `account: %s` there, or take the line out", from, w.Account))
	case there.Owns() && !leaves:
		step = blocked(to, e.ID, CauseMoved, ProblemMove, fmt.Sprintf("`moved` says that it was %s, which has instance %s, but %s has instance %s already: take the line out, or state what goes: removed: [{key: %s, id: %s}]", from, e.ID, to, there.ID, from, e.ID))
	case !w.Desires(to):
		step = blocked(to, e.ID, CauseMoved, ProblemMove, fmt.Sprintf("`moved` says that %s is %s now, but there is no such block: add it, or take the line out", from, to))
	default:
		return nil
	}
	return &step
}

// Desires reports whether the file has a block for key, in this account.
func (w World) Desires(key string) bool {
	_, found := slices.BinarySearchFunc(w.Desired, key, func(d spec.Desired, key string) int { return compareKeys(d.Key, key) })
	return found
}

func compareKeys(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// rehome brings a credential that is still stored under the old key of a move to its new one. It
// comes behind the key's own steps: nothing waits for it.
func (w relocations) rehome(key string, e Entry, steps []Step) []Step {
	if e.StoredUnder == "" || e.Credential != CredentialStored {
		return steps
	}
	step := Step{Key: key, InstanceID: e.ID, Verb: Move, Cause: CauseStore, Phase: phases(steps),
		Reason: fmt.Sprintf("its credential is still stored under %s, and goes to %s", e.StoredUnder, key)}
	return append(steps, w.gate(e, []Step{step})...)
}

// Rehomed records that the credential of a moved key is stored under that key now.
func (e Entry) Rehomed(s Step) Entry {
	e.Failure, e.StoredUnder = e.Failure.succeeded(s), ""
	return e
}

// renamed finds, for a block that owns nothing, the key of ours that left the file with the very
// instance that the block speaks of: by its id, or by its name. Such a block is a renamed key
// until a person says otherwise; making a second instance of the name would leave the data behind.
func (w relocations) renamed(d spec.Desired, ix index) (old string) {
	for _, key := range ix.removed {
		e := w.Ledger[key]
		if !e.Owns() {
			continue
		}
		live, _ := w.Observed.Find(e.ID)
		is, _ := observed.Classify(live.Status)
		name := w.liveName(e, key)
		switch {
		case d.ID != "" && d.ID == e.ID:
			return key
		case d.ID != "" || is == observed.Leaving:
		case e.Birth != nil && e.calledOr(key) == d.Name:
			return key
		case name != "" && (name == d.Name || marked(name, d.Name)):
			return key
		}
	}
	return ""
}

// renameOr blocks a block that looks like a renamed key, and names both ways out.
func (w relocations) renameOr(d spec.Desired, old string) []Step {
	e := w.Ledger[old]
	if r, ok := departures(w).stated(old); ok && (r.ID == e.ID || e.ID == "") && d.ID == "" {
		return []Step{{Key: d.Key, Verb: Wait, Cause: CauseOwnership, Reason: fmt.Sprintf("%s has the name %q until it is deleted, as `removed` says", old, d.Name)}}
	}
	if d.ID != "" {
		return []Step{blocked(d.Key, e.ID, CauseRenamed, ProblemRenamed, fmt.Sprintf(
			"its id is that of %s, whose block left the file: if the key was renamed, say `moved: [{from: %s, to: %s}]`; if not, put the block %s back and take this `id` out", old, old, d.Key, old))}
	}
	return []Step{blocked(d.Key, e.ID, CauseRenamed, ProblemRenamed, fmt.Sprintf(
		"%s, whose block left the file, has the live instance of the name %q: if the key was renamed, say `moved: [{from: %s, to: %s}]`; if this is to be a new instance, give it another `name`", old, d.Name, old, d.Key))}
}
