package aura

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/internal/aura/failure"
)

const anID = "0a1b2c3d"

// ptr is new(v) for a table.
func ptr[T any](v T) *T { return &v }

// TestRequests: every method sends exactly this, once, with the headers Aura demands.
func TestRequests(t *testing.T) {
	type run func(context.Context, *Client) error
	act := func(f func(context.Context, *Client) (*Instance, error)) run {
		return func(ctx context.Context, c *Client) error { _, err := f(ctx, c); return err }
	}
	instance := `{"data":{"id":"` + anID + `"}}`
	tests := []struct {
		name, want, answer string
		run                run
	}{
		{"tenants", "GET /v1/tenants", `{"data":[]}`, func(ctx context.Context, c *Client) error { _, err := c.Tenants(ctx); return err }},
		{"tenant", "GET /v1/tenants/t-1", `{"data":{"id":"t-1"}}`, func(ctx context.Context, c *Client) error { _, err := c.Tenant(ctx, "t-1"); return err }},
		{"all instances", "GET /v1/instances", `{"data":[]}`, func(ctx context.Context, c *Client) error { _, err := c.Instances(ctx, ""); return err }},
		{"instances of a tenant", "GET /v1/instances?tenantId=t-1", `{"data":[]}`, func(ctx context.Context, c *Client) error { _, err := c.Instances(ctx, "t-1"); return err }},
		{"instance", "GET /v1/instances/" + anID, instance, func(ctx context.Context, c *Client) error { _, err := c.Instance(ctx, anID); return err }},
		{"create", `POST /v1/instances {"name":"orders","tenant_id":"t-1","cloud_provider":"gcp","region":"europe-west1","type":"professional-db","version":"5","memory":"2GB","vector_optimized":false}`, "",
			func(ctx context.Context, c *Client) error {
				_, err := c.Create(ctx, CreateRequest{Name: "orders", TenantID: "t-1", CloudProvider: "gcp", Region: "europe-west1",
					Type: "professional-db", Version: "5", Memory: "2GB", VectorOptimized: ptr(false)})
				return err
			}},
		{"no secondaries", `PATCH /v1/instances/` + anID + ` {"secondaries_count":0}`, "",
			act(func(ctx context.Context, c *Client) (*Instance, error) {
				return c.Patch(ctx, anID, PatchRequest{"secondaries_count": 0})
			})},
		{"every field", `PATCH /v1/instances/` + anID + ` {"cdc_enrichment_mode":"OFF","graph_analytics_plugin":false,"memory":"4GB","name":"n","storage":"8GB","vector_optimized":true}`, "",
			act(func(ctx context.Context, c *Client) (*Instance, error) {
				return c.Patch(ctx, anID, PatchRequest{"name": "n", "memory": "4GB", "storage": "8GB",
					"vector_optimized": true, "graph_analytics_plugin": false, "cdc_enrichment_mode": "OFF"})
			})},
		{"delete", "DELETE /v1/instances/" + anID, "", act(func(ctx context.Context, c *Client) (*Instance, error) { return c.Delete(ctx, anID) })},
		{"pause", "POST /v1/instances/" + anID + "/pause {}", "", act(func(ctx context.Context, c *Client) (*Instance, error) { return c.Pause(ctx, anID) })},
		{"resume", "POST /v1/instances/" + anID + "/resume {}", "", act(func(ctx context.Context, c *Client) (*Instance, error) { return c.Resume(ctx, anID) })},
		{"upgrade", "POST /v1/instances/" + anID + "/upgrade {}", "", act(func(ctx context.Context, c *Client) (*Instance, error) { return c.Upgrade(ctx, anID, UpgradeRequest{}) })},
		{"upgrade to a size", `POST /v1/instances/` + anID + `/upgrade {"memory":"4GB","storage":"8GB"}`, "",
			act(func(ctx context.Context, c *Client) (*Instance, error) {
				return c.Upgrade(ctx, anID, UpgradeRequest{Memory: "4GB", Storage: "8GB"})
			})},
		{"snapshots today", "GET /v1/instances/" + anID + "/snapshots", `{"data":[]}`,
			func(ctx context.Context, c *Client) error { _, err := c.Snapshots(ctx, anID, time.Time{}); return err }},
		{"snapshots of a day, in UTC", "GET /v1/instances/" + anID + "/snapshots?date=2026-03-01", `{"data":[]}`,
			func(ctx context.Context, c *Client) error {
				_, err := c.Snapshots(ctx, anID, time.Date(2026, 3, 2, 0, 30, 0, 0, time.FixedZone("", 3600)))
				return err
			}},
		{"snapshot with a timestamp for an id", "GET /v1/instances/" + anID + "/snapshots/2026-03-02T08:15:30Z-adhoc", `{"data":{"snapshot_id":"x"}}`,
			func(ctx context.Context, c *Client) error {
				_, err := c.Snapshot(ctx, anID, "2026-03-02T08:15:30Z-adhoc")
				return err
			}},
		{"take a snapshot", "POST /v1/instances/" + anID + "/snapshots {}", `{"data":{"snapshot_id":"s-1"}}`,
			func(ctx context.Context, c *Client) error { _, err := c.CreateSnapshot(ctx, anID); return err }},
		{"restore", "POST /v1/instances/" + anID + "/snapshots/s-1/restore {}", "",
			act(func(ctx context.Context, c *Client) (*Instance, error) { return c.RestoreSnapshot(ctx, anID, "s-1") })},
		{"sizing", `POST /v1/instances/sizing {"node_count":1,"relationship_count":2,"instance_type":"professional-ds"}`, `{"data":{}}`,
			func(ctx context.Context, c *Client) error {
				_, err := c.Sizing(ctx, SizingRequest{NodeCount: 1, RelationshipCount: 2, InstanceType: "professional-ds"})
				return err
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t, says(202, tt.answer))
			if err := tt.run(t.Context(), s.client()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{tt.want}, s.seen()); diff != "" {
				t.Fatalf("requests (-want +got):\n%s", diff)
			}
			checkHeaders(t, s.headers[0], tt.want)
		})
	}
}

