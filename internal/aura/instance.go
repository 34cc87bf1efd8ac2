package aura

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Status of an instance, lower-cased; one that is not known is kept as it came.
type Status string

// Statuses of the v1 specification, then those seen beside it.
const (
	Creating      Status = "creating"
	Destroying    Status = "destroying"
	Running       Status = "running"
	Pausing       Status = "pausing"
	Paused        Status = "paused"
	Suspending    Status = "suspending"
	Suspended     Status = "suspended"
	Resuming      Status = "resuming"
	Loading       Status = "loading"
	LoadingFailed Status = "loading failed"
	Restoring     Status = "restoring"
	Updating      Status = "updating"
	Overwriting   Status = "overwriting"

	Resizing Status = "resizing"
	Deleting Status = "deleting"
)

// Summary is an instance as the list shows it: no status, type or size.
type Summary struct {
	ID            string // "" with Fault
	Name          string // as it is, spaces and line ends included
	TenantID      string
	CloudProvider string
	CreatedAt     time.Time // zero when not told

	// Fault says why the entry can't be worked with: it names no id, or none that a request could
	// carry. Somebody is there all the same, so that nothing that could be it may be made anew.
	Fault string
}

// Instance is an instance as Aura tells it. Only ID is certain to be there. Empty and nil mean
// not told, which is not the same as off or zero: connection URL, memory and storage go missing
// while paused, CDC is null and secondaries are missing on tiers that have them.
type Instance struct {
	Summary
	Status                Status
	Region                string
	Type                  string // free-db, professional-db, business-critical, ...
	ConnectionURL         string
	Memory                string // "<n>GB"; the old size while resizing
	Storage               string // "<n>GB"
	MetricsIntegrationURL string
	CustomerManagedKeyID  string
	GraphNodes            *int64
	GraphRelationships    *int64
	SecondariesCount      *int
	CDCEnrichmentMode     string // OFF, DIFF, FULL
	VectorOptimized       *bool
	GraphAnalyticsPlugin  *bool
}

type wireSummary struct {
	ID            text    `json:"id"`
	Name          text    `json:"name"`
	TenantID      text    `json:"tenant_id"`
	CloudProvider text    `json:"cloud_provider"`
	CreatedAt     instant `json:"created_at"`
}

type wireInstance struct {
	wireSummary
	Status                text  `json:"status"`
	Region                text  `json:"region"`
	Type                  text  `json:"type"`
	ConnectionURL         text  `json:"connection_url"`
	Memory                text  `json:"memory"`
	Storage               text  `json:"storage"`
	MetricsIntegrationURL text  `json:"metrics_integration_url"`
	CustomerManagedKeyID  text  `json:"customer_managed_key_id"`
	GraphNodes            count `json:"graph_nodes"`
	GraphRelationships    count `json:"graph_relationships"`
	SecondariesCount      count `json:"secondaries_count"`
	CDCEnrichmentMode     text  `json:"cdc_enrichment_mode"`
	VectorOptimized       flag  `json:"vector_optimized"`
	GraphAnalyticsPlugin  flag  `json:"graph_analytics_plugin"`
}

func (w wireSummary) summary() Summary {
	return Summary{
		ID: string(w.ID), Name: string(w.Name), TenantID: string(w.TenantID),
		CloudProvider: string(w.CloudProvider), CreatedAt: w.CreatedAt.Time,
	}
}

func (w wireInstance) instance() Instance {
	return Instance{
		Summary:               w.summary(),
		Status:                Status(strings.ToLower(string(w.Status))),
		Region:                string(w.Region),
		Type:                  string(w.Type),
		ConnectionURL:         string(w.ConnectionURL),
		Memory:                size(w.Memory),
		Storage:               size(w.Storage),
		MetricsIntegrationURL: string(w.MetricsIntegrationURL),
		CustomerManagedKeyID:  string(w.CustomerManagedKeyID),
		GraphNodes:            w.GraphNodes.n,
		GraphRelationships:    w.GraphRelationships.n,
		SecondariesCount:      asInt(w.SecondariesCount),
		CDCEnrichmentMode:     strings.ToUpper(string(w.CDCEnrichmentMode)),
		VectorOptimized:       w.VectorOptimized.b,
		GraphAnalyticsPlugin:  w.GraphAnalyticsPlugin.b,
	}
}

func asInt(c count) *int {
	if c.n == nil {
		return nil
	}
	n := int(*c.n)
	return &n
}

var errNoID = errors.New("the reply names no instance id")

// parseInstance decodes a success body that holds one instance.
func parseInstance(raw []byte) (Instance, error) {
	w, err := data[wireInstance](raw)
	if err != nil {
		return Instance{}, err
	}
	if w.ID == "" {
		return Instance{}, errNoID
	}
	return w.instance(), nil
}

// parseSummaries decodes the list. An entry that can't be worked with stays in it, with its Fault:
// it must neither hide the others nor be taken for a gap.
func parseSummaries(raw []byte) ([]Summary, error) {
	list, err := data[[]json.RawMessage](raw)
	if err != nil {
		return nil, err
	}
	out := make([]Summary, 0, len(list))
	seen := map[string]bool{}
	for i, entry := range list {
		s := parseSummary(i, entry)
		if s.Fault == "" && seen[s.ID] {
			s.Fault = fmt.Sprintf("entry %d of the list has the id of another one, %s", i+1, s.ID)
			s.ID = ""
		}
		seen[s.ID] = true
		out = append(out, s)
	}
	return out, nil
}

// parseSummary decodes entry i, counted from 0, of the list.
func parseSummary(i int, raw []byte) Summary {
	var w wireSummary
	if err := json.Unmarshal(raw, &w); err != nil {
		return Summary{Fault: fmt.Sprintf("entry %d of the list is not an instance", i+1)}
	}
	s := w.summary()
	if _, err := segment("instance", s.ID); err != nil {
		s.Fault = fmt.Sprintf("entry %d of the list has no id", i+1)
		if s.ID != "" {
			s.Fault = fmt.Sprintf("entry %d of the list: %v", i+1, err)
		}
		s.ID = ""
	}
	return s
}
