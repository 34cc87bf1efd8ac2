package aura

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/wire"
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

type wireInstance struct {
	wire.Summary
	Status                wire.Text  `json:"status"`
	Region                wire.Text  `json:"region"`
	Type                  wire.Text  `json:"type"`
	ConnectionURL         wire.Text  `json:"connection_url"`
	Memory                wire.Text  `json:"memory"`
	Storage               wire.Text  `json:"storage"`
	MetricsIntegrationURL wire.Text  `json:"metrics_integration_url"`
	CustomerManagedKeyID  wire.Text  `json:"customer_managed_key_id"`
	GraphNodes            wire.Count `json:"graph_nodes"`
	GraphRelationships    wire.Count `json:"graph_relationships"`
	SecondariesCount      wire.Count `json:"secondaries_count"`
	CDCEnrichmentMode     wire.Text  `json:"cdc_enrichment_mode"`
	VectorOptimized       wire.Flag  `json:"vector_optimized"`
	GraphAnalyticsPlugin  wire.Flag  `json:"graph_analytics_plugin"`
}

func summary(w wire.Summary) Summary {
	return Summary{
		ID: string(w.ID), Name: string(w.Name), TenantID: string(w.TenantID),
		CloudProvider: string(w.CloudProvider), CreatedAt: w.CreatedAt.Time,
	}
}

func (w wireInstance) instance() Instance {
	return Instance{
		Summary:               summary(w.Summary),
		Status:                Status(strings.ToLower(string(w.Status))),
		Region:                string(w.Region),
		Type:                  string(w.Type),
		ConnectionURL:         string(w.ConnectionURL),
		Memory:                wire.Size(w.Memory),
		Storage:               wire.Size(w.Storage),
		MetricsIntegrationURL: string(w.MetricsIntegrationURL),
		CustomerManagedKeyID:  string(w.CustomerManagedKeyID),
		GraphNodes:            w.GraphNodes.N,
		GraphRelationships:    w.GraphRelationships.N,
		SecondariesCount:      asInt(w.SecondariesCount),
		CDCEnrichmentMode:     strings.ToUpper(string(w.CDCEnrichmentMode)),
		VectorOptimized:       w.VectorOptimized.B,
		GraphAnalyticsPlugin:  w.GraphAnalyticsPlugin.B,
	}
}

func asInt(c wire.Count) *int {
	if c.N == nil {
		return nil
	}
	n := int(*c.N)
	return &n
}

var errNoID = errors.New("the reply names no instance id")

// parseInstance decodes a success body that holds one instance.
func parseInstance(raw []byte) (Instance, error) {
	w, err := wire.Data[wireInstance](raw)
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
	list, err := wire.Data[[]json.RawMessage](raw)
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
	var w wire.Summary
	if err := json.Unmarshal(raw, &w); err != nil {
		return Summary{Fault: fmt.Sprintf("entry %d of the list is not an instance", i+1)}
	}
	s := summary(w)
	if _, err := exchange.Segment("instance", s.ID); err != nil {
		s.Fault = fmt.Sprintf("entry %d of the list has no id", i+1)
		if s.ID != "" {
			s.Fault = fmt.Sprintf("entry %d of the list: %v", i+1, err)
		}
		s.ID = ""
	}
	return s
}
