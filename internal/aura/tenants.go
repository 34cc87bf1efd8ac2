package aura

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/scrub"
	"github.com/aurad/aurad/internal/aura/wire"
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
	ID             wire.Text           `json:"id"`
	Name           wire.Text           `json:"name"`
	Configurations []wireConfiguration `json:"instance_configurations"`
}

type wireConfiguration struct {
	Type          wire.Text `json:"type"`
	CloudProvider wire.Text `json:"cloud_provider"`
	Region        wire.Text `json:"region"`
	RegionName    wire.Text `json:"region_name"`
	Version       wire.Text `json:"version"`
	Memory        wire.Text `json:"memory"`
	Storage       wire.Text `json:"storage"`
}

func (w wireTenant) tenant() Tenant {
	t := Tenant{ID: string(w.ID), Name: string(w.Name)}
	for _, c := range w.Configurations {
		t.InstanceConfigurations = append(t.InstanceConfigurations, InstanceConfiguration{
			Type: string(c.Type), CloudProvider: string(c.CloudProvider), Region: string(c.Region),
			RegionName: string(c.RegionName), Version: string(c.Version),
			Memory: wire.Size(c.Memory), Storage: wire.Size(c.Storage),
		})
	}
	return t
}

var errNoTenantID = errors.New("the reply names no tenant id")

// Tenants lists the tenants that the credential may see.
func (c *Client) Tenants(ctx context.Context) ([]Tenant, error) {
	k := exchange.Call{Op: failure.OpTenants, Method: http.MethodGet, Route: "/tenants", Path: "/tenants", Limit: exchange.ListLimit}
	return read(ctx, c, k, func(raw []byte) ([]Tenant, error) {
		all, err := wire.List(wireTenant.tenant)(raw)
		if slices.ContainsFunc(all, func(t Tenant) bool { return t.ID == "" }) {
			return nil, errNoTenantID
		}
		return all, err
	})
}

// Tenant reads one with its InstanceConfigurations. A malformed or foreign id is answered with
// 403 rather than 404.
func (c *Client) Tenant(ctx context.Context, id string) (Tenant, error) {
	k := exchange.Call{Op: failure.OpTenant + " " + scrub.Bound(scrub.OneLine(id), scrub.MaxName), Method: http.MethodGet, Route: "/tenants/{id}", Limit: exchange.ListLimit}
	escaped, err := exchange.Segment("tenant", id)
	if err != nil {
		return Tenant{}, exchange.BadRequest(k, err)
	}
	k.Path = "/tenants/" + escaped
	return read(ctx, c, k, func(raw []byte) (Tenant, error) {
		t, err := wire.One(wireTenant.tenant)(raw)
		if err == nil && t.ID == "" {
			return Tenant{}, errNoTenantID
		}
		return t, err
	})
}
