package reconcile

import (
	"maps"
	"slices"
	"time"

	"github.com/aurad/aurad/spec"
)

// Ledger is what aurad remembers, by instance key. It outlives restarts, and nothing in it is
// a secret.
type Ledger map[string]Entry

// Keys returns the keys in order.
func (l Ledger) Keys() []string { return slices.Sorted(maps.Keys(l)) }

// Owner returns the key that owns the live instance id, or "".
func (l Ledger) Owner(id string) string {
	for _, k := range l.Keys() {
		if l[k].ID == id {
			return k
		}
	}
	return ""
}

// Entry is what aurad remembers of one key.
type Entry struct {
	ID          string          `json:"id,omitempty"` // the live instance it owns; "" until its password is safe
	TenantID    string          `json:"tenant_id,omitempty"`
	Credential  CredentialState `json:"credential,omitempty"`
	Name        string          `json:"name,omitempty"`         // of its block, as last in force
	Protect     bool            `json:"protect,omitempty"`      // likewise; outlives the block
	Suspend     bool            `json:"suspend,omitempty"`      // likewise
	Absence     *Absence        `json:"absence,omitempty"`      // its block left a file that may delete
	MovedFrom   string          `json:"moved_from,omitempty"`   // the key that it had, while the file still says so
	StoredUnder string          `json:"stored_under,omitempty"` // the key that its credential is still stored under after a move; "" for its own
	Made        Made            `json:"made,omitzero"`          // what the API never shows again
	Requested   Requested       `json:"requested,omitzero"`     // what the API may show as null
	Claim       string          `json:"claim,omitempty"`        // nonce that the next create claims, or has claimed, its key with
	Former      string          `json:"former,omitempty"`       // the instance it owned before, gone from Aura: its credential may give way
	Missing     *Missing        `json:"missing,omitempty"`      // what Aura shows no more
	Birth       *Birth          `json:"birth,omitempty"`        // a create under way
	Op          *Operation      `json:"op,omitempty"`           // accepted, not yet confirmed
	Failure     *Failure        `json:"failure,omitempty"`      // the last try, if it failed
	Settled     Settled         `json:"settled,omitzero"`       // the last desired state that was reached
	Tombstones  []Tombstone     `json:"tombstones,omitempty"`   // creates that were refused or given up
	Shown       Shown           `json:"shown,omitzero"`         // what the newest list shows of a lost create
	Memory      string          `json:"memory,omitempty"`       // last seen; some replies leave it out
	Storage     string          `json:"storage,omitempty"`      // likewise
}

// Owns reports whether there is an instance of this key, or may be one.
func (e Entry) Owns() bool { return e.ID != "" || e.Birth != nil }

// Nonces returns those of all creates of this key that are not known to have ended well.
func (e Entry) Nonces() []string {
	var nonces []string
	for _, t := range e.Tombstones {
		nonces = append(nonces, t.Nonce)
	}
	if e.Claim != "" {
		nonces = append(nonces, e.Claim)
	}
	if e.Birth != nil {
		nonces = append(nonces, e.Birth.Nonce)
	}
	return nonces
}

// Made is what an instance was created with and the API never returns.
type Made struct {
	Version string       `json:"version,omitempty"`
	Source  *spec.Source `json:"source,omitempty"`
}

// Requested is the last value accepted by the API for fields that it may show as null or leave
// out for ever; comparing with those would plan the same change again and again.
type Requested struct {
	Name                 string `json:"name,omitempty"` // until a look shows it
	CDCEnrichmentMode    string `json:"cdc_enrichment_mode,omitempty"`
	SecondariesCount     *int   `json:"secondaries_count,omitempty"`
	VectorOptimized      *bool  `json:"vector_optimized,omitempty"`
	GraphAnalyticsPlugin *bool  `json:"graph_analytics_plugin,omitempty"`
}

// Settled is a state that was seen to be as desired, and until when that desire holds. A live
// state that differs before Until was changed by a hand, or by Aura itself.
type Settled struct {
	State    spec.State `json:"state,omitempty"`
	Since    time.Time  `json:"since,omitzero"`
	Until    time.Time  `json:"until,omitzero"`     // zero: for good
	ReadyFor time.Time  `json:"ready_for,omitzero"` // the edge that it was resumed for ahead of time
	Hand     spec.State `json:"hand,omitempty"`     // where a hand brought it since, under a schedule that ignores that; Since is when
}

// Operation is one change that Aura accepted and works on.
type Operation struct {
	Verb      Verb      `json:"verb"`
	Changes   []Change  `json:"changes,omitempty"`
	From      string    `json:"from"` // status when it was accepted
	Left      bool      `json:"left"` // the status has been seen to differ from From
	StartedAt time.Time `json:"started_at"`
	Looks     int       `json:"looks"`     // detailed looks since
	LookedAt  time.Time `json:"looked_at"` // of the newest; zero: none yet
	Class     string    `json:"class"`     // what its duration is learned under
}
