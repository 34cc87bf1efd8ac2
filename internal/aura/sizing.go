package aura

import (
	"context"
	"net/http"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/wire"
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
	Exceeded    wire.Flag `json:"did_exceed_maximum"`
	MinMemory   wire.Text `json:"min_required_memory"`
	Recommended wire.Text `json:"recommended_size"`
}

func (w wireSizing) sizing() Sizing {
	return Sizing{
		DidExceedMaximum:  w.Exceeded.B != nil && *w.Exceeded.B,
		MinRequiredMemory: wire.Size(w.MinMemory),
		RecommendedSize:   wire.Size(w.Recommended),
	}
}

// Sizing estimates how large an AuraDS instance a graph needs; it changes nothing.
func (c *Client) Sizing(ctx context.Context, req SizingRequest) (Sizing, error) {
	k := exchange.Call{Op: failure.OpSizing, Method: http.MethodPost, Route: "/instances/sizing", Path: "/instances/sizing", Body: req, Harmless: true}
	return read(ctx, c, k, wire.One(wireSizing.sizing))
}
