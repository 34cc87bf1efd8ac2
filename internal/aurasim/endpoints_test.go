package aurasim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// scene is what the rows of the endpoint table find: fixed ids in every status that matters.
func scene(t *testing.T) *world {
	w := newWorld(t, Config{Quota: 30})
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, in := range []Instance{
		{ID: "aaaaaaaa"}, {ID: "aaaaaaa2", Memory: "1GB"}, {ID: "aaaaaaa8", Memory: "8GB", NeedsMemory: "4GB"},
		{ID: "bbbbbbbb", Type: catalog.BusinessCritical}, {ID: "ffffffff", Type: catalog.FreeDB},
		{ID: "eeeeeeee", Type: catalog.EnterpriseDB}, {ID: "dddddddd", Type: catalog.ProfessionalDS, Memory: "4GB"},
		{ID: "00000001", Status: StatusPaused}, {ID: "00000002", Status: StatusResizing},
		{ID: "00000003", Status: StatusDestroying}, {ID: "00000004", Status: StatusLoadingFailed},
		{ID: "00000005", Status: StatusSuspended}, {ID: "00000006", Status: StatusRestoring},
		{ID: "00000007", Status: StatusCreating}, {ID: "00000008", Status: "upgrading"},
	} {
		in.CreatedAt = at
		w.sim.Add(in)
	}
	w.sim.mu.Lock()
	defer w.sim.mu.Unlock()
	now := w.clock.Now()
	w.sim.byID["aaaaaaaa"].snapshots = []*snapshot{
		{id: "full", profile: "AdHoc", at: now.Add(-time.Hour), ends: now.Add(-time.Minute), full: true},
		{id: "diff", profile: "Scheduled", at: now.Add(-time.Hour), ends: now.Add(-time.Minute)},
	}
	w.sim.byID["bbbbbbbb"].snapshots = []*snapshot{{id: "busy", at: now, ends: now.Add(time.Minute), full: true}}
	for _, in := range w.sim.instances {
		in.nextSnapshot = time.Time{}
	}
	w.sim.keys = []*encryptionKey{
		{ID: "used", Name: "used", Type: catalog.EnterpriseDB, CloudProvider: "gcp", Region: "europe-west1", TenantID: DemoTenantID, Created: at},
		{ID: "idle", Name: "idle", Type: catalog.EnterpriseDB, CloudProvider: "gcp", Region: "europe-west1", TenantID: DemoTenantID, Created: at},
		{ID: "slow", Name: "slow", Type: catalog.EnterpriseDB, CloudProvider: "gcp", Region: "europe-west1", TenantID: DemoTenantID, Created: now, ready: now.Add(time.Minute)},
	}
	w.sim.byID["eeeeeeee"].CustomerManagedKeyID = "used"
	w.sim.sessions = []*session{{ID: "s-1", Name: "s", Memory: "4GB", TenantID: DemoTenantID, InstanceID: "aaaaaaaa",
		CloudProvider: "gcp", Region: "europe-west1", Created: now, ready: now.Add(time.Minute), life: 20 * time.Minute}}
	return w
}

const keyBody = `{"key_id":"arn:1","name":"k","cloud_provider":"gcp","instance_type":"enterprise-db","region":"europe-west1","tenant_id":"` + DemoTenantID + `"}`

// demo is the create body with edits: pairs of old and new text.
func demo(edits ...string) string { return strings.NewReplacer(edits...).Replace(demoCreate) }

const sessions = "/v1/graph-analytics/sessions"

const base = "/v1/instances"

