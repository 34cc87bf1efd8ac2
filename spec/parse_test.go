package spec

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aurad/aurad/spec/catalog"
	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/value"
)

func TestExamplesLoad(t *testing.T) {
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) < 3 {
		t.Fatalf("examples: %v %v", files, err)
	}
	for _, file := range files {
		fleet := parseFile(t, file)
		desired := fleet.At(time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC), nil)
		if len(desired) != len(fleet.Instances) || len(desired) == 0 {
			t.Errorf("%s: %d instances, %d desired", file, len(fleet.Instances), len(desired))
		}
	}
}

func parseFile(t testing.TB, file string) *Fleet {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fleet, err := Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return fleet
}

func pointer[T any](v T) *T { return &v }

// TestParseEveryField reads a file that has every field once, none at its default.
func TestParseEveryField(t *testing.T) {
	f := parseFile(t, "testdata/valid/full.yaml")
	office, smaller := scheduleOf(t, f, "office"), scheduleOf(t, f, "smaller")
	newYork := zone(t, "America/New_York")
	for what, pair := range map[string][2]any{
		"name":        {f.Name, "acme-databases"},
		"moved":       {f.Moved, []Move{{"ordres", "plain", source.Position{Line: 78, Column: 5}}}},
		"removed":     {f.Removed, []Removed{{"trial", "1a2b3c4d", source.Position{Line: 81, Column: 5}}}},
		"tenant":      {f.TenantID, "3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11"},
		"zone":        {f.Location.String(), "Europe/Stockholm"},
		"budget":      {f.Budget, Budget{125, 5}},
		"policy":      {f.Policy, Policy{Sync, 3, 36 * time.Hour, RecreateLost, 14 * 24 * time.Hour, 15 * time.Minute, RecreateGone}},
		"observe":     {f.Observe, Observation{2 * time.Minute, 30 * time.Minute, 5 * time.Minute}},
		"credentials": {f.Credentials, Credentials{"vault", VaultTarget{"kv", "teams/aura"}, DotenvTarget{"/etc/aurad/credentials"}, "destroy"}},
		"prices":      {f.Prices, map[string]float64{"business-critical": 0.18}},
		"office":      {[]any{office.Location.String(), office.ReadyBy, office.ManualChanges, office.OffMemory, len(office.Running), len(office.Exceptions)}, []any{newYork.String(), value.ReadyBy{Lead: 25 * time.Minute}, EnforceSchedule, "", 2, 2}},
		"smaller":     {[]any{smaller.Location.String(), smaller.ReadyBy, smaller.ManualChanges, smaller.OffMemory}, []any{"Europe/Stockholm", value.ReadyBy{}, UntilNextEdge, "2GB"}},
	} {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	plain := Instance{Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Version: "4", Memory: "8GB"}
	of := func(change func(*Instance)) Instance { in := plain; change(&in); return in }
	want := []Instance{
		of(func(in *Instance) {
			in.Key, in.Name, in.ID, in.Suspend, in.Schedule = "adopted", "Orders (staging)", "12345678", true, office
		}),
		{Key: "big", Name: "big", Type: "enterprise-db", CloudProvider: "aws", Region: "eu-west-1", Version: "5", Memory: "64GB", Storage: "128GB",
			CustomerManagedKeyID: "0f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11", VectorOptimized: pointer(true), GraphAnalyticsPlugin: pointer(false),
			CDCEnrichmentMode: "FULL", SecondariesCount: pointer(2), State: Running, Protect: true},
		of(func(in *Instance) { in.Key, in.Name, in.Adopt, in.State = "by-name", "by-name", true, Paused }),
		of(func(in *Instance) {
			in.Key, in.Name, in.Schedule = "clone", "clone", smaller
			in.Source = &Source{"big", "2026-11-24T00-00-00Z-adhoc"}
		}),
		of(func(in *Instance) { in.Key, in.Name, in.Schedule = "plain", "plain", office }),
	}
	sameSchedule := cmp.Comparer(func(a, b *Schedule) bool { return a == b })
	if diff := cmp.Diff(want, f.Instances, sameSchedule, cmpopts.IgnoreFields(Instance{}, "Pos")); diff != "" {
		t.Error(diff)
	}
	if got := f.Instances[0].Pos; got != (source.Position{Line: 53, Column: 3}) {
		t.Errorf("Pos of adopted: %v", got)
	}
}

func TestParseDefaults(t *testing.T) {
	f, err := Parse("fleet.yaml", []byte("schema: aurad/v1\ninstances: {a: {type: free-db, cloud_provider: gcp, region: europe-west1}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	in := Instance{Key: "a", Name: "a", Type: "free-db", CloudProvider: "gcp", Region: "europe-west1", Version: "5", Memory: "1GB", Pos: source.Position{Line: 2, Column: 13}}
	want := &Fleet{
		File: "fleet.yaml", Name: "default", Location: time.UTC,
		Budget:      Budget{RequestsPerMinute: 25},
		Accounts:    []Account{{Budget: Budget{RequestsPerMinute: 25}}},
		Policy:      Policy{Upsert, 1, 72 * time.Hour, ReportLost, 7 * 24 * time.Hour, 10 * time.Minute, ReportGone},
		Observe:     Observation{5 * time.Minute, time.Hour, 2 * time.Minute},
		Credentials: Credentials{"dotenv", VaultTarget{"secret", "aura"}, DotenvTarget{"./credentials"}, "keep"},
		Schedules:   []*Schedule{}, Instances: []Instance{in},
	}
	if diff := cmp.Diff(want, f, cmpopts.IgnoreUnexported(Fleet{}, time.Location{}), cmpopts.IgnoreFields(Fleet{}, "Digest")); diff != "" {
		t.Error(diff)
	}
}

// The free tier has one size, so the defaults' sizes are not for it.
func TestFreeIgnoresDefaultSizes(t *testing.T) {
	for _, block := range []string{"{type: free-db}", "{type: free-db, memory: 1GB}"} {
		in := fleetOf(t, "instances: {a: "+block+"}\n").Instances[0]
		if in.Memory != "1GB" || in.Storage != "" {
			t.Errorf("%s: %s %q", block, in.Memory, in.Storage)
		}
	}
}

// What a default says, an instance can take back.
func TestInstanceOverridesDefaults(t *testing.T) {
	f, err := Parse("f", []byte(`schema: aurad/v1
defaults: {cloud_provider: gcp, region: europe-west1, type: business-critical, memory: 8GB, protect: true, vector_optimized: true, secondaries_count: 2}
instances: {a: {protect: false, vector_optimized: false, secondaries_count: 0, memory: 2GB}}
`))
	if err != nil {
		t.Fatal(err)
	}
	if in := f.Instances[0]; in.Protect || *in.VectorOptimized || *in.SecondariesCount != 0 || in.Memory != "2GB" {
		t.Errorf("%+v", in)
	}
}

func TestNamesMayRepeatUnderIDs(t *testing.T) {
	fleetOf(t, "instances: {a: {name: Same, id: 0a1b2c3d}, b: {name: Same, id: 1a1b2c3d}}\n")
}

// Every size that is sold is taken, the largest too, and written as it was.
func TestSizes(t *testing.T) {
	for _, size := range catalog.StorageSizes() {
		if in := fleetOf(t, fmt.Sprintf("instances: {a: {memory: 1GB, storage: %dGB}}", size)).Instances[0]; in.Storage != fmt.Sprintf("%dGB", size) {
			t.Errorf("%dGB: %s", size, in.Storage)
		}
	}
	for _, size := range catalog.MemorySizes() {
		if in := fleetOf(t, fmt.Sprintf("instances: {a: {memory: %dGB}}", size)).Instances[0]; in.Memory != fmt.Sprintf("%dGB", size) {
			t.Errorf("%dGB: %s", size, in.Memory)
		}
	}
	for _, bad := range []string{"memory: 1024GB", "memory: 0GB", "memory: 04GB", "memory: -4GB", "memory: 4gB", "storage: 4096GB", "storage: 1GB", "storage: 2048"} {
		if _, err := Parse("f", []byte(writeHead+"instances: {a: {"+bad+"}}\n")); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

// Both ends of a range of dates and of an exception are read, and refused when they are bad.
func TestBadEnds(t *testing.T) {
	for _, bad := range []string{
		"calendars: {c: [2026-12-24..2026-12-32]}", "calendars: {c: [2026-13-24..2026-12-31]}", "calendars: {c: [2026-12-24..]}", "calendars: {c: [..2026-12-24]}",
		"calendars: {c: [2026-12-24..2026-12-23]}", "calendars: {c: [1969-12-31]}", "calendars: {c: [2026-12-24T08:00]}",
		"schedules: {s: {exceptions: [{from: 2026-12-24, to: 2026-12-32, state: paused}]}}", "schedules: {s: {exceptions: [{from: 2026-12-24, to: soon, state: paused}]}}",
		"schedules: {s: {exceptions: [{from: 2026-12-24, to: 2026-12-25T25:00, state: paused}]}}", "schedules: {s: {exceptions: [{from: 2026-12-24, to: 2026-12-25T08:00:30, state: paused}]}}",
		"schedules: {s: {exceptions: [{from: 1969-12-24T00:00:00Z, to: 2026-12-25, state: paused}]}}", "schedules: {s: {exceptions: [{from: 2026-12-24T08:00, to: 2026-12-24T07:59, state: paused}]}}",
	} {
		if _, err := Parse("f", []byte(writeHead+bad+"\ninstances: {a: {}}\n")); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	if got := fleetOf(t, "calendars: {c: [2026-12-24..2026-12-24]}\nschedules: {s: {exceptions: [{calendar: c, state: paused}]}}\ninstances: {a: {schedule: s}}").Schedules[0].Edges(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)); len(got) != 2 || got[1].At.Sub(got[0].At) != 24*time.Hour {
		t.Errorf("one day as a range: %v", got)
	}
}

func TestTooLarge(t *testing.T) {
	data := append([]byte("schema: aurad/v1\ninstances: {}\n#"), bytes.Repeat([]byte("x"), source.MaxBytes)...)
	_, err := Parse("f", data)
	checkPlaces(t, "too large", data, err)
	if err == nil || !strings.Contains(err.Error(), "16 MiB") {
		t.Errorf("got %.200v", err)
	}
}

// A flood of brackets or aliases is an error, not an hour of work.
func TestBombs(t *testing.T) {
	laughs := "a: &a [x, x]\n"
	for c := 'b'; c < 'z'; c++ {
		laughs += fmt.Sprintf("%c: &%c [*%c, *%c, *%c]\n", c, c, c-1, c-1, c-1)
	}
	for name, text := range map[string]string{
		"laughs":   laughs,
		"brackets": strings.Repeat("[", 1<<20),
		"braces":   strings.Repeat("{a: ", 1<<18),
		"dashes":   strings.Repeat("- ", 1<<18),
		"question": strings.Repeat("? ", 1<<18),
	} {
		begin := time.Now()
		_, err := Parse("f", []byte(text))
		checkPlaces(t, name, []byte(text), err)
		if took := time.Since(begin); took > time.Minute {
			t.Errorf("%s took %s", name, took)
		}
	}
}

// Thousands of faults come back, and soon: nothing is quadratic in the number of instances.
func TestManyFaultsAreQuick(t *testing.T) {
	const n = 2000
	var b strings.Builder
	b.WriteString("schema: aurad/v1\ndefaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 4GB}\ninstances:\n")
	for i := range n {
		fmt.Fprintf(&b, "  db-%d: {source: {instance: bd-%d}, name: same}\n", i, i)
	}
	begin := time.Now()
	_, err := Parse("f", []byte(b.String()))
	var errs source.Errors
	if !errors.As(err, &errs) || len(errs) != 2*n-1 {
		t.Errorf("%d errors, want %d", len(errs), 2*n-1)
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("took %s", took)
	}
}
