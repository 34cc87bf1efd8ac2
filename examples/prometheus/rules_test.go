package prometheus_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

type rule struct {
	Record, Alert, Expr string
	Annotations         map[string]string
}

func rules(t *testing.T) []rule {
	t.Helper()
	raw, err := os.ReadFile("aurad.rules.yml")
	check(t, err)
	var file struct{ Groups []struct{ Rules []rule } }
	check(t, yaml.Unmarshal(raw, &file))
	var all []rule
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

func alertNames(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, r := range rules(t) {
		if r.Alert != "" {
			names = append(names, r.Alert)
		}
	}
	slices.Sort(names)
	return names
}

func TestRulesPassTheirTests(t *testing.T) {
	promtool(t, nil, "check", "rules", "aurad.rules.yml")
	promtool(t, nil, "test", "rules", "aurad.test.yml")
	promtool(t, nil, "check", "config", "--syntax-only", "scrape.yml")
}

func TestEveryAlertHasATestAndARunbook(t *testing.T) {
	tests, err := os.ReadFile("aurad.test.yml")
	check(t, err)
	const folder = "../../docs/runbooks"
	index, err := os.ReadFile(filepath.Join(folder, "README.md"))
	check(t, err)
	names := alertNames(t)
	for _, r := range rules(t) {
		if r.Alert == "" {
			continue
		}
		if !strings.Contains(string(tests), "- alertname: "+r.Alert+"\n") {
			t.Errorf("no test makes %s fire", r.Alert)
		}
		if want := "https://github.com/aurad/aurad/blob/main/docs/runbooks/" + r.Alert + ".md"; r.Annotations["runbook_url"] != want {
			t.Errorf("%s: the runbook is at %q, want %q", r.Alert, r.Annotations["runbook_url"], want)
		}
		page, err := os.ReadFile(filepath.Join(folder, r.Alert+".md"))
		if err != nil {
			t.Error(err)
		}
		for _, heading := range []string{"# " + r.Alert + "\n", "## What it means", "## What to look at", "## What to do"} {
			if !strings.Contains(string(page), heading) {
				t.Errorf("the runbook of %s lacks %q", r.Alert, heading)
			}
		}
		if !strings.Contains(string(index), "("+r.Alert+".md)") {
			t.Errorf("the index of the runbooks lacks %s", r.Alert)
		}
	}
	pages, err := filepath.Glob(filepath.Join(folder, "Aurad*.md"))
	check(t, err)
	for _, p := range pages {
		if !slices.Contains(names, strings.TrimSuffix(filepath.Base(p), ".md")) {
			t.Errorf("%s is about no alert", p)
		}
	}
}