// Each row: the endpoint, the path, the body, and the code with the reason if it is a refusal.
var endpointTable = []struct{ endpoint, path, body, want string }{
	{"GET /v1/instances", base, "", "200"},
	{"GET /v1/instances", base + "?tenantId=" + DemoTenantID, "", "200"},
	{"GET /v1/instances", base + "?tenantId=00000000-0000-0000-0000-000000000000", "", "403 unauthorized"},
	{"GET /v1/instances", base + "?tenantId=x", "", "403"},

	{"POST /v1/instances", base, demoCreate, "202"},
	{"POST /v1/instances", base, demo("2GB", "2G"), "202"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","storage":"4GB"`), "202"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","storage":"8GB"`), "202"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","storage":"2GB"`), "400 invalid-memory-size"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","storage":"9GB"`), "400 invalid-memory-size"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","storage":"8GB"`, `aws`, `azure`, `us-east-1`, `eastus`), "400 invalid-memory-size"},
	{"POST /v1/instances", base, demo("2GB", "3GB"), "400 invalid-memory-size"},
	{"POST /v1/instances", base, demo("us-east-1", "eu-central-1"), "400 invalid-request region"},
	{"POST /v1/instances", base, demo("professional-db", "platinum"), "400 invalid-request type"},
	{"POST /v1/instances", base, demo(`"5"`, `"3"`), "400 invalid-request version"},
	{"POST /v1/instances", base, demo("orders-ci", strings.Repeat("ö", 31)), "400 invalid-request name"},
	{"POST /v1/instances", base, demo("orders-ci", strings.Repeat("ö", 30)), "202"},
	{"POST /v1/instances", base, demo("orders-ci", " orders"), "400 invalid-request name"},
	{"POST /v1/instances", base, demo(`"name"`, `"title"`), "400 invalid-request name"},
	{"POST /v1/instances", base, demo(`"memory"`, `"mem"`), "400 invalid-request memory"},
	{"POST /v1/instances", base, demo(`"2GB"`, `2`), "400 invalid-request memory"},
	{"POST /v1/instances", base, "", "400 invalid-request name"},
	{"POST /v1/instances", base, "{", "400 invalid-request"},
	{"POST /v1/instances", base, "[]", "400 invalid-request"},
	{"POST /v1/instances", base, demo(DemoTenantID, "other"), "403 unauthorized"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","vector_optimized":true`), "400 invalid-request vector_optimized"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","vector_optimized":true`, "2GB", "4GB"), "202"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","graph_analytics_plugin":true`), "202"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","graph_analytics_plugin":true`, "professional-db", "business-critical"), "400 database-incapable-of-action"},
	{"POST /v1/instances", base, demo("professional-db", "business-critical", "2GB", "1GB"), "400 invalid-memory-size"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","source_snapshot_id":"full"`), "400 invalid-request source_instance_id"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","source_instance_id":"99999999"`), "400 invalid-request source_instance_id"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","source_instance_id":"aaaaaaaa"`), "202"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","source_instance_id":"aaaaaaaa","source_snapshot_id":"full"`), "202"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","source_instance_id":"aaaaaaaa","source_snapshot_id":"diff"`), "409 instance-action-unavailable"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","customer_managed_key_id":"idle"`), "400 database-incapable-of-action"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","customer_managed_key_id":"idle"`, "professional-db", "enterprise-db", "aws", "gcp", "us-east-1", "europe-west1"), "202"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","customer_managed_key_id":"idle"`, "professional-db", "enterprise-db"), "400 invalid-request customer_managed_key_id"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","customer_managed_key_id":"slow"`, "professional-db", "enterprise-db", "aws", "gcp", "us-east-1", "europe-west1"), "400 invalid-request customer_managed_key_id"},
	{"POST /v1/instances", base, demo(`"5"`, `"5","customer_managed_key_id":"none"`, "professional-db", "enterprise-db"), "400 encryption-key-not-found"},
	{"POST /v1/instances", base, demo("professional-db", "free-db", "2GB", "1GB", "aws", "gcp", "us-east-1", "europe-west1"), "405 quota-exceeded"},

	{"POST /v1/instances/sizing", base + "/sizing", `{"node_count":1000000,"relationship_count":9000000,"instance_type":"professional-ds","algorithm_categories":["centrality"]}`, "200"},
	{"POST /v1/instances/sizing", base + "/sizing", `{"node_count":1,"instance_type":"professional-ds"}`, "400 invalid-request relationship_count"},
	{"POST /v1/instances/sizing", base + "/sizing", `{"node_count":1,"relationship_count":1,"instance_type":"professional-db"}`, "400 invalid-request instance_type"},

	{"GET /v1/instances/{id}", base + "/aaaaaaaa", "", "200"},
	{"GET /v1/instances/{id}", base + "/99999999", "", "404 db-not-found"},

	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"name":"x"}`, "200"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"name":"x","memory":"8GB"}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"memory":"8GB","storage":"16GB"}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"memory":"8GB","storage":"32GB"}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"memory":"8GB","storage":"4GB"}`, "400 invalid-memory-size"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"storage":"32GB"}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"storage":"33GB"}`, "400 invalid-memory-size"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaa8", `{"memory":"2GB"}`, "400 invalid-memory-size"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaa8", `{"memory":"4GB"}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"name":""}`, "400 invalid-request name"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{}`, "400 invalid-request"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"name":"x","region":"us-east1"}`, "400 invalid-request region"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"vector_optimized":true}`, "400 invalid-request vector_optimized"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"vector_optimized":true,"memory":"4GB"}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/dddddddd", `{"vector_optimized":true}`, "400 database-incapable-of-action"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"graph_analytics_plugin":true}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"cdc_enrichment_mode":"FULL"}`, "400 database-incapable-of-action"},
	{"PATCH /v1/instances/{id}", base + "/bbbbbbbb", `{"cdc_enrichment_mode":"FULL"}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/bbbbbbbb", `{"cdc_enrichment_mode":"full"}`, "400 invalid-request cdc_enrichment_mode"},
	{"PATCH /v1/instances/{id}", base + "/aaaaaaaa", `{"secondaries_count":1}`, "400 database-incapable-of-action"},
	{"PATCH /v1/instances/{id}", base + "/bbbbbbbb", `{"secondaries_count":0}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/eeeeeeee", `{"secondaries_count":15}`, "202"},
	{"PATCH /v1/instances/{id}", base + "/eeeeeeee", `{"secondaries_count":16}`, "400 invalid-request secondaries_count"},
	{"PATCH /v1/instances/{id}", base + "/ffffffff", `{"memory":"2GB"}`, "400 database-incapable-of-action"},
	{"PATCH /v1/instances/{id}", base + "/99999999", `{"name":"x"}`, "404 db-not-found"},
	{"PATCH /v1/instances/{id}", base + "/00000001", `{"name":"x"}`, "200"},
	{"PATCH /v1/instances/{id}", base + "/00000001", `{"memory":"4GB"}`, "409 instance-action-unavailable"},
	{"PATCH /v1/instances/{id}", base + "/00000002", `{"memory":"4GB"}`, "409 ongoing-database-operation"},
	{"PATCH /v1/instances/{id}", base + "/00000003", `{"name":"x"}`, "409 ongoing-database-operation"},
	{"PATCH /v1/instances/{id}", base + "/00000007", `{"name":"x"}`, "200"},

	{"DELETE /v1/instances/{id}", base + "/aaaaaaaa", "", "202"},
	{"DELETE /v1/instances/{id}", base + "/00000001", "", "202"},
	{"DELETE /v1/instances/{id}", base + "/00000004", "", "202"},
	{"DELETE /v1/instances/{id}", base + "/00000006", "", "202"},
	{"DELETE /v1/instances/{id}", base + "/00000002", "", "409 ongoing-database-operation"},
	{"DELETE /v1/instances/{id}", base + "/99999999", "", "404 db-not-found"},

	{"POST /v1/instances/{id}/pause", base + "/aaaaaaaa/pause", "", "202"},
	{"POST /v1/instances/{id}/pause", base + "/ffffffff/pause", "", "400 database-incapable-of-action"},
	{"POST /v1/instances/{id}/pause", base + "/00000001/pause", "", "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/pause", base + "/00000002/pause", "", "409 ongoing-database-operation"},
	{"POST /v1/instances/{id}/pause", base + "/00000004/pause", "", "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/pause", base + "/00000008/pause", "", "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/pause", base + "/99999999/pause", "", "404 db-not-found"},

	{"POST /v1/instances/{id}/resume", base + "/00000001/resume", "{}", "202"},
	{"POST /v1/instances/{id}/resume", base + "/aaaaaaaa/resume", "", "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/resume", base + "/00000005/resume", "", "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/resume", base + "/00000002/resume", "", "409 ongoing-database-operation"},
	{"POST /v1/instances/{id}/resume", base + "/99999999/resume", "", "404 db-not-found"},

	{"POST /v1/instances/{id}/upgrade", base + "/aaaaaaaa/upgrade", "", "202"},
	{"POST /v1/instances/{id}/upgrade", base + "/aaaaaaaa/upgrade", `{"memory":"8GB","storage":"16GB"}`, "202"},
	{"POST /v1/instances/{id}/upgrade", base + "/aaaaaaaa/upgrade", `{"memory":"8GB"}`, "400 invalid-request"},
	{"POST /v1/instances/{id}/upgrade", base + "/aaaaaaa2/upgrade", "", "400 invalid-memory-size"},
	{"POST /v1/instances/{id}/upgrade", base + "/bbbbbbbb/upgrade", "", "400 database-incapable-of-action"},
	{"POST /v1/instances/{id}/upgrade", base + "/00000002/upgrade", "", "409 ongoing-database-operation"},
	{"POST /v1/instances/{id}/upgrade", base + "/99999999/upgrade", "", "404 db-not-found"},

	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaaa/overwrite", `{"source_instance_id":"aaaaaaa2"}`, "202"},
	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaa8/overwrite", `{"source_instance_id":"aaaaaaaa","source_snapshot_id":"full"}`, "202"},
	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaa8/overwrite", `{"source_instance_id":"aaaaaaaa","source_snapshot_id":"diff"}`, "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaaa/overwrite", `{"source_instance_id":"aaaaaaaa","source_snapshot_id":"diff"}`, "202"},
	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaa8/overwrite", `{"source_instance_id":"aaaaaaaa","source_snapshot_id":"x"}`, "404 snapshot-not-found"},
	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaaa/overwrite", `{"source_instance_id":"99999999"}`, "404 db-not-found"},
	{"POST /v1/instances/{id}/overwrite", base + "/99999999/overwrite", `{"source_instance_id":"aaaaaaaa"}`, "404 db-not-found"},
	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaaa/overwrite", `{}`, "400 invalid-request source_instance_id"},
	{"POST /v1/instances/{id}/overwrite", base + "/00000002/overwrite", `{"source_instance_id":"aaaaaaaa"}`, "409 ongoing-database-operation"},
	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaaa/overwrite", `{"source_instance_id":"00000001"}`, "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/overwrite", base + "/ffffffff/overwrite", `{"source_instance_id":"aaaaaaaa"}`, "420 database-incapable-of-action"},
	{"POST /v1/instances/{id}/overwrite", base + "/aaaaaaaa/overwrite", `{"source_instance_id":"aaaaaaa8"}`, "500 size-disparity"},

	{"GET /v1/instances/{id}/snapshots", base + "/aaaaaaaa/snapshots", "", "200"},
	{"GET /v1/instances/{id}/snapshots", base + "/aaaaaaaa/snapshots?date=2026-03-01", "", "200"},
	{"GET /v1/instances/{id}/snapshots", base + "/aaaaaaaa/snapshots?date=yesterday", "", "400 invalid-request date"},
	{"GET /v1/instances/{id}/snapshots", base + "/99999999/snapshots", "", "404 db-not-found"},

	{"POST /v1/instances/{id}/snapshots", base + "/aaaaaaaa/snapshots", "", "202"},
	{"POST /v1/instances/{id}/snapshots", base + "/bbbbbbbb/snapshots", "", "409 snapshot-not-allowed"},
	{"POST /v1/instances/{id}/snapshots", base + "/00000001/snapshots", "", "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/snapshots", base + "/00000002/snapshots", "", "409 ongoing-database-operation"},
	{"POST /v1/instances/{id}/snapshots", base + "/99999999/snapshots", "", "404 db-not-found"},

	{"GET /v1/instances/{id}/snapshots/{sid}", base + "/aaaaaaaa/snapshots/full", "", "200"},
	{"GET /v1/instances/{id}/snapshots/{sid}", base + "/aaaaaaaa/snapshots/x", "", "404 snapshot-not-found"},
	{"GET /v1/instances/{id}/snapshots/{sid}", base + "/99999999/snapshots/full", "", "404 db-not-found"},

	{"POST /v1/instances/{id}/snapshots/{sid}/restore", base + "/aaaaaaaa/snapshots/diff/restore", "", "202"},
	{"POST /v1/instances/{id}/snapshots/{sid}/restore", base + "/bbbbbbbb/snapshots/busy/restore", "", "409 instance-action-unavailable"},
	{"POST /v1/instances/{id}/snapshots/{sid}/restore", base + "/aaaaaaa2/snapshots/full/restore", "", "404 snapshot-not-found"},
	{"POST /v1/instances/{id}/snapshots/{sid}/restore", base + "/99999999/snapshots/full/restore", "", "404 db-not-found"},

	{"GET /v1/tenants", "/v1/tenants", "", "200"},
	{"GET /v1/tenants/{id}", "/v1/tenants/" + DemoTenantID, "", "200"},
	{"GET /v1/tenants/{id}", "/v1/tenants/x", "", "404 tenant-not-found"},
	{"GET /v1/tenants/{id}/metrics-integration", "/v1/tenants/" + DemoTenantID + "/metrics-integration", "", "200"},
	{"GET /v1/tenants/{id}/metrics-integration", "/v1/tenants/x/metrics-integration", "", "404 tenant-not-found"},

	{"GET /v1/customer-managed-keys", "/v1/customer-managed-keys?tenantId=" + DemoTenantID, "", "200"},
	{"POST /v1/customer-managed-keys", "/v1/customer-managed-keys", keyBody, "202"},
	{"POST /v1/customer-managed-keys", "/v1/customer-managed-keys", `{}`, "400 invalid-request key_id"},
	{"POST /v1/customer-managed-keys", "/v1/customer-managed-keys", strings.Replace(keyBody, "enterprise-db", "professional-db", 1), "400 invalid-request instance_type"},
	{"GET /v1/customer-managed-keys/{id}", "/v1/customer-managed-keys/idle", "", "200"},
	{"GET /v1/customer-managed-keys/{id}", "/v1/customer-managed-keys/none", "", "404 encryption-key-not-found"},
	{"DELETE /v1/customer-managed-keys/{id}", "/v1/customer-managed-keys/idle", "", "204"},
	{"DELETE /v1/customer-managed-keys/{id}", "/v1/customer-managed-keys/used", "", "400 encryption-key-is-active"},
	{"DELETE /v1/customer-managed-keys/{id}", "/v1/customer-managed-keys/none", "", "404 encryption-key-not-found"},

	{"GET /v1/graph-analytics/sessions", sessions, "", "200"},
	{"POST /v1/graph-analytics/sessions", sessions, `{"name":"new","memory":"8GB","instance_id":"aaaaaaaa"}`, "202"},
	{"POST /v1/graph-analytics/sessions", sessions, `{"name":"s","memory":"4GB","ttl":"20m0s","instance_id":"aaaaaaaa"}`, "200"},
	{"POST /v1/graph-analytics/sessions", sessions, `{"name":"s","memory":"8GB","ttl":"20m0s","instance_id":"aaaaaaaa"}`, "409 "},
	{"POST /v1/graph-analytics/sessions", sessions, `{"name":"new","memory":"8GB","instance_id":"99999999"}`, "400 "},
	{"POST /v1/graph-analytics/sessions", sessions, `{"name":"new","memory":"8GB","project_id":"99999999"}`, "400 "},
	{"POST /v1/graph-analytics/sessions", sessions, `{"name":"new","memory":"8GB","ttl":"soon","instance_id":"aaaaaaaa"}`, "400 "},
	{"POST /v1/graph-analytics/sessions", sessions, `{"name":"new","instance_id":"aaaaaaaa"}`, "400 "},
	{"POST /v1/graph-analytics/sessions/sizing", sessions + "/sizing", `{"node_count":1,"relationship_count":1}`, "200"},
	{"POST /v1/graph-analytics/sessions/sizing", sessions + "/sizing", `{"node_count":1}`, "400 invalid-request relationship_count"},
	{"GET /v1/graph-analytics/sessions/{id}", sessions + "/s-1", "", "200"},
	{"GET /v1/graph-analytics/sessions/{id}", sessions + "/s-2", "", "404 "},
	{"DELETE /v1/graph-analytics/sessions/{id}", sessions + "/s-1", "", "202"},
	{"DELETE /v1/graph-analytics/sessions/{id}", sessions + "/s-2", "", "404 "},

	{"GET /api/v1/{id}/metrics", "/api/v1/" + DemoTenantID + "/metrics", "", "200"},
	{"GET /api/v1/{id}/metrics", "/api/v1/x/metrics", "", "404 tenant-not-found"},
	{"GET /api/v1/{id}/{iid}/metrics", "/api/v1/" + DemoTenantID + "/bbbbbbbb/metrics", "", "200"},
	{"GET /api/v1/{id}/{iid}/metrics", "/api/v1/" + DemoTenantID + "/aaaaaaaa/metrics", "", "404 db-not-found"},
}

