package reconcile

import (
	"fmt"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/catalog"
)

// A field is one row. A made-up one, which is stored where no row keeps anything, is planned, sent,
// remembered, confirmed and imported like all others.
func TestAFieldIsOneRow(t *testing.T) {
	row := Field{
		Name: "colour", Step: switching, Form: Number, unset: "0",
		Tiers: func(c catalog.Tier) bool { return c.Plugin },
		want:  func(d spec.Desired) string { return d.Version },
		live:  func(l observed.Live) string { return l.ConnectionURL }, show: func(l *observed.Live, v string) { l.ConnectionURL = v },
		kept: func(r Requested) string { return r.Name }, keep: func(r *Requested, v string) { r.Name = v },
	}
	before := table
	table = append(Fields(), row)
	defer func() { table = before }()

	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	want := spec.Desired{Instance: spec.Instance{Key: "a", Name: "a", Version: "7"}}
	live := observed.Live{ID: "i", Name: "a", Type: "professional-db", Status: "running"}
	steps := World{}.changes(want, Entry{ID: "i"}, live)
	if len(steps) != 1 || steps[0].Verb != Update || fmt.Sprint(steps[0].Changes) != "[{colour 0 7}]" {
		t.Fatalf("plan: %+v", steps)
	}
	if got := fmt.Sprintf("%#v", Body(steps[0].Changes)["colour"]); got != "7" {
		t.Errorf("request: %s", got)
	}
	e := Entry{ID: "i"}.Accepted(steps[0], live, at)
	if again := (World{}).changes(want, e, live); len(again) != 0 {
		t.Errorf("asked for again while it is not shown: %+v", again)
	}
	if ahead, _ := e.Op.ahead(live, "running"); ahead.ConnectionURL != "7" {
		t.Errorf("ahead: %+v", ahead)
	}
	other := live
	other.ConnectionURL = "8"
	if v := e.Op.Judge(other, at.Add(LagGrace)); v != Vanished {
		t.Errorf("another value is taken for the result: %s", v)
	}
	live.ConnectionURL = "7"
	if v := e.Op.Judge(live, at.Add(time.Second)); v != Done {
		t.Errorf("confirmation: %s", v)
	}
	if value, hidden := row.Imported(live); value != "7" || hidden {
		t.Errorf("import: %q, hidden %v", value, hidden)
	}
	if value, hidden := row.Imported(observed.Live{Type: "professional-ds", ConnectionURL: "7"}); value != "" || hidden {
		t.Errorf("imported for a type that has none: %q, hidden %v", value, hidden)
	}
	if value, hidden := row.Imported(observed.Live{Type: "professional-db"}); value != "" || !hidden {
		t.Errorf("one that Aura does not tell is imported as %q, hidden %v", value, hidden)
	}
}

// Each row of the table is whole, and says the same in all directions.
func TestTheTableOfFields(t *testing.T) {
	values := map[Form]string{Text: "x", Number: "3", Switch: "true"}
	seen := map[string]bool{}
	for i, f := range Fields() {
		v := values[f.Form]
		var l observed.Live
		f.show(&l, v)
		if f.live(l) != v || valueOf(l, f.Name) != v || valueOf(withChange(observed.Live{}, Change{Field: f.Name, New: v}), f.Name) != v {
			t.Errorf("%s: what is shown is not seen", f.Name)
		}
		if (f.kept == nil) != (f.keep == nil) {
			t.Errorf("%s is remembered in one direction only", f.Name)
		}
		if f.kept != nil && f.kept(Requested{}.with(Change{Field: f.Name, New: v})) != v {
			t.Errorf("%s: what was requested is not remembered", f.Name)
		}
		if seen[f.Name] || i > 0 && f.Step < Fields()[i-1].Step {
			t.Errorf("%s stands twice, or out of order", f.Name)
		}
		seen[f.Name] = true
	}
	want := map[string]any{"secondaries_count": 0, "vector_optimized": false, "cdc_enrichment_mode": "OFF", "name": "n"}
	got := Body([]Change{{"name", "", "n"}, {"cdc_enrichment_mode", "FULL", "OFF"}, {"secondaries_count", "2", "0"}, {"vector_optimized", "true", "false"}, {"type", "a", "b"}})
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("body %v, want %v", got, want)
	}
}
