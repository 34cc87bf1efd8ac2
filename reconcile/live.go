package reconcile

import (
	"cmp"
	"slices"
	"sort"
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

// Observed is the live fleet as last seen.
type Observed struct {
	ListedAt  time.Time // when the request for the newest list was sent; zero: never listed
	Instances []Live    // sorted by ID

	// Unreadable are the names in the newest list that came without an id to work with, "" where
	// there was no name either. Nothing that could be one of them is made anew.
	Unreadable []string
}

// Sort puts the instances in the order that every function here relies on.
func (o Observed) Sort() {
	slices.SortFunc(o.Instances, func(a, b Live) int { return cmp.Compare(a.ID, b.ID) })
}

// Find returns the instance with this id.
func (o Observed) Find(id string) (Live, bool) {
	// By index: slices.BinarySearchFunc would copy an instance for each comparison.
	i := sort.Search(len(o.Instances), func(i int) bool { return o.Instances[i].ID >= id })
	if i == len(o.Instances) || o.Instances[i].ID != id {
		return Live{}, false
	}
	return o.Instances[i], true
}

// status sorts Aura's status words into what aurad can do about them.
type status int

const (
	statusUnknown status = iota // not looked at yet
	statusRunning
	statusPaused
	statusMoving  // an operation is under way; it ends by itself
	statusLeaving // being deleted
	statusBroken  // needs a person
)

// settles maps every status that ends by itself to the state it ends in. Source: the OpenAPI
// enum of the v1 API, plus `resizing`, `upgrading` and `deleting` as met by its clients.
func classify(word string) (is status, ends string) {
	switch word {
	case "":
		return statusUnknown, ""
	case "running":
		return statusRunning, "running"
	case "paused":
		return statusPaused, "paused"
	case "pausing":
		return statusMoving, "paused"
	case "creating", "resuming", "restoring", "updating", "resizing", "upgrading", "overwriting", "loading":
		return statusMoving, "running"
	case "destroying", "deleting":
		return statusLeaving, ""
	}
	return statusBroken, ""
}