func TestEndpoints(t *testing.T) {
	for _, row := range endpointTable {
		method, _, _ := strings.Cut(row.endpoint, " ")
		t.Run(fmt.Sprintf("%s %s %s", method, row.path, row.body), func(t *testing.T) {
			a := scene(t).do(method, row.path, row.body)
			if got := a.summary(); got != row.want {
				t.Errorf("%s, want %s: %s", got, row.want, a.body)
			}
			if a.header.Get("X-Request-Id") == "" {
				t.Error("no X-Request-Id")
			}
		})
	}
}

// summary is the code with the reason and field of a refusal.
func (a answer) summary() string {
	text := fmt.Sprint(a.status)
	if !strings.HasPrefix(a.body, `{"errors"`) {
		return text
	}
	text += " " + a.get("errors", 0, "reason").(string)
	if field := a.get("errors", 0, "field"); field != (missing{}) {
		text += " " + field.(string)
	}
	return text
}

// The codes that the facts know of for each endpoint. 402 and the empty metrics integration need
// a world of their own; see TestEveryQuirkIsSeenFromOutside and TestMetricsIntegrationWithoutInstances.
func TestEveryDocumentedCodeHasARow(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range endpointTable {
		code, _, _ := strings.Cut(row.want, " ")
		seen[row.endpoint+" "+code] = true
	}
	documented := map[string]string{
		"GET /v1/instances": "200", "POST /v1/instances": "202 400 405", "POST /v1/instances/sizing": "200",
		"GET /v1/instances/{id}": "200 404", "PATCH /v1/instances/{id}": "200 202 400 404 409",
		"DELETE /v1/instances/{id}": "202 404 409", "POST /v1/instances/{id}/overwrite": "202 404 409 420 500",
		"POST /v1/instances/{id}/pause": "202 400 404 409", "POST /v1/instances/{id}/resume": "202 404 409",
		"POST /v1/instances/{id}/upgrade": "202 404 409", "GET /v1/instances/{id}/snapshots": "200 404",
		"POST /v1/instances/{id}/snapshots": "202 404 409", "GET /v1/instances/{id}/snapshots/{sid}": "200 404",
		"POST /v1/instances/{id}/snapshots/{sid}/restore": "202 404 409", "GET /v1/tenants": "200",
		"GET /v1/tenants/{id}": "200 404", "GET /v1/tenants/{id}/metrics-integration": "200 404",
		"GET /v1/customer-managed-keys": "200", "POST /v1/customer-managed-keys": "202 400",
		"GET /v1/graph-analytics/sessions": "200", "POST /v1/graph-analytics/sessions": "200 202 400 409",
		"POST /v1/graph-analytics/sessions/sizing": "200 400", "GET /v1/graph-analytics/sessions/{id}": "200 404",
		"DELETE /v1/graph-analytics/sessions/{id}": "202 404",
		"GET /api/v1/{id}/metrics":                 "200 404", "GET /api/v1/{id}/{iid}/metrics": "200 404",
		"GET /v1/customer-managed-keys/{id}": "200 404", "DELETE /v1/customer-managed-keys/{id}": "204 400 404",
	}
	for _, endpoint := range Endpoints() {
		if strings.Contains(endpoint, TokenPath) {
			continue // TestTokenEndpoint
		}
		codes, ok := documented[endpoint]
		if !ok {
			t.Errorf("%s is served but not documented here", endpoint)
		}
		for code := range strings.FieldsSeq(codes) {
			if !seen[endpoint+" "+code] {
				t.Errorf("%s: no row gives %s", endpoint, code)
			}
		}
	}
}

