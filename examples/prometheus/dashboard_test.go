package prometheus_test

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aurad/aurad/metrics"
)

// queries are all expressions of the dashboard, by the title of their panel, its variables filled in.
func queries(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("../grafana/aurad.json")
	check(t, err)
	var board struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr string }
		}
		Templating struct {
			List []struct {
				Name, Type string
				Query      json.RawMessage
			}
		}
	}
	check(t, json.Unmarshal(raw, &board))
	fill := strings.NewReplacer("$job", ".*", "$instance", ".*", "$__rate_interval", "1m")
	all := map[string][]string{}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			all[p.Title] = append(all[p.Title], fill.Replace(target.Expr))
		}
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("the panel %q has no query", p.Title)
		}
	}
	for _, v := range board.Templating.List {
		if m := regexp.MustCompile(`label_values\((.+), \w+\)`).FindStringSubmatch(string(v.Query)); m != nil {
			all["variable "+v.Name] = []string{fill.Replace(strings.ReplaceAll(m[1], `\"`, `"`))}
		} else if v.Type == "query" {
			t.Errorf("the variable %s has no query that is understood", v.Name)
		}
	}
	return all
}

// TestDashboardAndRulesNameRealMetrics needs no Prometheus. That the metrics are really exported by a
// run is shown beside it, where one scrapes.
func TestDashboardAndRulesNameRealMetrics(t *testing.T) {
	known := map[string]bool{"up": true, "process_resident_memory_bytes": true, "go_goroutines": true}
	for _, d := range metrics.Describe() {
		known[d.Name] = true
		if d.Type == "histogram" {
			known[d.Name+"_bucket"], known[d.Name+"_count"], known[d.Name+"_sum"] = true, true, true
		}
	}
	exprs := queries(t)
	for _, r := range rules(t) {
		if r.Record != "" {
			known[r.Record] = true
		}
	}
	for _, r := range rules(t) {
		exprs["rule "+r.Record+r.Alert] = []string{r.Expr}
	}
	if len(exprs) < 40 {
		t.Fatalf("only %d queries were found", len(exprs))
	}
	for where, all := range exprs {
		for _, expr := range all {
			for _, name := range regexp.MustCompile(`\b(aurad|go|process)[_:][a-z0-9_:]+`).FindAllString(expr, -1) {
				if !known[name] {
					t.Errorf("%s asks for %s, which is not exported", where, name)
				}
			}
		}
	}
}

// showsSomething runs every query of the dashboard against what a real run exported.
func (s *scene) showsSomething() {
	s.t.Helper()
	for title, exprs := range queries(s.t) {
		for _, expr := range exprs {
			if len(s.prom.query(expr)) == 0 && title != "Not as they should be" {
				s.t.Errorf("the panel %q is empty: %s", title, expr)
			}
		}
	}
	for _, d := range metrics.Describe() {
		name := d.Name
		if d.Type == "histogram" {
			name += "_count"
		}
		if len(s.prom.query("count_over_time("+name+"[10m])")) == 0 {
			s.t.Errorf("the run never exported %s", d.Name)
		}
	}
	resp, err := http.Get(s.URL + "/metrics")
	check(s.t, err)
	defer resp.Body.Close()
	promtool(s.t, resp.Body, "check", "metrics")
}
