package aura

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/internal/aura/failure"
)

// TestInstanceForms: every form of an instance that some client has met, and what is made of it.
func TestInstanceForms(t *testing.T) {
	tests := []struct {
		name, body string
		want       Instance
	}{
		{"all of it",
			`{"id":"9c8d7e6f","name":"orders-ci","status":"running","tenant_id":"t-1","connection_url":"neo4j+s://9c8d7e6f.databases.neo4j.io",
			 "cloud_provider":"aws","region":"us-east-1","type":"business-critical","memory":"4GB","storage":"8GB","created_at":"2026-03-02T08:15:30Z",
			 "metrics_integration_url":"https://m","customer_managed_key_id":"k","secondaries_count":2,"cdc_enrichment_mode":"DIFF",
			 "vector_optimized":false,"graph_analytics_plugin":true}`,
			Instance{Summary: Summary{ID: "9c8d7e6f", Name: "orders-ci", TenantID: "t-1", CloudProvider: "aws", CreatedAt: time.Date(2026, 3, 2, 8, 15, 30, 0, time.UTC)},
				Status: Running, ConnectionURL: "neo4j+s://9c8d7e6f.databases.neo4j.io", Region: "us-east-1", Type: "business-critical", Memory: "4GB", Storage: "8GB",
				MetricsIntegrationURL: "https://m", CustomerManagedKeyID: "k", SecondariesCount: ptr(2), CDCEnrichmentMode: "DIFF",
				VectorOptimized: ptr(false), GraphAnalyticsPlugin: ptr(true)}},
		{"id alone", `{"id":"a"}`, Instance{Summary: Summary{ID: "a"}}},
		{"paused: no url, no sizes", `{"id":"a","status":"paused","connection_url":null}`, Instance{Summary: Summary{ID: "a"}, Status: Paused}},
		{"cdc null, secondaries missing", `{"id":"a","cdc_enrichment_mode":null}`, Instance{Summary: Summary{ID: "a"}}},
		{"secondaries zero is a value", `{"id":"a","secondaries_count":0}`, Instance{Summary: Summary{ID: "a"}, SecondariesCount: ptr(0)}},
		{"counts as numbers", `{"id":"a","graph_nodes":12,"graph_relationships":0}`, Instance{Summary: Summary{ID: "a"}, GraphNodes: ptr(int64(12)), GraphRelationships: ptr(int64(0))}},
		{"counts as strings", `{"id":"a","graph_nodes":"12","secondaries_count":"3"}`, Instance{Summary: Summary{ID: "a"}, GraphNodes: ptr(int64(12)), SecondariesCount: ptr(3)}},
		{"counts not counted yet", `{"id":"a","graph_nodes":null,"graph_relationships":""}`, Instance{Summary: Summary{ID: "a"}}},
		{"status in capitals", `{"id":"a","status":"Running"}`, Instance{Summary: Summary{ID: "a"}, Status: Running}},
		{"status with a space", `{"id":"a","status":"loading failed"}`, Instance{Summary: Summary{ID: "a"}, Status: LoadingFailed}},
		{"unknown status", `{"id":"a","status":"Defragmenting"}`, Instance{Summary: Summary{ID: "a"}, Status: "defragmenting"}},
		{"sizes without B", `{"id":"a","memory":"8G","storage":"16 gb"}`, Instance{Summary: Summary{ID: "a"}, Memory: "8GB", Storage: "16GB"}},
		{"name kept as it is", `{"id":"a","name":"odd \n"}`, Instance{Summary: Summary{ID: "a", Name: "odd \n"}}},
		{"unknown fields, odd values", `{"id":"a","new":{"x":[1]},"region":{},"memory":[],"vector_optimized":"true","graph_analytics_plugin":7,"created_at":"yesterday","secondaries_count":1.5}`,
			Instance{Summary: Summary{ID: "a"}, VectorOptimized: ptr(true)}},
	}
	for _, tt := range tests {
		got, err := parseInstance([]byte(`{"data":` + tt.body + `}`))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestListsWithGaps: a list that may hide an instance is no list, or a second one gets made. An
// entry that can't be worked with hides nobody but itself, and says so.
func TestListsWithGaps(t *testing.T) {
	for _, body := range []string{
		``, `null`, `[]`, `{}`, `{"data":null}`, `{"data":{}}`,
		`{"data":[{"id":"a"}`, `{"errors":[{"message":"later","reason":"x"}]}`, `<html>`,
	} {
		if got, err := parseSummaries([]byte(body)); err == nil {
			t.Errorf("%s passed for the list %v", body, got)
		}
	}
	for entry, fault := range map[string]string{
		`{"name":"n"}`: "has no id", `{"id":null,"name":"n"}`: "has no id", `{"id":{},"name":"n"}`: "has no id",
		`{"id":"../..","name":"n"}`: "is not a valid instance id", `{"id":"a b","name":"n"}`: "is not a valid instance id",
		`{"id":"z","name":"n"}`: "the id of another one",
	} {
		got, err := parseSummaries([]byte(`{"data":[{"id":"z"},` + entry + `,{"id":"b"}]}`))
		if err != nil || len(got) != 3 || got[0].ID != "z" || got[2].ID != "b" || got[1].ID != "" || got[1].Name != "n" || !strings.Contains(got[1].Fault, fault) {
			t.Errorf("%s: %+v, %v", entry, got, err)
		}
	}
	for _, entry := range []string{`7`, `"a"`, `[]`, `null`} {
		if got, err := parseSummaries([]byte(`{"data":[` + entry + `,{"id":"b"}]}`)); err != nil || len(got) != 2 || got[0].Fault == "" || got[1].ID != "b" {
			t.Errorf("%s: %+v, %v", entry, got, err)
		}
	}
	got, err := parseSummaries([]byte(`{"data":[{"id":"a","name":"n"},{"id":"b","created_at":"2026-03-02T08:15:30Z"}]}`))
	want := []Summary{{ID: "a", Name: "n"}, {ID: "b", CreatedAt: time.Date(2026, 3, 2, 8, 15, 30, 0, time.UTC)}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestAnotherInstance: a reply about another instance is never taken for the one asked about.
func TestAnotherInstance(t *testing.T) {
	s := newServer(t, says(200, `{"data":{"id":"ffffffff","status":"paused"}}`))
	c := s.client()
	if in, err := c.Instance(t.Context(), anID); failure.KindOf(err) != failure.Person || !strings.Contains(err.Error(), "ffffffff") {
		t.Errorf("read: %v, %v", in, err)
	}
	if in, err := c.Pause(t.Context(), anID); in != nil || err != nil {
		t.Errorf("pause: %v, %v", in, err)
	}
}

// TestAcceptedWhateverTheBody: 200 and 202 alike are consent.
func TestAcceptedWhateverTheBody(t *testing.T) {
	for _, status := range []int{200, 202} {
		for body, told := range map[string]bool{
			"": false, "{}": false, `{"data":{}}`: false, `{"data":null}`: false, `"done"`: false, "<html>": false,
			`{"data":{"id":"` + anID + `","status":"resizing","memory":"2GB"}}`: true,
		} {
			s := newServer(t, says(status, body))
			in, err := s.client().Patch(t.Context(), anID, PatchRequest{"memory": "4GB"})
			if err != nil || (in != nil) != told {
				t.Errorf("%d %s: %v, %v", status, body, in, err)
			}
			if told && (in.Status != Resizing || in.Memory != "2GB") {
				t.Errorf("%d %s: %+v", status, body, in)
			}
		}
	}
}

// TestAcceptedThoughCut: consent is in the status, which had arrived.
func TestAcceptedThoughCut(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99")
		w.WriteHeader(202)
		io.WriteString(w, `{"data":{"id":"`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	if in, err := s.client().Resume(t.Context(), anID); in != nil || err != nil {
		t.Errorf("%v, %v", in, err)
	}
	if id, err := s.client().CreateSnapshot(t.Context(), anID); id != "" || !uncertain(err) {
		t.Errorf("a snapshot without an id: %q, %v", id, err)
	}
}

func TestOtherReplies(t *testing.T) {
	s := newServer(t, nil)
	c := s.client()
	s.answer = says(200, `{"data":{"id":"t-1","name":"Team Blue","instance_configurations":[
		{"type":"professional-db","cloud_provider":"gcp","region":"europe-west1","region_name":"Belgium (europe-west1)","version":"5","memory":"2GB","storage":"4GB"},
		{"type":"free-db","cloud_provider":"gcp","region":"europe-west1","version":5,"memory":"1GB"}]}}`)
	tenant, err := c.Tenant(t.Context(), "t-1")
	check(t, err, Tenant{ID: "t-1", Name: "Team Blue", InstanceConfigurations: []InstanceConfiguration{
		{Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", RegionName: "Belgium (europe-west1)", Version: "5", Memory: "2GB", Storage: "4GB"},
		{Type: "free-db", CloudProvider: "gcp", Region: "europe-west1", Version: "5", Memory: "1GB"}}}, tenant)

	s.answer = says(202, `{"data":{"snapshot_id":"s-1"}}`)
	id, err := c.CreateSnapshot(t.Context(), anID)
	check(t, err, "s-1", id)

	s.answer = says(200, `{"data":[{"snapshot_id":"s-1","instance_id":"a","profile":"AdHoc","status":"Completed","timestamp":"2026-03-02T08:15:30Z","exportable":true},{"snapshot_id":"s-2"}]}`)
	snapshots, err := c.Snapshots(t.Context(), anID, time.Time{})
	check(t, err, []Snapshot{{ID: "s-1", InstanceID: "a", Profile: "AdHoc", Status: "Completed", Timestamp: time.Date(2026, 3, 2, 8, 15, 30, 0, time.UTC), Exportable: ptr(true)}, {ID: "s-2"}}, snapshots)

	s.answer = says(200, `{"data":{"did_exceed_maximum":false,"min_required_memory":"4GB","recommended_size":"8GB"}}`)
	sizing, err := c.Sizing(t.Context(), SizingRequest{})
	check(t, err, Sizing{MinRequiredMemory: "4GB", RecommendedSize: "8GB"}, sizing)

}

func check[T any](t *testing.T, err error, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
