package aura

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/secrets"
)

var update = flag.Bool("update", false, "write what replies come to into testdata")

// calls are all that a client asks, of instance i1 where it is about one.
func calls() []struct {
	name string
	ask  func(context.Context, *Client) (any, error)
} {
	type call = struct {
		name string
		ask  func(context.Context, *Client) (any, error)
	}
	on := func(id string) []call {
		return []call{
			{"read " + id, func(ctx context.Context, c *Client) (any, error) { return c.Instance(ctx, id) }},
			{"patch " + id, func(ctx context.Context, c *Client) (any, error) {
				return c.Patch(ctx, id, PatchRequest{"memory": "4GB"})
			}},
			{"patch nothing of " + id, func(ctx context.Context, c *Client) (any, error) { return c.Patch(ctx, id, nil) }},
			{"delete " + id, func(ctx context.Context, c *Client) (any, error) { return c.Delete(ctx, id) }},
			{"pause " + id, func(ctx context.Context, c *Client) (any, error) { return c.Pause(ctx, id) }},
			{"resume " + id, func(ctx context.Context, c *Client) (any, error) { return c.Resume(ctx, id) }},
			{"upgrade " + id, func(ctx context.Context, c *Client) (any, error) {
				return c.Upgrade(ctx, id, UpgradeRequest{"4GB", "8GB"})
			}},
			{"upgrade without storage " + id, func(ctx context.Context, c *Client) (any, error) {
				return c.Upgrade(ctx, id, UpgradeRequest{Memory: "4GB"})
			}},
			{"snapshots of " + id, func(ctx context.Context, c *Client) (any, error) { return c.Snapshots(ctx, id, time.Time{}) }},
			{"snapshots of a day of " + id, func(ctx context.Context, c *Client) (any, error) {
				return c.Snapshots(ctx, id, time.Date(2026, 3, 2, 1, 0, 0, 0, time.FixedZone("", 7200)))
			}},
			{"snapshot s1 of " + id, func(ctx context.Context, c *Client) (any, error) { return c.Snapshot(ctx, id, "s1") }},
			{"snapshot .. of " + id, func(ctx context.Context, c *Client) (any, error) { return c.Snapshot(ctx, id, "..") }},
			{"take a snapshot of " + id, func(ctx context.Context, c *Client) (any, error) { return c.CreateSnapshot(ctx, id) }},
			{"restore s1 to " + id, func(ctx context.Context, c *Client) (any, error) { return c.RestoreSnapshot(ctx, id, "s1") }},
			{"overwrite " + id, func(ctx context.Context, c *Client) (any, error) { return c.RestoreSnapshot(ctx, id, "") }},
		}
	}
	return append(append([]call{
		{"list", func(ctx context.Context, c *Client) (any, error) { return c.Instances(ctx, "") }},
		{"list of a tenant", func(ctx context.Context, c *Client) (any, error) { return c.Instances(ctx, "t 1") }},
		{"tenants", func(ctx context.Context, c *Client) (any, error) { return c.Tenants(ctx) }},
		{"tenant", func(ctx context.Context, c *Client) (any, error) { return c.Tenant(ctx, "t1") }},
		{"no tenant", func(ctx context.Context, c *Client) (any, error) { return c.Tenant(ctx, "") }},
		{"sizing", func(ctx context.Context, c *Client) (any, error) {
			return c.Sizing(ctx, SizingRequest{NodeCount: 3, InstanceType: "enterprise-ds"})
		}},
		{"create", func(ctx context.Context, c *Client) (any, error) {
			r, err := c.Create(ctx, CreateRequest{Name: "orders", TenantID: "t1"})
			return fmt.Sprintf("%d bytes, status %d, request %s", len(r.Body.Reveal()), r.Status, r.RequestID), err
		}},
	}, on("i1")...), on("")[0], on("a/b")[3], on("..")[10])
}

