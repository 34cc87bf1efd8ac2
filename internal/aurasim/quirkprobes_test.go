package aurasim

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

func timingProbes() []probe {
	pausing := func(step time.Duration) func(w *world) string {
		return func(w *world) string {
			id := w.sim.Add(Instance{})
			w.want(202, "POST", "/v1/instances/"+id+"/pause", "")
			return w.statuses(id, step, 4)
		}
	}
	return []probe{
		{"status-lag-reads", pausing(time.Second), map[string]string{
			"0": "pausing pausing pausing pausing", "2": "running running pausing pausing"}},
		{"status-lag", pausing(4 * time.Second), map[string]string{
			"0s": "pausing pausing pausing pausing", "10s": "running running running pausing", "8s": "running running pausing pausing"}},
		{"not-found-after-create", func(w *world) string {
			id := w.want(202, "POST", "/v1/instances", demoCreate).get("data", "id").(string)
			return w.statuses(id, time.Second, 4)
		}, map[string]string{"2s": "404 404 creating creating", "30s": "404 404 404 404", "off": "creating creating creating creating"}},
		{"busy-after-running", func(w *world) string {
			id := w.sim.Add(Instance{Status: StatusResuming})
			w.clock.Advance(time.Minute)
			first := w.shown(id, "status") + " " + w.code("PATCH", "/v1/instances/"+id, `{"memory":"4GB"}`)
			w.clock.Advance(15 * time.Second)
			return first + ", " + w.code("PATCH", "/v1/instances/"+id, `{"memory":"4GB"}`)
		}, map[string]string{"0s": "running 202, 409 ongoing-database-operation", "15s": "running 409 ongoing-database-operation, 202"}},
		{"resize-status", func(w *world) string {
			id := w.sim.Add(Instance{})
			return w.want(202, "PATCH", "/v1/instances/"+id, `{"memory":"4GB"}`).get("data", "status").(string)
		}, map[string]string{"resizing": "resizing", "updating": "updating"}},
		{"resume-restoring", func(w *world) string {
			id := w.sim.Add(Instance{Status: StatusPaused})
			w.want(202, "POST", "/v1/instances/"+id+"/resume", "")
			return w.statuses(id, 20*time.Second, 4)
		}, map[string]string{"off": "resuming resuming resuming running", "on": "resuming resuming restoring running"}},
		{"rename-updating", func(w *world) string {
			id := w.sim.Add(Instance{})
			w.want(200, "PATCH", "/v1/instances/"+id, `{"name":"other"}`).is("other", "data", "name")
			return w.statuses(id, time.Minute, 2)
		}, map[string]string{"off": "running running", "on": "updating running"}},
	}
}

