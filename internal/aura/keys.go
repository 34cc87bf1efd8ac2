package aura

import (
	"context"
	"net/http"
	"time"
)

// CustomerManagedKey is an encryption key of the customer's own cloud account. A list fills in
// ID, Name and TenantID alone.
type CustomerManagedKey struct {
	ID            string
	Name          string
	TenantID      string
	KeyID         string // the cloud provider's name of it
	CloudProvider string
	Region        string
	InstanceType  string
	Status        string // free text; "pending" and "ready" are known
	Created       time.Time
}

type wireKey struct {
	ID            text    `json:"id"`
	Name          text    `json:"name"`
	TenantID      text    `json:"tenant_id"`
	KeyID         text    `json:"key_id"`
	CloudProvider text    `json:"cloud_provider"`
	Region        text    `json:"region"`
	InstanceType  text    `json:"instance_type"`
	Status        text    `json:"status"`
	Created       instant `json:"created"`
}

func (w wireKey) key() CustomerManagedKey {
	return CustomerManagedKey{
		ID: string(w.ID), Name: string(w.Name), TenantID: string(w.TenantID), KeyID: string(w.KeyID),
		CloudProvider: string(w.CloudProvider), Region: string(w.Region),
		InstanceType: string(w.InstanceType), Status: string(w.Status), Created: w.Created.Time,
	}
}

// CustomerManagedKeys lists the keys of a tenant or, with "", of all tenants.
func (c *Client) CustomerManagedKeys(ctx context.Context, tenantID string) ([]CustomerManagedKey, error) {
	k := call{op: opKeys, method: http.MethodGet, route: "/customer-managed-keys", path: "/customer-managed-keys", query: ofTenant(tenantID), limit: listLimit}
	return read(ctx, c, k, list(wireKey.key))
}

// CustomerManagedKey reads one in full.
func (c *Client) CustomerManagedKey(ctx context.Context, id string) (CustomerManagedKey, error) {
	k := call{op: opKey + " " + bound(oneLine(id), maxName), method: http.MethodGet, route: "/customer-managed-keys/{id}"}
	escaped, err := segment("customer managed key", id)
	if err != nil {
		return CustomerManagedKey{}, badRequest(k, err)
	}
	k.path = "/customer-managed-keys/" + escaped
	return read(ctx, c, k, one(wireKey.key))
}
