package reconcile

import (
	"encoding/json"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
)

// Tombstone is a create that nothing should have come of: Aura refused it, or it was not answered
// and given up. Neither is believed. A gateway that says 408 or 401 may stand in front of a create
// that was carried out, so that only a list proves that there is no instance.
type Tombstone struct {
	Nonce string        `json:"nonce"`
	Since time.Time     `json:"since,omitzero"` // a list that was asked for later than this proves something
	Grace time.Duration `json:"grace,omitzero"` // and later than this after it: until then it may still show up
}

// UnmarshalJSON also takes the nonce alone, as a state of the first edition has it.
func (t *Tombstone) UnmarshalJSON(raw []byte) error {
	*t = Tombstone{}
	if json.Unmarshal(raw, &t.Nonce) == nil {
		return nil
	}
	type plain Tombstone
	return json.Unmarshal(raw, (*plain)(t))
}

// fate is what o proves of a create that bears nonce and that was asked for, or refused, at since:
// NextLost, NextList, NextWait, or NextAnew once there is no instance of it.
func fate(o observed.Fleet, nonce string, since time.Time, grace time.Duration, now time.Time) Recovery {
	if live, ok := o.Bearing(nonce); ok {
		return Recovery{Next: NextLost, InstanceID: live.ID}
	}
	over := since.Add(grace)
	switch {
	case !o.ListedAt.After(since):
		return Recovery{Next: NextList}
	case now.Before(over):
		return Recovery{Next: NextWait, Until: over}
	case o.ListedAt.Before(over):
		return Recovery{Next: NextList}
	case hidesMark(o, nonce):
		return Recovery{Next: NextWait, Until: o.ListedAt.Add(FreshList)}
	}
	return Recovery{Next: NextAnew}
}

// mostTombstones is how many creates a key remembers that nothing came of. One that is forgotten
// was refused that many times ago, and each of the others was proven by a list.
const mostTombstones = 100

// buried adds a tombstone and drops the oldest ones.
func buried(all []Tombstone, t Tombstone) []Tombstone {
	all = append(all[:len(all):len(all)], t)
	return all[max(0, len(all)-mostTombstones):]
}
