package aura

import (
	"context"
	"net/http"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/secrets"
)

// CreateRequest is the body of a create. Version "5" stands for the newest. CDC and secondaries
// are not accepted here; Patch them later.
type CreateRequest struct {
	Name                 string `json:"name"` // 1 to 30 characters
	TenantID             string `json:"tenant_id"`
	CloudProvider        string `json:"cloud_provider"`
	Region               string `json:"region"`
	Type                 string `json:"type"`
	Version              string `json:"version,omitempty"`
	Memory               string `json:"memory,omitempty"`
	Storage              string `json:"storage,omitempty"`
	SourceInstanceID     string `json:"source_instance_id,omitempty"`
	SourceSnapshotID     string `json:"source_snapshot_id,omitempty"`
	CustomerManagedKeyID string `json:"customer_managed_key_id,omitempty"`
	VectorOptimized      *bool  `json:"vector_optimized,omitempty"`
	GraphAnalyticsPlugin *bool  `json:"graph_analytics_plugin,omitempty"`
}

// Reply is what Aura answered to a create, unparsed: keep it safe before reading it, for it
// holds the one password there will ever be.
type Reply struct {
	Body      secrets.Secret
	Status    int
	RequestID string
}

// Create asks for an instance, once.
//
// On 2xx the Reply holds the body whatever it is, and beside any other status if there is a password
// in it. If that body was cut, what arrived is in the
// Reply and the error is Uncertain with the 2xx status: the instance exists. An Uncertain error
// otherwise: it may exist, whatever the status is, for a gateway may have answered. An error that
// is Sent and not Uncertain is Aura's own word that it does not; one that is not Sent never left.
//
// Cancelling ctx half-way throws the reply away; callers pass one that is not cancelled.
func (c *Client) Create(ctx context.Context, req CreateRequest) (Reply, error) {
	k := exchange.Call{Op: failure.OpCreate, Method: http.MethodPost, Route: "/instances", Path: "/instances", Body: req, Once: true}
	r, err := c.do(ctx, k)
	if r.Status == 0 {
		return Reply{}, err
	}
	return Reply{Body: secrets.NewSecret(string(r.Body)), Status: r.Status, RequestID: r.RequestID}, err
}
