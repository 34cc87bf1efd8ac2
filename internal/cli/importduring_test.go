package cli

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/quirk"
	"github.com/aurad/aurad/spec"
)

// inFlight is a change that somebody begins right before an import. It returns the id of the
// instance that changes.
type inFlight struct {
	name  string
	begin func(t *testing.T, w *world) string
}

// changesInFlight is one for every operation that the simulator knows.
func changesInFlight() []inFlight {
	critical := aurasim.Instance{Name: "critical", Type: "business-critical", Memory: "4GB"}
	dedicated := aurasim.Instance{Name: "dedicated", Type: "enterprise-db", Memory: "4GB"}
	acting := func(in aurasim.Instance, what string) func(*testing.T, *world) string {
		return func(t *testing.T, w *world) string {
			id := w.sim.Add(in)
			if err := w.sim.Act(id, what); err != nil {
				t.Fatal(err)
			}
			return id
		}
	}
	sending := func(in aurasim.Instance, method, path, body string) func(*testing.T, *world) string {
		return func(t *testing.T, w *world) string {
			id := w.sim.Add(in)
			w.send(method, strings.ReplaceAll(path, "{id}", id), strings.ReplaceAll(body, "{id}", id))
			return id
		}
	}
	const create = `{"name":"%s","type":"professional-db","tenant_id":"` + aurasim.DemoTenantID + `","cloud_provider":"gcp","region":"europe-west1","memory":"4GB","version":"5"%s}`
	return []inFlight{
		{"pause", acting(aurasim.Instance{Name: "pausing"}, "pause")},
		{"resume", acting(aurasim.Instance{Name: "resuming", Status: aurasim.StatusPaused}, "resume")},
		{"rename", acting(aurasim.Instance{Name: "before"}, "rename after")},
		{"resize", acting(aurasim.Instance{Name: "resizing"}, "resize 8GB")},
		{"upgrade", acting(aurasim.Instance{Name: "upgrading"}, "upgrade")},
		{"delete", acting(aurasim.Instance{Name: "deleting"}, "delete")},
		{"vector", sending(aurasim.Instance{Name: "vector", Memory: "4GB"}, "PATCH", "/v1/instances/{id}", `{"vector_optimized":true}`)},
		{"vector off", sending(aurasim.Instance{Name: "plain", Memory: "4GB", VectorOptimized: true}, "PATCH", "/v1/instances/{id}", `{"vector_optimized":false}`)},
		{"plugin", sending(aurasim.Instance{Name: "plugin"}, "PATCH", "/v1/instances/{id}", `{"graph_analytics_plugin":true}`)},
		{"cdc", sending(critical, "PATCH", "/v1/instances/{id}", `{"cdc_enrichment_mode":"DIFF"}`)},
		{"cdc of VDC", sending(dedicated, "PATCH", "/v1/instances/{id}", `{"cdc_enrichment_mode":"DIFF"}`)},
		{"secondaries", sending(critical, "PATCH", "/v1/instances/{id}", `{"secondaries_count":2}`)},
		{"secondaries of VDC", sending(dedicated, "PATCH", "/v1/instances/{id}", `{"secondaries_count":2}`)},
		{"secondaries of VDC to none", sending(aurasim.Instance{Name: "fewer", Type: "enterprise-db", SecondariesCount: 2, Memory: "4GB"}, "PATCH", "/v1/instances/{id}", `{"secondaries_count":0}`)},
		{"overwrite", sending(aurasim.Instance{Name: "overwritten"}, "POST", "/v1/instances/{id}/overwrite", `{"source_instance_id":"{id}"}`)},
		{"snapshot", sending(aurasim.Instance{Name: "photographed"}, "POST", "/v1/instances/{id}/snapshots", `{}`)},
		{"restore", func(t *testing.T, w *world) string {
			id := w.sim.Add(aurasim.Instance{Name: "restored"})
			snapshot := between(w.send("POST", "/v1/instances/"+id+"/snapshots", `{}`), `"snapshot_id":"`, `"`)
			w.eventually("the snapshot is done", func() bool {
				return strings.Contains(w.send("GET", "/v1/instances/"+id+"/snapshots/"+snapshot, ""), "Completed")
			})
			w.send("POST", "/v1/instances/"+id+"/snapshots/"+snapshot+"/restore", `{}`)
			return id
		}},
		{"create", func(_ *testing.T, w *world) string {
			return between(w.send("POST", "/v1/instances", fmt.Sprintf(create, "created", "")), `"id":"`, `"`)
		}},
		{"clone", func(_ *testing.T, w *world) string {
			source := w.sim.Add(aurasim.Instance{Name: "source", Memory: "4GB"})
			return between(w.send("POST", "/v1/instances", fmt.Sprintf(create, "cloned", `,"source_instance_id":"`+source+`"`)), `"id":"`, `"`)
		}},
	}
}