// Every POST and PATCH is 415 without a JSON content type, before anything else is looked at.
func TestContentTypeIsAskedForOnEveryWrite(t *testing.T) {
	for _, row := range endpointTable {
		method, _, _ := strings.Cut(row.endpoint, " ")
		if method != "POST" && method != "PATCH" {
			continue
		}
		w := scene(t)
		if got := w.untyped(method, row.path, row.body); got != "415" {
			t.Errorf("%s %s: %s, want 415", method, row.path, got)
		}
	}
}

func TestMetricsIntegrationWithoutInstances(t *testing.T) {
	w := newWorld(t, Config{})
	w.want(400, "GET", "/v1/tenants/"+DemoTenantID+"/metrics-integration", "").
		is("tenant-incapable-of-action", "errors", 0, "reason")
}

func TestQuota(t *testing.T) {
	w := newWorld(t, Config{Quota: 1})
	id := w.create()
	w.want(405, "POST", base, demoCreate).is("quota-exceeded", "errors", 0, "reason")
	w.want(202, "DELETE", base+"/"+id, "")
	w.clock.Advance(time.Minute)
	w.want(202, "POST", base, demoCreate)
}

func TestUnknownPathsAndMethods(t *testing.T) {
	w := newWorld(t, Config{})
	w.want(404, "GET", "/v1/databases", "").is("no such endpoint", "error")
	w.want(404, "GET", "/v1/instances/", "")
	w.want(405, "PUT", "/v1/instances", "").is("method not allowed", "error")
}
