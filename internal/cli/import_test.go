package cli

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

func TestImportIsReadyToAdopt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{Durations: map[aurasim.Op]aurasim.Range{aurasim.OpDelete: {Min: 999 * time.Hour, Max: 999 * time.Hour}}})
	for _, in := range []aurasim.Instance{
		{Name: "orders-dev"},
		{Name: "Orders (production)", Type: "business-critical", Memory: "8GB", CDCEnrichmentMode: "DIFF", SecondariesCount: 2},
		{Name: "twin"}, {Name: "Twin"}, {Name: "twin!"},
		{Name: "Résumé # \"quoted\": {yes}", Memory: "16GB"},
		{Name: "12345678"}, {Name: "true"}, {Name: "Ω"},
		{Name: "asleep", Status: aurasim.StatusPaused, Memory: "4GB", VectorOptimized: true},
		{Name: "play", Type: "free-db"},
		{Name: "graph", Type: "professional-db", GraphAnalyticsPlugin: true, Memory: "4GB"},
		{Name: "  spaces  "}, {Name: "half~0a1b2c3d"},
		{Name: "going", Status: aurasim.StatusDestroying},
	} {
		w.sim.Add(in)
	}
	printed := w.must(0, "import")
	r := w.must(0, "import", "-o", w.path("fleet.yaml"))
	contains(t, r.out, "ready to adopt")
	text, err := os.ReadFile(w.path("fleet.yaml"))
	if err != nil || string(text) != printed.out {
		t.Fatalf("the file is not what is printed without -o: %v", err)
	}
	fleet, err := spec.Parse("fleet.yaml", text)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	if len(fleet.Instances) != 14 {
		t.Errorf("%d instances, want all 14 but the one that is being deleted:\n%s", len(fleet.Instances), text)
	}
	contains(t, string(text), "# name: ", "): it is being deleted", "# left out: \"going\" (", "it was paused when this was written")

	plan := decode[reconcile.Plan](t, w.must(0, "plan", "--output", "json").out)
	if n := plan.Summary.Verbs; n[reconcile.Adopt] != 12 || n[reconcile.Hold] != 2 || len(plan.Steps) != 14 {
		t.Errorf("%v, want 12 adoptions and the two that would be renamed held:\n%s", n, text)
	}
	contains(t, w.must(1, "import", "-o", w.path("fleet.yaml")).err, "is there already")
}

// What is imported is a fleet with a name: the one that is given, or the tenant's.
func TestImportNamesTheFleet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{Tenants: []catalog.Tenant{{ID: aurasim.DemoTenantID, Name: "Orders Team (EU)"}}})
	w.sim.Add(aurasim.Instance{Name: "alpha"})
	for _, c := range []struct {
		args []string
		want string
	}{{nil, "orders-team-eu"}, {[]string{"--fleet", "acme-databases"}, "acme-databases"}} {
		out := w.must(0, append([]string{"import"}, c.args...)...).out
		f, err := spec.Parse("fleet.yaml", []byte(out))
		if err != nil || f.Name != c.want || strings.Contains(out, "# Named after the tenant.") != (c.args == nil) {
			t.Errorf("%v: %v\n%s", c.args, err, out)
		}
	}
	for _, bad := range []string{"default", "Acme", "a b"} {
		before := w.sim.RequestCount()
		contains(t, w.must(1, "import", "--fleet", bad).err, "import: --fleet: ")
		if w.sim.RequestCount() != before {
			t.Errorf("--fleet %s is found out after asking Aura", bad)
		}
	}
	w.sim.Inject(aurasim.Fault{Kind: aurasim.Status, Code: 403, Times: -1, PathPrefix: "/v1/tenants"})
	contains(t, w.must(0, "import").out, "fleet: aura-"+aurasim.DemoTenantID[:8]+"\n")
}

func TestImportWantsOneTenant(t *testing.T) {
	t.Parallel()
	other := "aaaaaaaa-0000-4000-8000-000000000000"
	w := newWorld(t, aurasim.Config{Tenants: []catalog.Tenant{{ID: aurasim.DemoTenantID, Name: "a"}, {ID: other, Name: "b"}}})
	w.sim.Add(aurasim.Instance{Name: "alpha"})
	delete(w.env, "AURA_TENANT_ID")
	contains(t, w.must(0, "import").out, "tenant_id: "+aurasim.DemoTenantID)
	w.sim.Add(aurasim.Instance{Name: "there", TenantID: other})
	contains(t, w.must(1, "import").err, "2 tenants", other, "set AURA_TENANT_ID")
	w.env["AURA_TENANT_ID"] = other
	if r := w.must(0, "import"); strings.Contains(r.out, "alpha:") {
		t.Errorf("an instance of another tenant:\n%s", r.out)
	}
}
