package aurasim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// Two tenants see the same client, but each has its own lists and its own quota.
func TestTwoTenants(t *testing.T) {
	const other = "11111111-2222-3333-4444-555555555555"
	w := newWorld(t, Config{Quota: 1, Tenants: []catalog.Tenant{{ID: DemoTenantID, Name: "Blue"}, {ID: other, Name: "Green",
		Configurations: []catalog.Configuration{
			{Type: catalog.ProfessionalDB, CloudProvider: "aws", Region: "us-east-1", Version: "5", Memory: "2GB", Storage: "4GB"},
			{Type: catalog.ProfessionalDB, CloudProvider: "aws", Region: "us-east-1", Version: "5", Memory: "2GB", Storage: "8GB"},
			{Type: catalog.EnterpriseDB, CloudProvider: "gcp", Region: "europe-west1", Version: "5", Memory: "2GB", Storage: "4GB"},
		}}}})
	w.want(202, "POST", "/v1/instances", demoCreate)
	id := w.want(202, "POST", "/v1/instances", demo(DemoTenantID, other, `"5"`, `"5","storage":"8GB"`)).get("data", "id").(string)
	w.want(405, "POST", "/v1/instances", demoCreate)
	w.want(200, "GET", "/v1/instances?tenantId="+other, "").is(id, "data", 0, "id").is(missing{}, "data", 1)
	w.want(202, "POST", "/v1/customer-managed-keys", keyBody)
	w.want(200, "GET", "/v1/customer-managed-keys?tenantId="+other, "").is(missing{}, "data", 0)
	w.want(200, "GET", "/v1/customer-managed-keys?tenantId="+DemoTenantID, "").is("k", "data", 0, "name")
	w.clock.Advance(10 * time.Minute)
	w.want(200, "GET", "/v1/instances/"+id, "").is("8GB", "data", "storage")
	w.want(202, "PATCH", "/v1/instances/"+id, `{"storage":"4GB"}`)
	w.want(200, "GET", "/v1/tenants/"+other, "").is("8GB", "data", "instance_configurations", 1, "storage")
}

func TestRenameAndResizeInOne(t *testing.T) {
	w := newWorld(t, Config{})
	id := w.sim.Add(Instance{Name: "old"})
	w.want(202, "PATCH", "/v1/instances/"+id, `{"name":"new","memory":"4GB"}`).is("new", "data", "name").is("2GB", "data", "memory")
	w.clock.Advance(time.Minute)
	w.want(200, "GET", "/v1/instances/"+id, "").is("new", "data", "name").is("4GB", "data", "memory")
}

func TestUpgradeWithSizes(t *testing.T) {
	w := newWorld(t, Config{})
	id := w.sim.Add(Instance{Memory: "1GB"})
	w.want(202, "POST", "/v1/instances/"+id+"/upgrade", `{"memory":"8GB","storage":"16GB"}`).is("1GB", "data", "memory")
	w.clock.Advance(time.Minute)
	w.want(200, "GET", "/v1/instances/"+id, "").is("8GB", "data", "memory").is("16GB", "data", "storage")
}

// Without a snapshot id the source is snapshotted first; a free instance keeps the latest alone.
func TestSnapshotsBySideEffect(t *testing.T) {
	w := newWorld(t, Config{})
	source, target, free := w.sim.Add(Instance{}), w.sim.Add(Instance{}), w.sim.Add(Instance{Type: catalog.FreeDB})
	w.want(202, "POST", "/v1/instances/"+target+"/overwrite", `{"source_instance_id":"`+source+`"}`)
	w.want(200, "GET", "/v1/instances/"+source+"/snapshots", "").is("AdHoc", "data", 0, "profile")
	first := w.want(202, "POST", "/v1/instances/"+free+"/snapshots", "").get("data", "snapshot_id").(string)
	w.clock.Advance(time.Minute)
	w.want(202, "POST", "/v1/instances/"+free+"/snapshots", "")
	w.want(404, "GET", "/v1/instances/"+free+"/snapshots/"+first, "")
	w.want(200, "GET", "/v1/instances/"+free+"/snapshots", "").is(missing{}, "data", 1)
}

// A key's life: pending, ready, in use, free again.
func TestEncryptionKeys(t *testing.T) {
	w := newWorld(t, Config{})
	id := w.want(202, "POST", "/v1/customer-managed-keys", keyBody).is("pending", "data", "status").get("data", "id").(string)
	w.clock.Advance(time.Minute)
	w.want(200, "GET", "/v1/customer-managed-keys/"+id, "").is("ready", "data", "status")
	in := w.sim.Add(Instance{Type: catalog.EnterpriseDB, CustomerManagedKeyID: id})
	w.want(400, "DELETE", "/v1/customer-managed-keys/"+id, "")
	w.want(202, "DELETE", "/v1/instances/"+in, "")
	w.clock.Advance(time.Minute)
	w.want(204, "DELETE", "/v1/customer-managed-keys/"+id, "")
	w.want(404, "GET", "/v1/customer-managed-keys/"+id, "")
}

