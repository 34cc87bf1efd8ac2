package aura

import (
	"context"
	"errors"
	"net/http"
)

// Tenant is what the console calls a project.
type Tenant struct {
	ID                     string
	Name                   string
	InstanceConfigurations []InstanceConfiguration // nil in lists
}

// InstanceConfiguration is one combination that the tenant can buy; together they are the
// authority on types, regions and sizes.
type InstanceConfiguration struct {
	Type          string
	CloudProvider string
	Region        string
	RegionName    string
	Version       string
	Memory        string // "<n>GB"
	Storage       string // "<n>GB"; "" for free-db
}

type wireTenant struct {
	ID             text                `json:"id"`
	Name           text                `json:"name"`
	Configurations []wireConfiguration `json:"instance_configurations"`
}

type wireConfiguration struct {
	Type          text `json:"type"`
	CloudProvider text `json:"cloud_provider"`
	Region        text `json:"region"`
	RegionName    text `json:"region_name"`
	Version       text `json:"version"`
	Memory        text `json:"memory"`
	Storage       text `json:"storage"`
}

func (w wireTenant) tenant() Tenant {
	t := Tenant{ID: string(w.ID), Name: string(w.Name)}
	for _, c := range w.Configurations {
		t.InstanceConfigurations = append(t.InstanceConfigurations, InstanceConfiguration{
			Type: string(c.Type), CloudProvider: string(c.CloudProvider), Region: string(c.Region),
			RegionName: string(c.RegionName), Version: string(c.Version),
			Memory: size(c.Memory), Storage: size(c.Storage),
		})
	}
	return t
}

// Tenants lists the tenants that the credential may see.
func (c *Client) Tenants(ctx context.Context) ([]Tenant, error) {
	k := call{op: opTenants, method: http.MethodGet, route: "/tenants", path: "/tenants", limit: listLimit}
	return read(ctx, c, k, list(wireTenant.tenant))
}

// Tenant reads one with its InstanceConfigurations. A malformed or foreign id is answered with
// 403 rather than 404.
func (c *Client) Tenant(ctx context.Context, id string) (Tenant, error) {
	k := call{op: opTenant + " " + bound(oneLine(id), maxName), method: http.MethodGet, route: "/tenants/{id}", limit: listLimit}
	escaped, err := segment("tenant", id)
	if err != nil {
		return Tenant{}, badRequest(k, err)
	}
	k.path = "/tenants/" + escaped
	return read(ctx, c, k, func(raw []byte) (Tenant, error) {
		t, err := one(wireTenant.tenant)(raw)
		if err == nil && t.ID == "" {
			return Tenant{}, errors.New("the reply names no tenant id")
		}
		return t, err
	})
}
