package aurasim

import (
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// A PATCH that asks for what is there is answered as ever and changes nothing, whatever the status.
func TestAPatchWithWhatItHasIsNoChange(t *testing.T) {
	for body, code := range map[string]int{
		`{"memory":"4GB"}`:                 202,
		`{"memory":"4G","storage":"8GB"}`:  202,
		`{"storage":"8GB"}`:                202,
		`{"name":"one","memory":"4GB"}`:    202,
		`{"vector_optimized":true}`:        202,
		`{"graph_analytics_plugin":false}`: 202,
		`{"cdc_enrichment_mode":"DIFF"}`:   202,
		`{"secondaries_count":2}`:          202,
		`{"name":"one"}`:                   200,
		`{"memory":"4GB","storage":"8GB","vector_optimized":true,"cdc_enrichment_mode":"DIFF"}`: 202,
	} {
		for _, status := range []string{StatusRunning, StatusPaused} {
			w := newWorld(t, Config{Quirks: quirk.Quirks{RenameUpdating: quirk.On}})
			id := w.sim.Add(Instance{Name: "one", Type: catalog.BusinessCritical, Memory: "4GB", Status: status,
				VectorOptimized: true, CDCEnrichmentMode: "DIFF", SecondariesCount: 2})
			before, _ := w.sim.Instance(id)
			w.want(code, "PATCH", "/v1/instances/"+id, body).is(status, "data", "status")
			same(t, w, before)
		}
	}
}

// Storage that was chosen stays when memory changes, as far as it can; storage that came with the
// memory goes with it.
func TestStorageAfterAResize(t *testing.T) {
	for _, row := range []struct{ memory, storage, body, wantMemory, wantStorage string }{
		{"4GB", "8GB", `{"memory":"8GB"}`, "8GB", "16GB"},
		{"8GB", "16GB", `{"memory":"4GB"}`, "4GB", "8GB"},
		{"4GB", "8GB", `{"storage":"16GB"}`, "4GB", "16GB"},
		{"4GB", "8GB", `{"memory":"4GB","storage":"16GB"}`, "4GB", "16GB"},
		{"4GB", "64GB", `{"memory":"8GB"}`, "8GB", "64GB"},
		{"4GB", "64GB", `{"memory":"2GB"}`, "2GB", "64GB"},
		{"4GB", "16GB", `{"memory":"16GB"}`, "16GB", "32GB"},
		{"4GB", "16GB", `{"memory":"4GB"}`, "4GB", "16GB"},
		{"4GB", "16GB", `{"storage":"8GB"}`, "4GB", "8GB"},
	} {
		w := newWorld(t, Config{})
		id := w.sim.Add(Instance{Memory: row.memory, Storage: row.storage})
		w.want(202, "PATCH", "/v1/instances/"+id, row.body)
		w.clock.Advance(time.Hour)
		if in, _ := w.sim.Instance(id); in.Memory != row.wantMemory || in.Storage != row.wantStorage {
			t.Errorf("%s/%s %s: %s/%s", row.memory, row.storage, row.body, in.Memory, in.Storage)
		}
	}
}
