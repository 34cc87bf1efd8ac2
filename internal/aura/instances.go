package aura

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
)

// Instances lists every instance that the credential may see, of one tenant or, with "", of all.
func (c *Client) Instances(ctx context.Context, tenantID string) ([]Summary, error) {
	k := exchange.Call{Op: failure.OpInstances, Method: http.MethodGet, Route: "/instances", Path: "/instances", Query: ofTenant(tenantID), Limit: exchange.ListLimit}
	return read(ctx, c, k, parseSummaries)
}

// Instance reads one. Kind Gone: Aura knows no such instance; for about a minute after a create
// it may say so of one that exists.
func (c *Client) Instance(ctx context.Context, id string) (Instance, error) {
	k, err := onInstance(failure.OpInstance, http.MethodGet, id, "", nil)
	if err != nil {
		return Instance{}, err
	}
	return read(ctx, c, k, func(raw []byte) (Instance, error) {
		in, err := parseInstance(raw)
		if err == nil && in.ID != id {
			return Instance{}, fmt.Errorf("the reply is about instance %s", in.ID)
		}
		return in, err
	})
}

// PatchRequest is what to change, by the API's names: name, memory, storage, vector_optimized,
// graph_analytics_plugin, secondaries_count and cdc_enrichment_mode. Storage and memory go together on
// most tiers.
type PatchRequest map[string]any

// Patch changes an instance. Like every method below it returns when Aura has accepted, not
// when it is done, and nil when the reply held no instance: look again for the outcome. The
// instance returned may still show the old size.
func (c *Client) Patch(ctx context.Context, id string, p PatchRequest) (*Instance, error) {
	k, err := onInstance(failure.OpPatch, http.MethodPatch, id, "", p)
	if err == nil && len(p) == 0 {
		err = exchange.BadRequest(k, errors.New("nothing to change"))
	}
	return c.accept(ctx, k, err)
}

// Delete removes an instance and its data. Kind Gone: it is not there (any more).
func (c *Client) Delete(ctx context.Context, id string) (*Instance, error) {
	k, err := onInstance(failure.OpDelete, http.MethodDelete, id, "", nil)
	return c.accept(ctx, k, err)
}

// Pause pauses an instance. Kind Conflict: it is not running, paused already, or busy.
func (c *Client) Pause(ctx context.Context, id string) (*Instance, error) {
	k, err := onInstance(failure.OpPause, http.MethodPost, id, "/pause", nil)
	return c.accept(ctx, k, err)
}

// Resume resumes an instance. Kind Conflict: it is not paused, or busy.
func (c *Client) Resume(ctx context.Context, id string) (*Instance, error) {
	k, err := onInstance(failure.OpResume, http.MethodPost, id, "/resume", nil)
	return c.accept(ctx, k, err)
}

// UpgradeRequest gives the size after the upgrade: both fields or none.
type UpgradeRequest struct {
	Memory  string `json:"memory,omitempty"`
	Storage string `json:"storage,omitempty"`
}

// Upgrade turns a professional-db into a business-critical one; id and URL stay.
func (c *Client) Upgrade(ctx context.Context, id string, u UpgradeRequest) (*Instance, error) {
	k, err := onInstance(failure.OpUpgrade, http.MethodPost, id, "/upgrade", u)
	if err == nil && (u.Memory == "") != (u.Storage == "") {
		err = exchange.BadRequest(k, errors.New("memory and storage go together"))
	}
	return c.accept(ctx, k, err)
}

// onInstance is a call to /instances/{id}<tail>.
func onInstance(op, method, id, tail string, body any) (exchange.Call, error) {
	k := exchange.Call{Op: op, Instance: id, Method: method, Route: "/instances/{id}" + tail, Body: body}
	escaped, err := exchange.Segment("instance", id)
	if err != nil {
		k.Instance = ""
		return exchange.Call{}, exchange.BadRequest(k, err)
	}
	k.Path = "/instances/" + escaped + tail
	return k, nil
}

func ofTenant(id string) url.Values {
	if id == "" {
		return nil
	}
	return url.Values{"tenantId": {id}}
}
