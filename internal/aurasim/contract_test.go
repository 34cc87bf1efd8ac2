package aurasim

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// keysOf are the keys of the object at data (or of its first element), sorted; null ones marked.
func (a answer) keysOf(path ...any) string {
	a.t.Helper()
	m, ok := a.get(path...).(map[string]any)
	if !ok {
		a.t.Fatalf("no object at %v in %s", path, a.body)
	}
	var keys []string
	for key, value := range m {
		if value == nil {
			key += "=null"
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

const always = "cloud_provider connection_url created_at graph_analytics_plugin id memory name region status storage tenant_id type vector_optimized"

// sorted adds and removes ("-key") keys.
func sorted(keys string, edits ...string) string {
	all := strings.Fields(keys)
	for _, edit := range edits {
		if key, ok := strings.CutPrefix(edit, "-"); ok {
			all = slices.DeleteFunc(all, func(k string) bool { return k == key })
			continue
		}
		all = append(all, edit)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// Which keys an instance has, by tier and status.
func TestKeysOfAnInstance(t *testing.T) {
	long := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		in   Instance
		want string
	}{
		"professional":    {Instance{}, always},
		"paused":          {Instance{Status: StatusPaused}, sorted(always, "-connection_url", "connection_url=null")},
		"resuming":        {Instance{Status: StatusResuming}, sorted(always, "-connection_url", "connection_url=null")},
		"pausing":         {Instance{Status: StatusPausing}, always},
		"destroying":      {Instance{Status: StatusDestroying}, always},
		"critical":        {Instance{Type: catalog.BusinessCritical}, sorted(always, "metrics_integration_url", "cdc_enrichment_mode=null")},
		"enterprise":      {Instance{Type: catalog.EnterpriseDB}, sorted(always, "metrics_integration_url", "cdc_enrichment_mode", "secondaries_count")},
		"enterprise, key": {Instance{Type: catalog.EnterpriseDB, CustomerManagedKeyID: "x"}, sorted(always, "metrics_integration_url", "cdc_enrichment_mode", "secondaries_count", "customer_managed_key_id")},
		"data science":    {Instance{Type: catalog.ProfessionalDS, Memory: "4GB"}, always},
		"free":            {Instance{Type: catalog.FreeDB, CreatedAt: long}, sorted(always, "-storage", "graph_nodes", "graph_relationships")},
		"free, new":       {Instance{Type: catalog.FreeDB}, sorted(always, "-storage", "graph_nodes=null", "graph_relationships=null")},
	} {
		w := newWorld(t, Config{})
		a := w.want(200, "GET", "/v1/instances/"+w.sim.Add(row.in), "")
		if diff := cmp.Diff(row.want, a.keysOf("data")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// The reply to a create is not an instance; it is the only place of the password.
func TestReplyToCreate(t *testing.T) {
	w := newWorld(t, Config{})
	a := w.want(202, "POST", "/v1/instances", demoCreate)
	want := "cloud_provider connection_url created_at graph_analytics_plugin id name password region tenant_id type username vector_optimized"
	if diff := cmp.Diff(want, a.keysOf("data")); diff != "" {
		t.Error(diff)
	}
	id := a.get("data", "id").(string)
	a.is("neo4j", "data", "username").is("2026-03-02T08:15:30Z", "data", "created_at").
		is("neo4j+s://"+id+".databases.neo4j.io", "data", "connection_url")
	in, _ := w.sim.Instance(id)
	a.is(in.Password, "data", "password")
	w.clock.Advance(time.Minute)
	for _, body := range []string{w.do("GET", "/v1/instances/"+id, "").body, w.do("GET", "/v1/instances", "").body,
		w.do("POST", "/v1/instances/"+id+"/pause", "").body} {
		if strings.Contains(body, in.Password) || !strings.Contains(body, id) {
			t.Errorf("shown again, or not the instance: %s", body)
		}
	}
	for _, r := range w.sim.Requests() {
		if raw, _ := json.Marshal(r); strings.Contains(string(raw), in.Password) || strings.Contains(string(raw), DemoClientSecret) {
			t.Errorf("a secret in the log: %s", raw)
		}
	}
}

func TestBodiesOfTheOtherEndpoints(t *testing.T) {
	w := scene(t)
	for _, row := range []struct {
		method, path, body string
		at                 []any
		want               string
	}{
		{"GET", "/v1/instances", "", []any{"data", 0}, "cloud_provider created_at id name tenant_id"},
		{"GET", "/v1/tenants", "", []any{"data", 0}, "id name"},
		{"GET", "/v1/tenants/" + DemoTenantID, "", []any{"data"}, "id instance_configurations name"},
		{"GET", "/v1/tenants/" + DemoTenantID, "", []any{"data", "instance_configurations", 0}, "cloud_provider memory region region_name type version"},
		{"GET", "/v1/tenants/" + DemoTenantID, "", []any{"data", "instance_configurations", 1}, "cloud_provider memory region region_name storage type version"},
		{"GET", "/v1/tenants/" + DemoTenantID + "/metrics-integration", "", []any{"data"}, "endpoint"},
		{"GET", "/v1/instances/aaaaaaaa/snapshots/full", "", []any{"data"}, "exportable instance_id profile snapshot_id status timestamp"},
		{"GET", "/v1/instances/aaaaaaaa/snapshots", "", []any{"data", 0}, "exportable instance_id profile snapshot_id status timestamp"},
		{"POST", "/v1/instances/aaaaaaaa/snapshots", "", []any{"data"}, "snapshot_id"},
		{"GET", "/v1/customer-managed-keys", "", []any{"data", 0}, "id name tenant_id"},
		{"GET", "/v1/customer-managed-keys/idle", "", []any{"data"}, "cloud_provider created id instance_type key_id name region status tenant_id type"},
		{"GET", "/v1/graph-analytics/sessions/s-1", "", []any{"data"},
			"cloud_provider created_at database_id=null expiry_date host id instance_id memory name project_id region status tenant_id ttl user_id"},
		{"POST", "/v1/instances/sizing", `{"node_count":1,"relationship_count":1,"instance_type":"enterprise-ds"}`, []any{"data"}, "did_exceed_maximum min_required_memory recommended_size"},
	} {
		if diff := cmp.Diff(row.want, w.do(row.method, row.path, row.body).keysOf(row.at...)); diff != "" {
			t.Errorf("%s %s: %s", row.method, row.path, diff)
		}
	}
}

// Values whose form clients rely on.
func TestValues(t *testing.T) {
	w := newWorld(t, Config{})
	id := w.sim.Add(Instance{ID: "9c8d7e6f", Type: catalog.BusinessCritical, Memory: "4GB"})
	w.want(200, "GET", "/v1/instances/"+id, "").
		is("neo4j+s://9c8d7e6f.databases.neo4j.io", "data", "connection_url").
		is(DefaultBaseURL+"/api/v1/"+DemoTenantID+"/9c8d7e6f/metrics", "data", "metrics_integration_url").
		is("8GB", "data", "storage").is("running", "data", "status").is(false, "data", "vector_optimized")
	w.want(200, "GET", "/v1/tenants/"+DemoTenantID+"/metrics-integration", "").
		is(DefaultBaseURL+"/api/v1/"+DemoTenantID+"/metrics", "data", "endpoint")
	w.want(200, "POST", "/v1/instances/sizing", `{"node_count":1000000000,"relationship_count":1,"instance_type":"enterprise-ds"}`).
		is(true, "data", "did_exceed_maximum").is("512GB", "data", "recommended_size")
}

// What a clone, an overwrite and an upgrade keep and change.
func TestWhatOperationsChange(t *testing.T) {
	w := newWorld(t, Config{})
	source := w.sim.Add(Instance{Memory: "4GB", VectorOptimized: true, GraphAnalyticsPlugin: true})
	clone := w.create(`"5"`, `"5","source_instance_id":"`+source+`"`, "2GB", "4GB")
	w.want(200, "GET", "/v1/instances/"+clone, "").is(true, "data", "vector_optimized")
	in, _ := w.sim.Instance(clone)
	var passed []string
	for _, change := range in.History {
		passed = append(passed, change.Status)
	}
	if diff := cmp.Diff([]string{"creating", "loading", "running"}, passed); diff != "" {
		t.Error(diff)
	}
	before, _ := w.sim.Instance(clone)
	w.want(202, "POST", "/v1/instances/"+clone+"/overwrite", `{"source_instance_id":"`+source+`"}`)
	w.clock.Advance(time.Minute)
	after, _ := w.sim.Instance(clone)
	if after.Status != StatusRunning || after.Password != before.Password {
		t.Errorf("after the overwrite: %+v", after)
	}
	w.want(202, "POST", "/v1/instances/"+source+"/upgrade", "")
	w.clock.Advance(time.Minute)
	w.want(200, "GET", "/v1/instances/"+source, "").is(catalog.BusinessCritical, "data", "type").is(false, "data", "graph_analytics_plugin")
}

// Below 4 GB the vector setting goes by itself; CDC and secondaries outlive a pause.
func TestSettingsOverResizeAndPause(t *testing.T) {
	w := newWorld(t, Config{})
	pro := w.sim.Add(Instance{Memory: "4GB", VectorOptimized: true})
	vdc := w.sim.Add(Instance{Type: catalog.EnterpriseDB})
	w.want(202, "PATCH", "/v1/instances/"+pro, `{"memory":"2GB"}`)
	w.want(202, "PATCH", "/v1/instances/"+vdc, `{"cdc_enrichment_mode":"DIFF","secondaries_count":2}`)
	w.clock.Advance(time.Minute)
	w.want(202, "POST", "/v1/instances/"+vdc+"/pause", "")
	w.clock.Advance(time.Minute)
	w.want(200, "GET", "/v1/instances/"+pro, "").is(false, "data", "vector_optimized")
	w.want(200, "GET", "/v1/instances/"+vdc, "").is("DIFF", "data", "cdc_enrichment_mode").is(2.0, "data", "secondaries_count")
}

// Snapshots: pending, running, done; the exportable flag comes at the end; a day each in the list.
func TestSnapshots(t *testing.T) {
	w := newWorld(t, Config{})
	path := "/v1/instances/" + w.sim.Add(Instance{}) + "/snapshots"
	id := w.want(202, "POST", path, "").get("data", "snapshot_id").(string)
	w.want(200, "GET", path+"/"+id, "").is("Pending", "data", "status").is(false, "data", "exportable").is("AdHoc", "data", "profile")
	w.clock.Advance(30 * time.Second)
	w.want(200, "GET", path+"/"+id, "").is("InProgress", "data", "status")
	w.want(409, "POST", path, "").is("snapshot-not-allowed", "errors", 0, "reason")
	w.clock.Advance(30 * time.Second)
	w.want(200, "GET", path+"/"+id, "").is("Completed", "data", "status").is(true, "data", "exportable")
	w.clock.Advance(24 * time.Hour)
	w.want(200, "GET", path+"?date=2026-03-02", "").is(id, "data", 0, "snapshot_id").is(missing{}, "data", 1)
	w.want(200, "GET", path, "").is("Scheduled", "data", 0, "profile").is("2026-03-03T08:15:30Z", "data", 0, "timestamp")
}

// Aura's own snapshots: none while paused; hourly and mostly differential on business-critical;
// gone after the days that a tier keeps them.
func TestScheduledSnapshots(t *testing.T) {
	w := newWorld(t, Config{})
	bc, pro := w.sim.Add(Instance{Type: catalog.BusinessCritical}), w.sim.Add(Instance{})
	if err := w.sim.Act(pro, "paused"); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(10 * 24 * time.Hour)
	list := w.want(200, "GET", "/v1/instances/"+bc+"/snapshots?date=2026-03-05", "").get("data").([]any)
	full := 0
	for _, sn := range list {
		if sn.(map[string]any)["exportable"] == true {
			full++
		}
	}
	if len(list) != 24 || full != 1 {
		t.Errorf("%d snapshots on one day, %d of them full", len(list), full)
	}
	w.want(200, "GET", "/v1/instances/"+pro+"/snapshots?date=2026-03-05", "").is(missing{}, "data", 0)
	w.clock.Advance(40 * 24 * time.Hour)
	w.want(200, "GET", "/v1/instances/"+bc+"/snapshots?date=2026-03-05", "").is(missing{}, "data", 0)
}
