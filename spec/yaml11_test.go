package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/value"
	"github.com/aurad/aurad/spec/window"
	"github.com/aurad/aurad/spec/yaml11"
)

// writeBack is what a tool that knows YAML 1.1 makes of a file: it reads it and writes it again.
func writeBack(t *testing.T, text []byte) []byte {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && yaml11.IsPlain(n) {
			if n.Tag == "!!null" {
				n.Value = "null"
			}
			if as := yaml11.Rewritten(n); as != n.Value {
				n.Value, n.Tag = as, ""
			}
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(&root)
	out, err := yaml.Marshal(&root)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pyYAML is the same by the tool itself, all files at once; nil where it is not installed.
func pyYAML(t *testing.T, files map[string][]byte) map[string]string {
	t.Helper()
	const script = `
import sys, json
try:
    import yaml
except ImportError:
    sys.exit(3)
files = json.load(sys.stdin)
json.dump({name: yaml.safe_dump(yaml.safe_load(text), allow_unicode=True) for name, text in files.items()}, sys.stdout)`
	texts, back := make(map[string]string), make(map[string]string)
	for name, text := range files {
		texts[name] = string(text)
	}
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", "-c", script)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.Is(err, exec.ErrNotFound) || errors.As(err, &exit) && exit.ExitCode() == 3 {
		t.Log("python3 has no PyYAML: tried with our own reading of YAML 1.1 alone")
		return nil
	}
	if err := errors.Join(err, json.Unmarshal(out, &back)); err != nil {
		t.Fatalf("PyYAML: %v", err)
	}
	return back
}

// sameFleet parses what a tool wrote back, and compares.
func sameFleet(t *testing.T, name, how string, text, back []byte) {
	t.Helper()
	want, err := Parse("f", text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got, err := Parse("f", back)
	if err != nil {
		t.Errorf("%s: after %s: %v\n%s", name, how, err, back)
		return
	}
	places := cmpopts.IgnoreTypes(source.Position{})
	all := cmp.Options{cmpopts.IgnoreUnexported(Fleet{}, Exception{}), cmp.AllowUnexported(window.Window{}), cmpopts.IgnoreFields(Fleet{}, "Warnings", "Location", "Digest"),
		cmpopts.IgnoreFields(Schedule{}, "Location"), cmpopts.IgnoreFields(window.Window{}, "loc"), places}
	if diff := cmp.Diff(want, got, all); diff != "" {
		t.Errorf("%s: after %s: %s", name, how, diff)
	}
}

// manual are the fleet files of the examples, of the tests, and in the fences of the manual.
func manualFiles(t *testing.T) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	for _, pattern := range []string{"../examples/*.yaml", "testdata/valid/*.yaml", "../docs/*.md", "../docs/*/*.md", "../README.md", "../examples/*.md"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, ".yaml") {
				files[name] = text
				continue
			}
			for i, m := range regexp.MustCompile("(?ms)^```ya?ml[^\n]*\n(.*?)^```").FindAllSubmatch(text, -1) {
				if bytes.HasPrefix(m[1], []byte("schema: aurad/v1")) {
					files[name+" "+strconv.Itoa(i+1)] = m[1]
				}
			}
		}
	}
	return files
}

func surviveYAML11(t *testing.T, files map[string][]byte) {
	t.Helper()
	for name, text := range files {
		sameFleet(t, name, "our reading", text, writeBack(t, text))
	}
	for name, text := range pyYAML(t, files) {
		sameFleet(t, name, "PyYAML", files[name], []byte(text))
	}
}

// TestYAML11RoundTrip: what the manual shows survives a tool that knows YAML 1.1.
func TestYAML11RoundTrip(t *testing.T) {
	files := manualFiles(t)
	maps.DeleteFunc(files, func(_ string, text []byte) bool {
		_, err := Parse("f", text)
		return err != nil // broken on purpose: other tests of the manual know those
	})
	if len(files) < 15 {
		t.Errorf("only %d files", len(files))
	}
	surviveYAML11(t, files)
}

// TestYAML11Words: words that are booleans to one YAML and text to the other, in both spellings.
func TestYAML11Words(t *testing.T) {
	files := make(map[string][]byte)
	for _, text := range []string{
		"schedules: {s: {running: [\"Mon-Fri 07:00-19:00\"], off: {memory: 2GB}, ready_by: off}}\ninstances: {a: {schedule: s}}",
		"schedules: {s: {running: [\"Mon-Fri 07:00-19:00\"], \"off\": {memory: 2GB}, ready_by: \"off\"}}\ninstances: {a: {schedule: s}}",
		"schedules: {s: {exceptions: [{from: 2026-11-28T08:00:00, to: 2026-11-29 08:00:00, state: paused}]}}\ninstances: {a: {schedule: s}}",
		"schedules: {s: {exceptions: [{from: 2026-11-28T08:00:00+01:00, to: 2026-11-29T08:00:00Z, state: paused}]}}\ninstances: {a: {schedule: s}}",
		"instances: {a: {type: business-critical, cdc_enrichment_mode: OFF, protect: yes}, b: {suspend: on, protect: no}, c: {protect: True, adopt: FALSE}}",
		"instances: {\"no\": {}, \"0700\": {}, \"on\": {name: \"007\"}, \"1e3\": {id: \"12345678\"}, b: {id: \"01234567\"}, \"null\": {}}",
		"prices: {professional-db: 0.10}\ninstances: {a: {version: 5, memory: 4GB}}",
	} {
		files[text] = []byte(writeHead + text + "\n")
	}
	surviveYAML11(t, files)
	f := fleetOf(t, "schedules: {s: {running: [\"Mon-Fri 07:00-19:00\"], false: {memory: 2GB}, ready_by: false}}\ninstances: {a: {type: business-critical, cdc_enrichment_mode: false, schedule: s}}")
	if s := f.Schedules[0]; s.OffMemory != "2GB" || s.ReadyBy != (value.ReadyBy{}) || f.Instances[0].CDCEnrichmentMode != "OFF" {
		t.Errorf("false is not read as off: %+v, %+v", s, f.Instances[0])
	}
}

// TestYAML11Unclear: where two things can be meant, nobody guesses.
func TestYAML11Unclear(t *testing.T) {
	for text, want := range map[string]string{
		"instances: {false: {}}": `write ` + "`\"false\":`",
		"instances: {0700: {}}":  "is the number 448 to YAML 1.1",
		"instances: {a: {type: business-critical, secondaries_count: 010}}":                                                         "wants a whole number",
		"schedules: {s: {running: [\"Mon 07:00-19:00\"], off: {memory: 2GB}, false: {memory: 4GB}}}\ninstances: {a: {schedule: s}}": "keep one",
		"schedules: {s: {running: [\"Mon 07:00-19:00\"], false: {memory: 2GB}, no: {memory: 4GB}}}\ninstances: {a: {schedule: s}}":  "keep one",
	} {
		if _, err := Parse("f", []byte(writeHead+text+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