// answers are what may come back, good, odd and refusing.
func answers() []struct{ name, status, body string } {
	instance := `{"id":"i1","name":" orders ","tenant_id":"t1","cloud_provider":"gcp","status":"RUNNING","region":"europe-west1","type":"enterprise-db","connection_url":"neo4j+s://i1","memory":"8GB","storage":"16GB","created_at":"2026-03-01T08:00:00Z","metrics_integration_url":"https://m","customer_managed_key_id":"k1","graph_nodes":7,"graph_relationships":"9","secondaries_count":2,"cdc_enrichment_mode":"full","vector_optimized":true,"graph_analytics_plugin":false}`
	snapshot := `{"snapshot_id":"s1","instance_id":"i1","profile":"AdHoc","status":"Completed","timestamp":"2026-03-01T08:00:00Z","exportable":true}`
	tenant := `{"id":"t1","name":"ours","instance_configurations":[{"type":"enterprise-db","cloud_provider":"gcp","region":"europe-west1","region_name":"Belgium","version":"5","memory":"8GB","storage":"16 GB"}]}`
	return []struct{ name, status, body string }{
		{"the instance", "200", `{"data":` + instance + `}`},
		{"the instance, accepted", "202", `{"data":` + instance + `}`},
		{"another instance", "200", `{"data":{"id":"i2"}}`},
		{"instances", "200", `{"data":[` + instance + `,{"id":"i2"}]}`},
		{"instances, some odd", "200", `{"data":[{"id":"i1"},{"name":"x"},{"id":"a/b"},{"id":"i1","name":"again"},7,{"id":"i3"},{"name":"y"}]}`},
		{"a snapshot", "200", `{"data":` + snapshot + `}`},
		{"snapshots", "200", `{"data":[` + snapshot + `]}`},
		{"a tenant", "200", `{"data":` + tenant + `}`},
		{"a size", "200", `{"data":{"did_exceed_maximum":true,"min_required_memory":"8GB","recommended_size":"16 GB"}}`},
		{"no excess", "200", `{"data":{"did_exceed_maximum":false}}`},
		{"an empty object", "200", `{"data":{}}`}, {"an empty list", "200", `{"data":[]}`}, {"null", "200", `{"data":null}`},
		{"no data", "200", `{}`}, {"nothing", "200", ""}, {"nothing, on purpose", "204", ""}, {"half of it", "200", `{"data":{"id":"i1","sta`}, {"a page", "200", "<html>hello</html>"},
		{"text for an object", "200", `{"data":"i1"}`},
		{"bad request", "400", `{"errors":[{"message":"no","reason":"invalid-value","field":"memory"}]}`},
		{"unauthorized", "401", `{"errors":[{"message":"token","reason":"invalid-token"}]}`},
		{"forbidden", "403", `{"errors":[{"message":"no right","reason":"unauthorized"}]}`},
		{"not found", "404", `{"errors":[{"message":"no such","reason":"db-not-found"}]}`},
		{"a gateway's not found", "404", "not here"},
		{"conflict", "409", `{"errors":[{"message":"busy","reason":"db-not-running"}]}`},
		{"too many", "429", ""}, {"fault", "500", "oops"}, {"gateway", "502", ""}, {"down", "503", `{"errors":[{"message":"later"}]}`},
	}
}

// TestEveryReplyToEveryCall: what each call sends, and what each reply to it comes to, stand in
// testdata/replies.txt. A success that holds nothing is never taken for an answer where one was asked for.
func TestEveryReplyToEveryCall(t *testing.T) {
	var b strings.Builder
	for _, c := range calls() {
		fmt.Fprintf(&b, "== %s\n", c.name)
		var outcomes []string
		rows := map[string][]string{}
		for _, a := range answers() {
			status := 0
			fmt.Sscan(a.status, &status)
			s := newServer(t, says(status, a.body))
			value, err := c.ask(t.Context(), s.client())
			outcome := reported(value, err) + fmt.Sprintf("\n  asked %d times, %d tokens, slept %v", len(s.seen()), s.tokens, s.slept)
			if rows[outcome] == nil {
				outcomes = append(outcomes, outcome)
			}
			rows[outcome] = append(rows[outcome], a.name)
			if len(rows) == 1 && len(rows[outcome]) == 1 {
				fmt.Fprintf(&b, "%s\n", strings.Join(append(s.seen(), ""), "; "))
			}
			s.Close()
		}
		for _, o := range outcomes {
			fmt.Fprintf(&b, "%s: %s\n", strings.Join(rows[o], ", "), o)
		}
	}
	approved(t, "testdata/replies.txt", b.String())
}