func checkHeaders(t *testing.T, h http.Header, request string) {
	t.Helper()
	want := map[string]string{"Authorization": "Bearer " + tokenNumber(1), "User-Agent": "aurad/test", "Content-Type": "", "Idempotency-Key": ""}
	if strings.HasPrefix(request, "POST") || strings.HasPrefix(request, "PATCH") {
		want["Content-Type"] = "application/json" // without it Aura answers 415, bodyless or not
	}
	for name, value := range want {
		if got := h.Get(name); got != value {
			t.Errorf("%s: got %q, want %q", name, got, value)
		}
	}
}

// TestRefusedBeforeSending: what could only go wrong, or hit another endpoint, is not sent.
func TestRefusedBeforeSending(t *testing.T) {
	s := newServer(t, says(202, ""))
	c := s.client()
	for name, run := range map[string]func(context.Context) (*Instance, error){
		"delete of the list":     func(ctx context.Context) (*Instance, error) { return c.Delete(ctx, "") },
		"delete above the list":  func(ctx context.Context) (*Instance, error) { return c.Delete(ctx, "..") },
		"delete of another path": func(ctx context.Context) (*Instance, error) { return c.Delete(ctx, "x/../../tenants") },
		"query in an id":         func(ctx context.Context) (*Instance, error) { return c.Pause(ctx, "x?y") },
		"escaped slash in an id": func(ctx context.Context) (*Instance, error) { return c.Pause(ctx, "x%2f") },
		"restore of no snapshot": func(ctx context.Context) (*Instance, error) { return c.RestoreSnapshot(ctx, anID, "") },
		"empty patch":            func(ctx context.Context) (*Instance, error) { return c.Patch(ctx, anID, PatchRequest{}) },
		"upgrade with half a size": func(ctx context.Context) (*Instance, error) {
			return c.Upgrade(ctx, anID, UpgradeRequest{Memory: "4GB"})
		},
	} {
		_, err := run(t.Context())
		if failure.KindOf(err) != failure.Never || uncertain(err) {
			t.Errorf("%s: got %v (kind %v)", name, err, failure.KindOf(err))
		}
	}
	if got := s.seen(); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
}