// What is handed out is a copy, and what is kept for stale reads is bounded.
func TestTruthIsACopyAndBounded(t *testing.T) {
	w := newWorld(t, Config{})
	id := w.sim.Add(Instance{})
	w.sim.Instances()[0].History[0].Status = "spoiled"
	if in, _ := w.sim.Instance(id); in.History[0].Status != StatusRunning {
		t.Error("a caller changed the history")
	}
	if _, ok := w.sim.Instance("99999999"); ok {
		t.Error("an unknown instance is known")
	}
	for n := range 1000 {
		w.clock.Advance(time.Second)
		w.want(200, "PATCH", "/v1/instances/"+id, fmt.Sprintf(`{"name":"n%d"}`, n))
	}
	if n := len(w.sim.byID[id].versions); n > keptVersions {
		t.Errorf("%d versions kept", n)
	}
	w.sim.Inject(Fault{Kind: StaleRead, Age: 10 * time.Second})
	w.want(200, "GET", "/v1/instances/"+id, "").is("n989", "data", "name")
}

func TestIDsLookLikeAuras(t *testing.T) {
	w := newWorld(t, Config{})
	a := w.want(202, "POST", "/v1/instances", demoCreate)
	id, password := a.get("data", "id").(string), a.get("data", "password").(string)
	if _, err := fmt.Sscanf(id, "%08x", new(uint32)); err != nil || len(id) != 8 || len(password) < 20 {
		t.Errorf("id %q, password %q", id, password)
	}
	request := a.header.Get("X-Request-Id")
	for range 20 {
		if other := w.do("GET", "/v1/tenants", "").header.Get("X-Request-Id"); !isUUID(other) || other[14] != '4' || other == request {
			t.Errorf("request id %q", other)
		}
	}
	if isUUID("x") || isUUID("0000000g-0000-0000-0000-000000000000") {
		t.Error("anything is a UUID")
	}
	if r := w.sim.Mutations()[0]; r.RequestID != request || r.InstanceID != id {
		t.Errorf("logged as %+v", r)
	}
}

// A session's life; after it has expired its name is free.
func TestSessions(t *testing.T) {
	w := newWorld(t, Config{})
	body := `{"name":"s","memory":"4GB","ttl":"20m0s","cloud_provider":"gcp","region":"europe-west1","tenant_id":"` + DemoTenantID + `"}`
	id := w.want(202, "POST", sessions, body).is("Creating", "data", "status").is("20m0s", "data", "ttl").get("data", "id").(string)
	w.clock.Advance(time.Minute)
	w.want(200, "POST", sessions, body).is("Ready", "data", "status").is(id, "data", "id")
	w.want(200, "GET", sessions+"?tenantId="+DemoTenantID, "").is(id, "data", 0, "id")
	w.want(200, "GET", sessions+"?instanceId=0a1b2c3d", "").is(missing{}, "data", 0)
	w.clock.Advance(20 * time.Minute)
	w.want(200, "GET", sessions+"/"+id, "").is("Expired", "data", "status")
	w.want(202, "POST", sessions, body)
	w.want(202, "DELETE", sessions+"/"+id, "").is(id, "data", "id")
	w.want(404, "GET", sessions+"/"+id, "")
}

// A session alone has no instance; its owner and its project are told.
func TestWhoseASessionIs(t *testing.T) {
	w := newWorld(t, Config{Clients: map[string]string{DemoClientID: DemoClientSecret, "other": "x"}})
	alone := w.want(202, "POST", sessions, `{"name":"alone","memory":"4GB","cloud_provider":"gcp","region":"europe-west1","project_id":"`+DemoTenantID+`"}`)
	alone.is(nil, "data", "instance_id").is(DemoTenantID, "data", "project_id").is(DemoTenantID, "data", "tenant_id")
	attached := w.want(202, "POST", sessions, `{"name":"attached","memory":"4GB","database_uuid":"`+w.sim.Add(Instance{ID: "0a1b2c3d"})+`"}`)
	user := attached.is("0a1b2c3d", "data", "instance_id").get("data", "user_id").(string)
	if !isUUID(user) || alone.get("data", "user_id") != user {
		t.Errorf("user %q of one, %v of the other", user, alone.get("data", "user_id"))
	}
	w.token = w.tokenRequest("application/json", `{"grant_type":"client_credentials"}`, "other", "x").get("access_token").(string)
	w.want(200, "GET", sessions+"?listOnlyOwned=false", "").is("attached", "data", 1, "name")
	w.want(200, "GET", sessions+"?listOnlyOwned=true", "").is(missing{}, "data", 0)
}