func reported(value any, err error) string {
	raw, _ := json.Marshal(value)
	if err == nil {
		return string(raw)
	}
	e := failure.Of(err)
	if e == nil {
		return fmt.Sprintf("%s, error: %v", raw, err)
	}
	return fmt.Sprintf("%s, error: %v\n  kind %v, status %d, reason %s, instance %s, request %s, sent %t, uncertain %t, after %s", raw, err, e.Kind, e.Status, e.Reason, e.InstanceID, e.RequestID, e.Sent, e.Uncertain, e.RetryAfter)
}

// TestEveryAnswerOfTheTokenEndpoint: a fault of it is not a bad credential.
func TestEveryAnswerOfTheTokenEndpoint(t *testing.T) {
	var b strings.Builder
	for _, a := range append(answers()[13:], struct{ name, status, body string }{"bad credential", "401", `{"error":"access_denied","error_description":"Unauthorized"}`},
		struct{ name, status, body string }{"a token", "200", `{"access_token":"x","expires_in":3600,"token_type":"bearer"}`},
		struct{ name, status, body string }{"a token for ever", "200", `{"access_token":"x","token_type":"bearer"}`},
		struct{ name, status, body string }{"an empty token", "200", `{"access_token":"","expires_in":3600,"token_type":"bearer"}`}) {
		status := 0
		fmt.Sscan(a.status, &status)
		s := newServer(t, says(200, `{"data":[]}`))
		s.token = says(status, a.body)
		client := s.client()
		value, err := client.Instances(t.Context(), "")
		fmt.Fprintf(&b, "%s: %s\n  asked %d times, %d tokens, slept %v, lasts %s\n", a.name, reported(value, err), len(s.seen()), s.tokens, s.slept, lasts(s, client))
		_, err = client.Pause(t.Context(), "i1")
		fmt.Fprintf(&b, "  pause: %s\n", reported(nil, err))
		s.Close()
	}
	approved(t, "testdata/tokens.txt", b.String())
}

func lasts(s *server, c *Client) string {
	if until := c.AuthorizedUntil(); !until.IsZero() {
		return until.Sub(s.clock()).String()
	}
	return "no time"
}

// TestEveryConfig: what is refused, and what stands in for what is left out.
func TestEveryConfig(t *testing.T) {
	var b strings.Builder
	for _, url := range []string{"", "https://api.neo4j.io", "https://api.neo4j.io/", "https://api.neo4j.io/v1", "https://api.neo4j.io/v1/", "http://localhost:80", "http://127.0.0.1", "http://aura.example",
		"ftp://api.neo4j.io", "api.neo4j.io", "https://", "https://me:pw@api.neo4j.io", "https://api.neo4j.io?a=b", "https://api.neo4j.io#a", "https://%zz"} {
		for _, auth := range []string{"", "https://login.example/token", "http://login.example/token", "nothing"} {
			var log strings.Builder
			c, err := New(Config{BaseURL: url, AuthURL: auth, ClientID: "id", ClientSecret: secrets.NewSecret("s"), Log: newLog(&log)})
			if err != nil {
				fmt.Fprintf(&b, "%q %q: %v\n", url, auth, err)
				continue
			}
			cfg := Config{BaseURL: url, AuthURL: auth}.withDefaults()
			warned := regexp.MustCompile(`(?m)^time=\S+ |\n$`).ReplaceAllString(log.String(), "")
			fmt.Fprintf(&b, "%q %q: %s, %s, %s, %q, %t %s\n", url, auth, c.sender.Base, cfg.AuthURL, c.sender.Timeout, c.sender.UserAgent, c.sender.HTTP.Transport == http.DefaultTransport, cmp.Or(warned, "no warning"))
		}
	}
	for _, cfg := range []Config{{}, {ClientID: "id"}, {ClientSecret: secrets.NewSecret("s")}, {ClientID: "id", ClientSecret: secrets.NewSecret("s"), Timeout: -1, UserAgent: "me"}} {
		_, err := New(cfg)
		d := cfg.withDefaults()
		fmt.Fprintf(&b, "%v %s %s %t %t\n", err, d.Timeout, d.UserAgent, d.Clock != nil, d.Sleep != nil)
	}
	approved(t, "testdata/configs.txt", b.String())
}

// approved compares with what is kept; read the difference before you commit a new one.
func approved(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			t.Fatalf("%s, line %d: -update writes it anew\n- %q\n+ %q", path, i+1, was[min(i, len(was)):min(i+1, len(was))], is[min(i, len(is)):min(i+1, len(is))])
		}
	}
}
