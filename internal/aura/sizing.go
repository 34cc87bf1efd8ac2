package aura

import (
	"context"
	"net/http"
)

// SizingRequest describes a graph for AuraDS.
type SizingRequest struct {
	NodeCount           int64    `json:"node_count"`
	RelationshipCount   int64    `json:"relationship_count"`
	InstanceType        string   `json:"instance_type"` // professional-ds, enterprise-ds
	AlgorithmCategories []string `json:"algorithm_categories,omitempty"`
}

// Sizing is Aura's estimate.
type Sizing struct {
	DidExceedMaximum  bool
	MinRequiredMemory string // "<n>GB"
	RecommendedSize   string // "<n>GB"
}

type wireSizing struct {
	Exceeded    flag `json:"did_exceed_maximum"`
	MinMemory   text `json:"min_required_memory"`
	Recommended text `json:"recommended_size"`
}

func (w wireSizing) sizing() Sizing {
	return Sizing{
		DidExceedMaximum:  w.Exceeded.b != nil && *w.Exceeded.b,
		MinRequiredMemory: size(w.MinMemory),
		RecommendedSize:   size(w.Recommended),
	}
}

// Sizing estimates how large an AuraDS instance a graph needs; it changes nothing.
func (c *Client) Sizing(ctx context.Context, req SizingRequest) (Sizing, error) {
	k := call{op: opSizing, method: http.MethodPost, route: "/instances/sizing", path: "/instances/sizing", body: req, harmless: true}
	return read(ctx, c, k, one(wireSizing.sizing))
}
