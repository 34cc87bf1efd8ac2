// Package observed is the live fleet as the API last showed it, and what its status words mean.
//
// It must not know what is desired or remembered of an instance: comparing is package reconcile's.
package observed

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"
)

// Live is one instance as the API last showed it. Strings the reply left out are "", numbers
// and switches nil: neither is ever a difference by itself.
type Live struct {
	ID                   string    `json:"id"`
	Name                 string    `json:"name"`
	TenantID             string    `json:"tenant_id"`
	CloudProvider        string    `json:"cloud_provider"`
	Region               string    `json:"region,omitempty"`
	Type                 string    `json:"type,omitempty"`
	Status               string    `json:"status,omitempty"` // lower case; unknown ones as they came
	Memory               string    `json:"memory,omitempty"`
	Storage              string    `json:"storage,omitempty"`
	ConnectionURL        string    `json:"connection_url,omitempty"`
	CustomerManagedKeyID string    `json:"customer_managed_key_id,omitempty"`
	CDCEnrichmentMode    string    `json:"cdc_enrichment_mode,omitempty"`
	SecondariesCount     *int      `json:"secondaries_count,omitempty"`
	VectorOptimized      *bool     `json:"vector_optimized,omitempty"`
	GraphAnalyticsPlugin *bool     `json:"graph_analytics_plugin,omitempty"`
	CreatedAt            time.Time `json:"created_at,omitzero"`
	SeenAt               time.Time `json:"seen_at,omitzero"` // of the last detailed look; zero: only listed
}

// Fleet is the live fleet as last seen.
type Fleet struct {
	ListedAt  time.Time // when the request for the newest list was sent; zero: never listed
	Instances []Live    // sorted by ID

	// Unreadable are the names in the newest list that came without an id to work with, "" where
	// there was no name either. Nothing that could be one of them is made anew.
	Unreadable []string
}

// Sort puts the instances in the order that every function here relies on.
func (o Fleet) Sort() {
	slices.SortFunc(o.Instances, func(a, b Live) int { return cmp.Compare(a.ID, b.ID) })
}

// Find returns the instance with this id.
func (o Fleet) Find(id string) (Live, bool) {
	// By index: slices.BinarySearchFunc would copy an instance for each comparison.
	i := sort.Search(len(o.Instances), func(i int) bool { return o.Instances[i].ID >= id })
	if i == len(o.Instances) || o.Instances[i].ID != id {
		return Live{}, false
	}
	return o.Instances[i], true
}

// Bearing returns the live instance that carries nonce.
func (o Fleet) Bearing(nonce string) (Live, bool) {
	for _, l := range o.Instances {
		if strings.HasSuffix(l.Name, "~"+nonce) {
			return l, true
		}
	}
	return Live{}, false
}

// Complete reports whether the newest list shows every instance that there is. One with entries
// that name no id does not: who is not in it may be one of them.
func (o Fleet) Complete() bool { return len(o.Unreadable) == 0 }