// Import in the middle of every operation, alone and all at once, then apply with the file that it
// wrote: what a person has just asked for stays, by the simulator's books.
func TestImportUndoesNothing(t *testing.T) {
	t.Parallel()
	all := changesInFlight()
	for _, one := range append(all, inFlight{name: "all at once", begin: nil}) {
		for quirk, quirks := range map[string]quirk.Quirks{
			"": {}, "lag": {StatusLag: 10 * time.Second}, "late": {NotFoundAfterCreate: 40 * time.Second},
			"hiding": {RenameUpdating: quirk.On, ResizeStatus: "updating", ResumeRestoring: quirk.On, NullCDC: quirk.Off, OmitSecondaries: quirk.Off},
		} {
			t.Run(one.name+" "+quirk, func(t *testing.T) {
				t.Parallel()
				w := newWorldAt(t, aurasim.Config{Quirks: quirks}, 120)
				w.sim.Add(aurasim.Instance{Name: "bystander"})
				if one.begin != nil {
					one.begin(t, w)
				} else {
					for _, c := range all {
						c.begin(t, w)
					}
				}
				w.importThenApply()
			})
		}
	}
}

// importThenApply imports at once, lets everything that is under way come to its end, applies the
// file, and holds what is there afterwards against what was there before.
func (w *world) importThenApply() {
	w.t.Helper()
	r := w.must(0, "import", "-o", w.path("fleet.yaml"))
	w.eventually("the simulator is idle", func() bool { return w.sim.Idle(w.clock.Now()) })
	before := w.books()
	listed := 0
	for _, in := range w.sim.Instances() {
		text, err := os.ReadFile(w.path("fleet.yaml"))
		if err != nil {
			w.t.Fatal(err)
		}
		if !in.Deleted && !strings.Contains(string(text), in.ID) {
			w.t.Errorf("%s (%s) was left out without a word:\n%s%s", in.Name, in.ID, text, r.err)
		}
		listed++
	}
	asked := len(w.sim.Mutations())
	done := w.run("apply", "--yes")
	if after := w.books(); after != before {
		w.t.Errorf("apply changed\n%sto\n%s%s%s", before, after, done.out, done.err)
	}
	if after := w.sim.Mutations(); len(after) != asked {
		w.t.Errorf("apply asked for changes: %+v\n%s", after[asked:], done.out)
	}
}

// books are the settings of every live instance.
func (w *world) books() string {
	var b strings.Builder
	for _, in := range w.sim.Instances() {
		if !in.Deleted {
			fmt.Fprintln(&b, in.ID, in.Name, in.Type, in.Status, in.Memory, in.Storage, in.CDCEnrichmentMode, in.SecondariesCount, in.VectorOptimized, in.GraphAnalyticsPlugin)
		}
	}
	return b.String()
}

