package aura

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Instances lists every instance that the credential may see, of one tenant or, with "", of all.
func (c *Client) Instances(ctx context.Context, tenantID string) ([]Summary, error) {
	k := call{op: opInstances, method: http.MethodGet, route: "/instances", path: "/instances", query: ofTenant(tenantID), limit: listLimit}
	return read(ctx, c, k, parseSummaries)
}

// Instance reads one. Kind Gone: Aura knows no such instance; for about a minute after a create
// it may say so of one that exists.
func (c *Client) Instance(ctx context.Context, id string) (Instance, error) {
	k, err := onInstance(opInstance, http.MethodGet, id, "", nil)
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
	k, err := onInstance(opPatch, http.MethodPatch, id, "", p)
	if err == nil && len(p) == 0 {
		err = badRequest(k, errors.New("nothing to change"))
	}
	return c.accept(ctx, k, err)
}

// Delete removes an instance and its data. Kind Gone: it is not there (any more).
func (c *Client) Delete(ctx context.Context, id string) (*Instance, error) {
	k, err := onInstance(opDelete, http.MethodDelete, id, "", nil)
	return c.accept(ctx, k, err)
}

// Pause pauses an instance. Kind Conflict: it is not running, paused already, or busy.
func (c *Client) Pause(ctx context.Context, id string) (*Instance, error) {
	k, err := onInstance(opPause, http.MethodPost, id, "/pause", nil)
	return c.accept(ctx, k, err)
}

// Resume resumes an instance. Kind Conflict: it is not paused, or busy.
func (c *Client) Resume(ctx context.Context, id string) (*Instance, error) {
	k, err := onInstance(opResume, http.MethodPost, id, "/resume", nil)
	return c.accept(ctx, k, err)
}

// UpgradeRequest gives the size after the upgrade: both fields or none.
type UpgradeRequest struct {
	Memory  string `json:"memory,omitempty"`
	Storage string `json:"storage,omitempty"`
}

// Upgrade turns a professional-db into a business-critical one; id and URL stay.
func (c *Client) Upgrade(ctx context.Context, id string, u UpgradeRequest) (*Instance, error) {
	k, err := onInstance(opUpgrade, http.MethodPost, id, "/upgrade", u)
	if err == nil && (u.Memory == "") != (u.Storage == "") {
		err = badRequest(k, errors.New("memory and storage go together"))
	}
	return c.accept(ctx, k, err)
}

// OverwriteRequest names where the data come from. Without a snapshot Aura takes one of the
// source first; a snapshot must be exportable.
type OverwriteRequest struct {
	SourceInstanceID string `json:"source_instance_id"`
	SourceSnapshotID string `json:"source_snapshot_id,omitempty"`
}

// Overwrite replaces all data of an instance. A 500 means that it is smaller than the source.
func (c *Client) Overwrite(ctx context.Context, id string, o OverwriteRequest) (*Instance, error) {
	k, err := onInstance(opOverwrite, http.MethodPost, id, "/overwrite", o)
	if err == nil && o.SourceInstanceID == "" {
		err = badRequest(k, errors.New("a source instance is needed"))
	}
	return c.accept(ctx, k, err)
}

// onInstance is a call to /instances/{id}<tail>.
func onInstance(op, method, id, tail string, body any) (call, error) {
	k := call{op: op, instance: id, method: method, route: "/instances/{id}" + tail, body: body}
	escaped, err := segment("instance", id)
	if err != nil {
		k.instance = ""
		return k, badRequest(k, err)
	}
	k.path = "/instances/" + escaped + tail
	return k, nil
}

func ofTenant(id string) url.Values {
	if id == "" {
		return nil
	}
	return url.Values{"tenantId": {id}}
}
