package reconcile

import (
	"slices"

	"github.com/aurad/aurad/reconcile/observed"
)

// index answers what every instance's diff asks, so that a fleet of n costs n, not n squared.
type index struct {
	removed  []string // keys of the ledger that the file does not have, in order
	desired  map[string]bool
	owner    map[string]string          // live id -> key
	named    map[string][]observed.Live // name of a key that owns nothing -> live instances of that name
	marks    map[string][]observed.Live // marked prefix -> instances under a marked name
	nonces   map[string]bool            // of every create that the ledger knows of
	claims   map[string][]string        // live id -> keys that would adopt it
	mentions mentions
	called   map[string]string // name of a live instance of ours -> key
	proven   map[string]string // live id -> the only key of the file that the credential store has it under
}

func (w World) index() index {
	ix := index{desired: make(map[string]bool, len(w.Desired)), owner: make(map[string]string, len(w.Ledger)),
		named: w.Wanted(), marks: map[string][]observed.Live{}, nonces: map[string]bool{}, claims: map[string][]string{}, proven: map[string]string{}, called: map[string]string{}}
	for i := range w.Desired {
		key := w.Desired[i].Key
		ix.desired[key] = true
		if id := w.Proven[key]; id != "" {
			if _, twice := ix.proven[id]; twice {
				key = ""
			}
			ix.proven[id] = key
		}
	}
	ix.mentions = departures{w}.mentions()
	for key, e := range w.Ledger {
		ix.remember(key, e)
		if !ix.desired[key] {
			ix.removed = append(ix.removed, key)
		}
	}
	slices.Sort(ix.removed)
	for _, key := range w.Ledger.Keys() {
		if name := w.liveName(w.Ledger[key], key); name != "" && ix.called[name] == "" {
			ix.called[name] = key
		}
	}
	for i := range w.Observed.Instances {
		l := &w.Observed.Instances[i]
		if n := len(l.Name) - 8; n > 0 && l.Name[n-1] == '~' {
			ix.marks[l.Name[:n]] = append(ix.marks[l.Name[:n]], *l)
		}
	}
	for i := range w.Desired {
		d := &w.Desired[i]
		if d.ID == "" && !d.Adopt || w.Ledger[d.Key].Has() != "" {
			continue
		}
		if live, ok := w.Find(*d, Entry{}, ix.named); ok {
			ix.claims[live.ID] = append(ix.claims[live.ID], d.Key)
		}
	}
	return ix
}

// liveName is how the instance of an entry is called: as last seen, or as its block said when a list
// that lies has made it unknown. "" when there is none.
func (w World) liveName(e Entry, key string) string {
	if e.Has() == "" {
		return ""
	}
	if live, ok := w.Observed.Find(e.ID); ok && live.Name != "" {
		return live.Name
	}
	return e.calledOr(key)
}

// remember notes what an entry owns. The order of the calls does not matter.
func (ix index) remember(key string, e Entry) {
	ix.owns(key, e.ID)
	for _, t := range e.Tombstones {
		ix.nonces[t.Nonce] = true
	}
	if e.Birth == nil {
		return
	}
	ix.nonces[e.Birth.Nonce] = true
	ix.owns(key, e.Birth.InstanceID)
}

func (ix index) owns(key, id string) {
	if other, taken := ix.owner[id]; id != "" && (!taken || key < other) {
		ix.owner[id] = key
	}
}