// With no time to wait nothing that moves is written, and each of them is named.
func TestImportWithoutWaitingNamesWhatMoves(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, aurasim.Config{}, 1)
	still := w.sim.Add(aurasim.Instance{Name: "still"})
	moving := w.sim.Add(aurasim.Instance{Name: "moving", Type: "enterprise-db", Memory: "4GB"})
	w.send("PATCH", "/v1/instances/"+moving, `{"cdc_enrichment_mode":"DIFF"}`)
	r := w.must(0, "import", "--wait", "0s")
	contains(t, r.err, `import: left out: "moving" (`+moving+`): it is updating`, "run `aurad import` again")
	contains(t, r.out, `# left out: "moving" (`+moving+`): it is updating`, still)
	if fleet, err := spec.Parse("fleet.yaml", []byte(r.out)); err != nil || len(fleet.Instances) != 1 {
		t.Errorf("%v in\n%s", err, r.out)
	}
	contains(t, w.must(1, "import", "--wait", "-1s").err, "--wait can't be negative")
}

// What Aura hides is no value in the file.
func TestImportGuessesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.sim.Add(aurasim.Instance{Name: "critical", Type: "business-critical", Memory: "4GB", CDCEnrichmentMode: "FULL", SecondariesCount: 3})
	r := w.must(0, "import")
	contains(t, r.out, "# cdc_enrichment_mode: Aura does not tell", "# secondaries_count: Aura does not tell")
	fleet, err := spec.Parse("fleet.yaml", []byte(r.out))
	if err != nil || fleet.Instances[0].CDCEnrichmentMode != "" || fleet.Instances[0].SecondariesCount != nil {
		t.Errorf("%v: %+v", err, fleet.Instances)
	}
}

// An instance that Aura lists and can't show, and one that can't be named, are left out aloud; the
// rest is written.
func TestImportLeavesOutAloud(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	broken := w.sim.Add(aurasim.Instance{Name: "broken"})
	w.sim.Add(aurasim.Instance{Name: "fine"})
	w.sim.Inject(aurasim.BrokenLook(broken))
	w.sim.Inject(aurasim.Fault{Kind: aurasim.EditedList, Times: -1, Edit: func(list []any) []any {
		return append(list, map[string]any{"name": "nameless id"}, map[string]any{"id": "../tenants", "name": "slashes"}, 7, nil, map[string]any{"id": []any{1}, "name": "list"})
	}})
	r := w.must(0, "import", "--wait", "1m")
	for _, text := range []string{r.out, r.err} {
		contains(t, text, `left out: "broken" (`+broken+`)`, "500", `left out: "nameless id": entry 3 of the list has no id`,
			`left out: "slashes": entry 4 of the list: "../tenants" is not a valid instance id`, "left out: an instance without a name: entry 5", "entry 6", `left out: "list": entry 7`)
	}
	fleet, err := spec.Parse("fleet.yaml", []byte(r.out))
	if err != nil || len(fleet.Instances) != 1 {
		t.Errorf("%v in\n%s", err, r.out)
	}
}

// send asks the simulator as somebody else would, beside aurad, and returns the reply's body.
func (w *world) send(method, path, body string) string {
	w.t.Helper()
	ask := func(target, auth, kind, text string) string {
		req, err := http.NewRequest(method, w.server.URL+target, strings.NewReader(text))
		if target == "/oauth/token" {
			req, err = http.NewRequest(http.MethodPost, w.server.URL+target, strings.NewReader(text))
		}
		if err != nil {
			w.t.Fatal(err)
		}
		req.Header.Set("Authorization", auth)
		req.Header.Set("Content-Type", kind)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			w.t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, _ := io.ReadAll(resp.Body)
		if resp.StatusCode >= 300 {
			w.t.Fatalf("%s %s: %s %s", method, target, resp.Status, raw)
		}
		return string(raw)
	}
	basic := base64.StdEncoding.EncodeToString([]byte(aurasim.DemoClientID + ":" + aurasim.DemoClientSecret))
	token := ask("/oauth/token", "Basic "+basic, "application/x-www-form-urlencoded", "grant_type=client_credentials")
	return ask(path, "Bearer "+between(token, `"access_token":"`, `"`), "application/json", body)
}

func between(text, before, after string) string {
	_, text, _ = strings.Cut(strings.ReplaceAll(text, `": "`, `":"`), before)
	text, _, _ = strings.Cut(text, after)
	return text
}
