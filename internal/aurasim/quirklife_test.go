package aurasim

import (
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

func limitProbes() []probe {
	return []probe{
		{"requests-per-minute", func(w *world) string {
			n := 1 // the token of the login
			for n < 200 && w.do("GET", "/v1/tenants", "").status == 200 {
				n++
			}
			return fmt.Sprint(n)
		}, map[string]string{"25": "25", "125": "125", "off": "200", "7": "7"}},
		{"tokens-per-hour", func(w *world) string {
			n := 1
			for n < 24 && w.tokenRequest("application/json", `{"grant_type":"client_credentials"}`, DemoClientID, DemoClientSecret).status == 200 {
				n++
			}
			return fmt.Sprint(n)
		}, map[string]string{"off": "24", "15": "15"}},
		{"retry-after", func(w *world) string {
			w.clock.Advance(time.Second / 2)
			a := w.do("GET", "/v1/tenants", "")
			for a.status == 200 {
				a = w.do("GET", "/v1/tenants", "")
			}
			return fmt.Sprint(a.status, " ", a.header.Get("Retry-After"))
		}, map[string]string{"seconds": "429 60", "date": "429 Mon, 02 Mar 2026 08:16:30 GMT", "none": "429 "}},
		{"free-instances", func(w *world) string {
			w.sim.Add(Instance{Type: catalog.FreeDB})
			return w.code("POST", "/v1/instances", strings.NewReplacer("professional-db", "free-db", "2GB", "1GB", "aws", "gcp",
				"us-east-1", "europe-west1").Replace(demoCreate))
		}, map[string]string{"1": "405 quota-exceeded", "2": "202", "off": "202"}},
	}
}

func lifeProbes() []probe {
	later := func(in Instance, times ...time.Duration) func(w *world) string {
		return func(w *world) string {
			id := w.sim.Add(in)
			var all []string
			for _, d := range times {
				w.clock.Advance(d)
				in, _ := w.sim.Instance(id)
				all = append(all, in.Status)
			}
			return strings.Join(all, ", ")
		}
	}
	const hour, day = time.Hour, 24 * time.Hour
	return []probe{
		{"first-snapshot", func(w *world) string {
			id := w.create()
			w.clock.Advance(-9 * time.Minute) // to the moment it is running
			return w.code("POST", "/v1/instances/"+id+"/snapshots", "")
		}, map[string]string{"on": "409 snapshot-not-allowed", "off": "202"}},
		{"auto-resume", later(Instance{Status: StatusPaused}, hour, 0, time.Minute, 30*day-hour-time.Minute, time.Minute), map[string]string{
			"720h": "paused, paused, paused, resuming, running", "1h": "resuming, resuming, running, running, running",
			"off": "paused, paused, paused, paused, paused"}},
		{"free-idle-pause", later(Instance{Type: catalog.FreeDB}, hour, time.Minute, 3*day-hour-time.Minute, time.Minute), map[string]string{
			"72h": "running, running, pausing, paused", "1h": "pausing, paused, paused, paused", "off": "running, running, running, running"}},
		{"free-removal", later(Instance{Type: catalog.FreeDB, Status: StatusPaused}, hour, time.Minute, 30*day-hour-time.Minute, time.Minute), map[string]string{
			"720h": "paused, paused, destroying, deleted", "1h": "destroying, deleted, deleted, deleted", "off": "paused, paused, paused, paused"}},
		{"loading-failed", func(w *world) string {
			source := w.sim.Add(Instance{})
			body := `{"source_instance_id":"` + source + `"}`
			var all []string
			for range 2 {
				id := w.sim.Add(Instance{})
				w.want(202, "POST", "/v1/instances/"+id+"/overwrite", body)
				all = append(all, w.statuses(id, 30*time.Second, 3))
			}
			return strings.Join(all, ", ")
		}, map[string]string{
			"0": "overwriting loading running, overwriting loading running",
			"1": "overwriting loading loading failed, overwriting loading running"}},
		{"missing-billing", func(w *world) string {
			id := w.sim.Add(Instance{})
			return w.code("POST", "/v1/instances", demoCreate) + ", " + w.code("POST", "/v1/instances/"+id+"/snapshots", "")
		}, map[string]string{"off": "202, 202", "on": "400 missing-billing-details, 402"}},
		{"cdc-barred", func(w *world) string {
			path := "/v1/instances/" + w.sim.Add(Instance{Type: catalog.BusinessCritical})
			return w.code("PATCH", path, `{"cdc_enrichment_mode":"FULL"}`)
		}, map[string]string{"off": "202", "on": "400 tenant-incapable-of-action"}},
		{"trial-tenant", func(w *world) string {
			return w.code("POST", "/v1/instances/"+w.sim.Add(Instance{})+"/upgrade", "")
		}, map[string]string{"off": "202", "on": "400 tenant-incapable-of-action"}},
		{"plugin-fixed", func(w *world) string {
			return w.code("PATCH", "/v1/instances/"+w.sim.Add(Instance{}), `{"graph_analytics_plugin":true}`)
		}, map[string]string{"off": "202", "on": "400 invalid-request"}},
		{"adjustable-storage", func(w *world) string {
			return w.code("PATCH", "/v1/instances/"+w.sim.Add(Instance{Memory: "4GB"}), `{"storage":"16GB"}`)
		}, map[string]string{"on": "202", "off": "400 invalid-memory-size"}},
	}
}
