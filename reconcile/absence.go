package reconcile

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// Deleting for absence takes time, and each fact below needs the ones before it. Nothing but a
// file in `sync` that has been the same for a while gathers them, and whatever speaks for the
// instance (a mention, another tenant, a clone of it that is not up) begins them anew.
const (
	// SteadyFor is how long a file must have been the same before what it leaves out is acted on: a
	// file that is being written lacks its end.
	SteadyFor = time.Minute
	// DeleteAfterLeast is the shortest policy.delete_after that counts.
	DeleteAfterLeast = time.Hour
)

// Absence is how far an instance whose block left the file has come towards being deleted.
type Absence struct {
	Since  time.Time     `json:"since"`            // when a file without the block was first read, for people
	Paused bool          `json:"paused,omitempty"` // it has been seen paused since, and never otherwise
	From   time.Duration `json:"from,omitzero"`    // World.Lived when that was first seen
}

// waited is how long an instance has been seen paused, in time that aurad lived through: a clock
// that was set counts for nothing.
func (a *Absence) waited(lived time.Duration) time.Duration {
	if a == nil || !a.Paused {
		return 0
	}
	return max(0, lived-a.From)
}

// Read returns the entries that change when a file comes into force: what must outlive a block is
// noted, and what left the file in a named fleet under `sync` begins to be absent.
func (l Ledger) Read(f *spec.Fleet, now time.Time) Ledger {
	changed := Ledger{}
	for key, e := range l {
		next := e.read(key, f, now)
		if next.Absence != e.Absence || next.Protect != e.Protect || next.Suspend != e.Suspend || next.Name != e.Name || next.MovedFrom != e.MovedFrom {
			changed[key] = next
		}
	}
	return changed
}

func (e Entry) read(key string, f *spec.Fleet, now time.Time) Entry {
	if e.MovedFrom != "" && !slices.ContainsFunc(f.Moved, func(m spec.Move) bool { return m.From == e.MovedFrom && m.To == key }) {
		e.MovedFrom = "" // the file says so no more: the same move may be asked for again
	}
	in, listed := f.Instance(key)
	switch {
	case listed && e.Owns():
		return e.Listed(in)
	case listed, f.IsElsewhere(key), f.Policy.Mode != spec.Sync, f.Name == spec.DefaultFleet, e.ofAnotherTenant(f.TenantID):
		e.Absence = nil
	case e.Absence == nil && e.Owns():
		e.Absence = &Absence{Since: now}
	}
	return e
}

// Listed notes what must outlive a block: how its instance is called and to be treated.
func (e Entry) Listed(in spec.Instance) Entry {
	e.Name, e.Protect, e.Suspend, e.Absence = in.Name, in.Protect, in.Suspend, nil
	return e
}

func (e Entry) ofAnotherTenant(tenant string) bool {
	return tenant != "" && e.TenantID != "" && e.TenantID != tenant
}

// Absences returns the entries whose absence has got on, or was set back, since they were
// remembered.
func (w World) Absences() Ledger {
	changed := Ledger{}
	var ix *index
	for key, e := range w.Ledger {
		if e.Absence == nil {
			continue
		}
		if ix == nil {
			found := w.index()
			ix = &found
		}
		if next := (departures{w}).absence(key, e, *ix); *next.Absence != *e.Absence {
			changed[key] = next
		}
	}
	return changed
}

func (w departures) absence(key string, e Entry, ix index) Entry {
	live, ok := w.Observed.Find(e.ID)
	next := *e.Absence
	state := StateOf(live.Status)
	switch {
	case !ok || state == "": // nothing new is known
	case state == spec.Running, w.keeps(key, e, live, ix) != "":
		next.Paused, next.From = false, 0
	case !next.Paused:
		next.Paused, next.From = true, w.Lived
	case next.From > w.Lived: // what was lived through before a crash was not all remembered
		next.From = w.Lived
	}
	e.Absence = &next
	return e
}

// deleteAfter is how long an instance that left the file stays paused before it is deleted.
func (w departures) deleteAfter() time.Duration { return max(w.Policy.DeleteAfter, DeleteAfterLeast) }

// mentions is what the blocks of a file, those of all accounts, say of instances: each value is
// the key of a block.
type mentions struct {
	ids     map[string]string // live id
	names   map[string]string // name of a block that owns nothing yet
	adopts  map[string]string // likewise, of one that would adopt by name
	sources map[string]string // key or live id that a block is cloned from
}

func (w departures) mentions() mentions {
	m := mentions{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}
	for i := range w.Blocks {
		b := &w.Blocks[i]
		if b.ID != "" {
			m.ids[b.ID] = cmp.Or(m.ids[b.ID], b.Key)
		}
		if !w.Ledger[b.Key].Owns() {
			m.names[b.Name] = cmp.Or(m.names[b.Name], b.Key)
			if b.Adopt {
				m.adopts[b.Name] = cmp.Or(m.adopts[b.Name], b.Key)
			}
		}
		if b.Source != nil {
			m.sources[b.Source.Instance] = cmp.Or(m.sources[b.Source.Instance], b.Key)
		}
	}
	return m
}

// of returns the block that speaks of an instance of ours, and in which words; "" for none. named
// is what speaks by a name alone.
func (m mentions) of(key string, e Entry, live observed.Live, named map[string]string) (block, how string) {
	switch {
	case m.ids[e.ID] != "":
		return m.ids[e.ID], "id: " + e.ID
	case named[live.Name] != "":
		return named[live.Name], "name: " + live.Name
	case m.sources[e.ID] != "":
		return m.sources[e.ID], "source: " + e.ID
	case m.sources[key] != "":
		return m.sources[key], "source: " + key
	}
	return "", ""
}

// cloning names the key that is being made from an instance of ours, and is not seen up yet.
func (l Ledger) cloning(key, id string) string {
	for _, other := range slices.Sorted(maps.Keys(l)) {
		e := l[other]
		if s := e.Made.Source; s == nil || s.Instance != key && s.Instance != id {
			continue
		}
		if e.Birth != nil || e.Op != nil && e.Op.Verb == Create || e.ID != "" && e.Settled.State == "" {
			return other
		}
	}
	return ""
}

// Waits reports whether an instance that left the file waits to be deleted.
func (l Ledger) Waits() bool {
	for _, e := range l {
		if e.Absence != nil {
			return true
		}
	}
	return false
}
