package daemon

import (
	"maps"
	"time"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
)

// Spell is a time in which an instance showed one status.
type Spell struct {
	Status string    `json:"status"` // Aura's word; "" when it does not exist
	Since  time.Time `json:"since"`
}

// How much is remembered of each instance, in memory only.
const (
	historySpan = 24 * time.Hour
	historyMost = 64
)

// histories is what each instance was, by key. Slices in it are only ever appended to or replaced, so
// a Snapshot may share them.
type histories map[string][]Spell

// saw records what an instance is at now. known is since when it is known to be so, zero if
// only from now on.
func (h histories) saw(key, status string, known, now time.Time) []Spell {
	spells := h[key]
	if n := len(spells); n > 0 && spells[n-1].Status == status {
		return spells
	}
	since := now
	if len(spells) == 0 && !known.IsZero() && known.Before(now) {
		since = known
	}
	spells = append(spells, Spell{status, since})
	for len(spells) > 1 && (now.Sub(spells[1].Since) > historySpan || len(spells) > historyMost) {
		spells = append([]Spell(nil), spells[1:]...)
	}
	h[key] = spells
	return spells
}

// spells updates the history of one instance. A status that is in doubt says nothing new.
func (h histories) spells(b *book.Book, key string, e reconcile.Entry, live observed.Live, now time.Time) []Spell {
	switch {
	case b.Observed.ListedAt.IsZero() || e.ID != "" && live.Status == "":
		return h[key]
	case e.Settled.State != "" && live.Status == string(e.Settled.State):
		return h.saw(key, live.Status, e.Settled.Since, now)
	}
	return h.saw(key, live.Status, time.Time{}, now)
}

// move takes histories along to their new keys.
func (h histories) move(moves map[string]string) {
	moved := histories{}
	for from, to := range moves {
		moved[to] = h[from]
	}
	for from := range moves {
		delete(h, from)
	}
	maps.Copy(h, moved)
}
