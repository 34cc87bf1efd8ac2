package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := JSON()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(ID, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// load reads YAML as editors do: dates stay text.
func load(t *testing.T, text []byte) any {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var plain func(n *yaml.Node)
	plain = func(n *yaml.Node) {
		if n.Tag == "!!timestamp" {
			n.Tag = "!!str"
		}
		for _, c := range n.Content {
			plain(c)
		}
	}
	plain(&root)
	var v any
	if err := root.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestValidFiles: what aurad accepts, an editor must not underline.
func TestValidFiles(t *testing.T) {
	s := compiled(t)
	examples, err := filepath.Glob("../../examples/*.yaml")
	if err != nil || len(examples) < 3 {
		t.Fatalf("examples: %v, %v", examples, err)
	}
	for _, file := range append(examples, "../testdata/valid/full.yaml", "../testdata/valid/accounts.yaml") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(load(t, text)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestBadSamples: each fails in the editor and in aurad, at the same field.
func TestBadSamples(t *testing.T) {
	s := compiled(t)
	const head = "schema: aurad/v1\ninstances: {a: {type: professional-db, cloud_provider: gcp, region: europe-west1, memory: 4GB}}\n"
	for _, bad := range []struct{ text, at string }{
		{"schema: aurad/v2\ninstances: {}\n", "schema"},
		{"instances: {}\n", ""},
		{"schema: aurad/v1\n", ""},
		{head + "shedules: {}\n", ""},
		{head + "tenant_id: blue\n", "tenant_id"},
		{head + "timezone: CET\n", "timezone"},
		{head + "budget: {requests_per_minute: many}\n", "budget/requests_per_minute"},
		{head + "budget: {requests_per_minute: 0}\n", "budget/requests_per_minute"},
		{head + "accounts: {Blue: }\n", ""},
		{head + "accounts: {blue: {tenant_id: blue}}\n", "accounts/blue"},
		{head + "accounts: {blue: {client_secret: x}}\n", "accounts/blue"},
		{head + "policy: {mode: destroy}\n", "policy/mode"},
		{head + "policy: {delete_after: soon}\n", "policy/delete_after"},
		{head + "credentials: {store: paper}\n", "credentials/store"},
		{head + "credentials: {}\n", "credentials"},
		{head + "calendars: {c: [tomorrow]}\n", "calendars/c/0"},
		{head + "schedules: {s: {running: [always]}}\n", "schedules/s/running/0"},
		{head + "schedules: {s: {running: [daily 07:00-19:00], ready_by: soon}}\n", "schedules/s/ready_by"},
		{head + "schedules: {s: {exceptions: [{state: paused, from: now, to: 2026-01-01}]}}\n", "schedules/s/exceptions/0/from"},
		{"schema: aurad/v1\ninstances: {A: }\n", ""}, // the validator places a bad name anywhere,
		{"schema: aurad/v1\ninstances: {a: {memory: 3GB}}\n", "instances/a"},
		{"schema: aurad/v1\ninstances: {a: {memmory: 4GB}}\n", "instances/a"},
		{"schema: aurad/v1\ninstances: {a: {version: 6}}\n", "instances/a"},
		{"schema: aurad/v1\ninstances: {a: {id: nope}}\n", "instances/a"},
		{"schema: aurad/v1\ninstances: {a: {secondaries_count: 16}}\n", "instances/a"},
		{"schema: aurad/v1\ninstances: {a: {protect: maybe}}\n", "instances/a"},
	} {
		err := s.Validate(load(t, []byte(bad.text)))
		if err == nil || !strings.Contains(err.Error(), "at '/"+bad.at) && bad.at != "" {
			t.Errorf("%q: %v, want a fault at %s", bad.text, err, bad.at)
		}
		if _, err := spec.Parse("f", []byte(bad.text)); err == nil {
			t.Errorf("%q: aurad takes it", bad.text)
		}
	}
}

// TestDescribed: every field tells an editor what it is for.
func TestDescribed(t *testing.T) {
	text, err := JSON()
	if err != nil {
		t.Fatal(err)
	}
	var root any
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	fields := 0
	var walk func(v any, path string)
	walk = func(v any, path string) {
		m, _ := v.(map[string]any)
		properties, _ := m["properties"].(map[string]any)
		for name, p := range properties {
			fields++
			if d, _ := p.(map[string]any)["description"].(string); d == "" {
				t.Errorf("%s/%s has no description", path, name)
			}
		}
		for name, child := range m {
			walk(child, path+"/"+name)
		}
	}
	walk(root, "")
	if fields < 50 {
		t.Errorf("only %d fields", fields)
	}
}
