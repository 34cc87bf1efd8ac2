package aurasim

import (
	"fmt"
	"testing"
	"time"
)

// Two tenants see the same client, but each has its own lists and its own quota.
func TestTwoTenants(t *testing.T) {
	const other = "11111111-2222-3333-4444-555555555555"
	w := newWorld(t, Config{Quota: 1, Tenants: []Tenant{{ID: DemoTenantID, Name: "Blue"}, {ID: other, Name: "Green",
		Configurations: []Configuration{
			{Type: ProfessionalDB, CloudProvider: "aws", Region: "us-east-1", Version: "5", Memory: "2GB", Storage: "4GB"},
			{Type: ProfessionalDB, CloudProvider: "aws", Region: "us-east-1", Version: "5", Memory: "2GB", Storage: "8GB"},
			{Type: EnterpriseDB, CloudProvider: "gcp", Region: "europe-west1", Version: "5", Memory: "2GB", Storage: "4GB"},
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
	source, target, free := w.sim.Add(Instance{}), w.sim.Add(Instance{}), w.sim.Add(Instance{Type: FreeDB})
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
	in := w.sim.Add(Instance{Type: EnterpriseDB, CustomerManagedKeyID: id})
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