func bodyProbes() []probe {
	field := func(in Instance, name string) func(w *world) string {
		return func(w *world) string { return w.shown(w.sim.Add(in), name) }
	}
	critical := Instance{ID: "0a1b2c3d", Type: catalog.BusinessCritical, CDCEnrichmentMode: "DIFF", SecondariesCount: 2}
	free := Instance{Type: catalog.FreeDB, GraphNodes: 7, CreatedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	return []probe{
		{"null-url", func(w *world) string {
			return w.shown(w.sim.Add(Instance{ID: "00000001", Status: StatusPaused}), "connection_url") + " " +
				w.shown(w.sim.Add(Instance{ID: "00000002", Status: StatusResuming}), "connection_url")
		}, map[string]string{"on": "<nil> <nil>",
			"off": "neo4j+s://00000001.databases.neo4j.io neo4j+s://00000002.databases.neo4j.io"}},
		{"drop-sizes-paused", func(w *world) string {
			id := w.sim.Add(Instance{Status: StatusPaused})
			return w.shown(id, "memory") + " " + w.shown(id, "storage")
		}, map[string]string{"off": "2GB 4GB", "on": "missing missing"}},
		{"drop-sizes-destroying", field(Instance{Status: StatusDestroying}, "memory"), map[string]string{"off": "2GB", "on": "missing"}},
		{"old-memory-in-resize", func(w *world) string {
			id := w.sim.Add(Instance{})
			a := w.want(202, "PATCH", "/v1/instances/"+id, `{"memory":"8GB"}`)
			during := fmt.Sprint(a.get("data", "memory"), a.get("data", "storage"), w.shown(id, "memory"))
			w.clock.Advance(time.Minute)
			return during + ", " + w.shown(id, "memory") + w.shown(id, "storage")
		}, map[string]string{"on": "2GB4GB2GB, 8GB16GB", "off": "8GB16GB8GB, 8GB16GB"}},
		{"null-cdc", field(critical, "cdc_enrichment_mode"), map[string]string{"on": "<nil>", "off": "DIFF"}},
		{"omit-secondaries", field(critical, "secondaries_count"), map[string]string{"on": "missing", "off": "2"}},
		{"counts-as-strings", func(w *world) string {
			return fmt.Sprintf("%T", w.want(200, "GET", "/v1/instances/"+w.sim.Add(free), "").get("data", "graph_nodes"))
		}, map[string]string{"off": "float64", "on": "string"}},
		{"omit-created-at", func(w *world) string {
			id := w.sim.Add(Instance{})
			return w.shown(id, "created_at") + " " + fmt.Sprint(w.want(200, "GET", "/v1/instances", "").get("data", 0, "created_at"))
		}, map[string]string{"off": "2026-03-02T08:15:30Z 2026-03-02T08:15:30Z", "on": "missing {}"}},
		{"patch-empty-body", func(w *world) string {
			a := w.want(202, "PATCH", "/v1/instances/"+w.sim.Add(Instance{}), `{"memory":"4GB"}`)
			return fmt.Sprint(a.body == "{}", a.get("data") == missing{})
		}, map[string]string{"off": "false false", "on": "true true"}},
		{"error-body", func(w *world) string {
			a := w.want(404, "GET", "/v1/instances/0a1b2c3d", "")
			return a.header.Get("Content-Type") + " " + a.body
		}, map[string]string{
			"documented": `application/json {"errors":[{"message":"DB not found: 0a1b2c3d","reason":"db-not-found"}]}`,
			"error":      `application/json {"error":"DB not found: 0a1b2c3d"}`,
			"text":       "text/plain; charset=utf-8 DB not found: 0a1b2c3d\n",
			"html":       "text/html <html><body><h1>Not Found</h1></body></html>\n",
			"empty":      " "}},
		{"malformed-tenant", func(w *world) string {
			a := w.do("GET", "/v1/instances?tenantId=nonsense", "")
			return fmt.Sprint(a.status, " ", a.body)
		}, map[string]string{"text": "403 Forbidden\n", "error": `403 {"error":"Forbidden"}`, "empty-list": `200 {"data":[]}`}},
		{"gateway-expires", func(w *world) string {
			return w.want(200, "GET", "/v1/tenants", "").header.Get("X-Tyk-Api-Expires")
		}, map[string]string{"off": "", "on": "Tue, 02 Jun 2026 08:15:30 GMT"}},
	}
}

func codeProbes() []probe {
	act := func(status, action string) func(w *world) string {
		return func(w *world) string {
			return w.code("POST", "/v1/instances/"+w.sim.Add(Instance{Status: status})+action, "")
		}
	}
	return []probe{
		{"patch-status", func(w *world) string {
			id := w.sim.Add(Instance{})
			return w.code("PATCH", "/v1/instances/"+id, `{"name":"x"}`) + " " + w.code("PATCH", "/v1/instances/"+id, `{"memory":"4GB"}`)
		}, map[string]string{"documented": "200 202", "200": "200 200", "202": "202 202"}},
		{"pause-status", act(StatusRunning, "/pause"), map[string]string{"202": "202", "200": "200"}},
		{"resume-status", act(StatusPaused, "/resume"), map[string]string{"202": "202", "200": "200"}},
		{"upgrade-status", func(w *world) string {
			id := w.sim.Add(Instance{})
			a := w.do("POST", "/v1/instances/"+id+"/upgrade", "{}")
			return fmt.Sprint(a.status, " ", a.get("data", "status"), " ", a.get("data", "type"))
		}, map[string]string{"202": "202 updating professional-db", "200": "200 running business-critical"}},
		{"expired-token-status", func(w *world) string {
			w.clock.Advance(time.Hour)
			a := w.do("GET", "/v1/tenants", "")
			return fmt.Sprint(a.status, " ", a.body)
		}, map[string]string{"403": `403 {"error":"token expired"}`, "401": `401 {"error":"token expired"}`}},
		{"wrong-state-status", func(w *world) string {
			return act(StatusPaused, "/pause")(w) + ", " + act(StatusRunning, "/resume")(w) + ", " + act(StatusPausing, "/pause")(w)
		}, map[string]string{
			"409": "409 instance-action-unavailable, 409 instance-action-unavailable, 409 ongoing-database-operation",
			"422": "422 instance-action-unavailable, 422 instance-action-unavailable, 409 ongoing-database-operation",
			"400": "400 instance-action-unavailable, 400 instance-action-unavailable, 409 ongoing-database-operation"}},
		{"gone-delete-status", func(w *world) string {
			path := "/v1/instances/" + w.sim.Add(Instance{})
			first := w.code("DELETE", path, "") + ", " + w.code("DELETE", path, "")
			w.clock.Advance(time.Minute)
			return first + ", " + w.code("DELETE", path, "")
		}, map[string]string{"404": "202, 404 db-not-found, 404 db-not-found", "410": "202, 410 db-already-deleted, 410 db-already-deleted"}},
		{"unique-names", func(w *world) string {
			return w.code("POST", "/v1/instances", demoCreate) + " " + w.code("POST", "/v1/instances", demoCreate)
		}, map[string]string{"off": "202 202", "on": "202 409 duplicate-name"}},
		{"create-extras", func(w *world) string {
			return w.code("POST", "/v1/instances", strings.Replace(demoCreate, "{", `{"cdc_enrichment_mode":"FULL",`, 1)) + ", " +
				w.code("POST", "/v1/instances", strings.Replace(demoCreate, "{", `{"secondaries_count":1,`, 1))
		}, map[string]string{"reject": "400 invalid-request, 400 invalid-request", "ignore": "202, 202"}},
		{"content-type-check", func(w *world) string {
			id := w.sim.Add(Instance{})
			return w.untyped("POST", "/v1/instances", demoCreate) + " " + w.untyped("PATCH", "/v1/instances/"+id, `{"name":"x"}`) + " " +
				w.untyped("POST", "/v1/instances/"+id+"/pause", "") + " " + w.untyped("GET", "/v1/instances", "")
		}, map[string]string{"all": "415 415 415 200", "spec": "415 415 202 200", "off": "202 200 202 200"}},
	}
}

// untyped is the code of a request without a content type.
func (w *world) untyped(method, path, body string) string {
	r, _ := http.NewRequest(method, "https://api.neo4j.io"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+w.token)
	return fmt.Sprint(w.send(r).status)
}