// Bounds of the list in every form that a client's clock library writes.
func TestWhichSessionsAreListed(t *testing.T) {
	w := newWorld(t, Config{})
	body := `{"name":"NAME","memory":"4GB","cloud_provider":"gcp","region":"europe-west1","tenant_id":"` + DemoTenantID + `"}`
	for _, name := range []string{"first", "second", "third"} { // on 2 March at 08:15:30, 09:15:30, 10:15:30
		w.want(202, "POST", sessions, strings.Replace(body, "NAME", name, 1))
		w.clock.Advance(time.Hour)
	}
	gone := w.want(200, "GET", sessions, "").get("data", 1, "id").(string)
	w.want(202, "DELETE", sessions+"/"+gone, "")
	for query, want := range map[string]string{
		"":                     "first third",
		"includeDeleted=false": "first third",
		"includeDeleted=true":  "first second third",
		"includeDeleted=true&startDate=2026-03-02T09:00:00Z":                                         "second third",
		"includeDeleted=true&startDate=2026-03-02T09:15:30%2B00:00&endDate=2026-03-02T09:15:30Z":     "second",
		"includeDeleted=true&startDate=2026-03-02T11:00:00+02:00&endDate=2026-03-02T09:59:59.999999": "second",
		"endDate=2026-03-02":   "first third",
		"startDate=2026-03-03": "",
		"endDate=2026-03-01":   "",
	} {
		var names []string
		for i := range w.want(200, "GET", sessions+"?"+query, "").get("data").([]any) {
			names = append(names, w.do("GET", sessions+"?"+query, "").get("data", i, "name").(string))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	w.want(400, "GET", sessions+"?startDate=yesterday", "")
	w.want(200, "GET", sessions+"?includeDeleted=true", "").is("Deleted", "data", 1, "status")
}

// The two words for what is to be run are one; together they are refused.
func TestAlgorithmsInSizing(t *testing.T) {
	w := newWorld(t, Config{})
	estimate := func(words string) any {
		return w.want(200, "POST", sessions+"/sizing", `{"node_count":3500000,"relationship_count":1000000`+words+`}`).get("data", "estimated_memory")
	}
	none, one := estimate(""), estimate(`,"algorithm_categories":["centrality"]`)
	if other := estimate(`,"algorithms":[{"name":"pageRank","config":{"maxIterations":20}}]`); one == none || other != one || estimate(`,"algorithms":["pageRank"]`) != one {
		t.Errorf("%v without, %v and %v with", none, one, other)
	}
	w.want(400, "POST", sessions+"/sizing", `{"node_count":1,"relationship_count":1,"algorithms":[],"algorithm_categories":[]}`)
}

// Durations govern all that takes time, keys and sessions too.
func TestDurationsOfKeysAndSessions(t *testing.T) {
	w := newWorld(t, Config{Durations: map[Op]Range{OpKey: {5 * time.Second, 5 * time.Second}, OpSession: {7 * time.Second, 7 * time.Second}}})
	key := w.want(202, "POST", "/v1/customer-managed-keys", keyBody).is("pending", "data", "status").get("data", "id").(string)
	se := w.want(202, "POST", sessions, `{"name":"s","memory":"4GB","tenant_id":"`+DemoTenantID+`"}`).get("data", "id").(string)
	w.clock.Advance(5 * time.Second)
	w.want(200, "GET", "/v1/customer-managed-keys/"+key, "").is("ready", "data", "status")
	w.want(200, "GET", sessions+"/"+se, "").is("Creating", "data", "status")
	w.clock.Advance(2 * time.Second)
	w.want(200, "GET", sessions+"/"+se, "").is("Ready", "data", "status")
}

// The metrics of an instance are where it says they are, and that is here.
func TestMetricsAreWhereTheyAreSaidToBe(t *testing.T) {
	w := newWorld(t, Config{BaseURL: "http://127.0.0.1:9781"})
	id := w.sim.Add(Instance{Type: catalog.BusinessCritical, Memory: "4GB"})
	w.sim.Add(Instance{})
	said := []any{w.want(200, "GET", "/v1/instances/"+id, "").get("data", "metrics_integration_url"),
		w.want(200, "GET", "/v1/tenants/"+DemoTenantID+"/metrics-integration", "").get("data", "endpoint")}
	for _, url := range said {
		path, ok := strings.CutPrefix(url.(string), "http://127.0.0.1:9781")
		a := w.want(200, "GET", path, "")
		if !ok || strings.Count(a.body, id) != 6 || strings.Count(a.body, "instance_id") != 6 || a.header.Get("Content-Type")[:10] != "text/plain" {
			t.Errorf("%s: %s", url, a.body)
		}
	}
}
