package reconcile

import (
	"slices"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/catalog"
)

// Field is a property of an instance that can change while it lives. All that aurad knows of it stands
// in its row of the table: how a file asks for it, how an observation shows it, how it is compared, sent,
// confirmed and imported. Values are text here, "" where there is none.
type Field struct {
	Name  string                  // in the file, in plans and in requests
	Form  Form                    // how a request and a file write its values
	Step  ChangeStep              // the step that changes it; the fields of one step go in one request
	Tiers func(catalog.Tier) bool // which types of instances have it

	want func(spec.Desired) string            // "" where the file asks for nothing
	live func(observed.Live) string           // as the API shows it
	show func(l *observed.Live, value string) // makes it shown
	kept func(Requested) string               // what was accepted last; nil where the API always shows the field
	keep func(r *Requested, now string)       // remembers that
	// unset is what it is while neither Aura nor memory says anything: "" when that can't be told.
	unset string
	// imported says whether a new file mentions a value that an instance has; nil: always.
	imported func(l observed.Live, value string) bool
}

// Form is how a value is written.
type Form int

const (
	Text Form = iota
	Number
	Switch
)

// ChangeStep is one of the steps that bring a running instance to its configuration, in the order that
// Aura accepts: the name at any time; the size before what depends on it; cdc before secondaries.
type ChangeStep int

const (
	renaming ChangeStep = iota
	resizing
	switching
	capturing
	replicating
)

// change is how a step asks.
func (s ChangeStep) change() (verb Verb, requests int) {
	switch s {
	case renaming:
		return Rename, 1
	case resizing:
		return Resize, 2
	}
	return Update, 2
}

func everyTier(catalog.Tier) bool    { return true }
func sizedTiers(t catalog.Tier) bool { return !t.Fixed }

// table is every field. It is never written to but by a test that adds a row.
var table = []Field{
	{
		Name: "name", Step: renaming, Tiers: everyTier,
		want: func(d spec.Desired) string { return d.Name },
		live: func(l observed.Live) string { return l.Name }, show: func(l *observed.Live, v string) { l.Name = v },
	},
	{
		Name: "memory", Step: resizing, Tiers: sizedTiers,
		want: func(d spec.Desired) string { return d.Memory },
		live: func(l observed.Live) string { return l.Memory }, show: func(l *observed.Live, v string) { l.Memory = v },
	},
	{
		Name: "storage", Step: resizing, Tiers: sizedTiers,
		want: func(d spec.Desired) string { return d.Storage },
		live: func(l observed.Live) string { return l.Storage }, show: func(l *observed.Live, v string) { l.Storage = v },
	},
	{
		Name: "vector_optimized", Form: Switch, Step: switching, Tiers: func(t catalog.Tier) bool { return t.Vector },
		want:     func(d spec.Desired) string { return ofSwitch(d.VectorOptimized) },
		live:     func(l observed.Live) string { return ofSwitch(l.VectorOptimized) },
		show:     func(l *observed.Live, v string) { l.VectorOptimized = atob(v) },
		kept:     func(r Requested) string { return ofSwitch(r.VectorOptimized) },
		keep:     func(r *Requested, v string) { r.VectorOptimized = atob(v) },
		imported: whenOn,
	},
	{
		Name: "graph_analytics_plugin", Form: Switch, Step: switching, Tiers: func(t catalog.Tier) bool { return t.Plugin },
		want:     func(d spec.Desired) string { return ofSwitch(d.GraphAnalyticsPlugin) },
		live:     func(l observed.Live) string { return ofSwitch(l.GraphAnalyticsPlugin) },
		show:     func(l *observed.Live, v string) { l.GraphAnalyticsPlugin = atob(v) },
		kept:     func(r Requested) string { return ofSwitch(r.GraphAnalyticsPlugin) },
		keep:     func(r *Requested, v string) { r.GraphAnalyticsPlugin = atob(v) },
		imported: whenOn,
	},
	{ // business-critical instances answer null whatever it is
		Name: "cdc_enrichment_mode", Step: capturing, Tiers: func(t catalog.Tier) bool { return t.Cdc }, unset: "OFF",
		want: func(d spec.Desired) string { return d.CDCEnrichmentMode },
		live: func(l observed.Live) string { return l.CDCEnrichmentMode },
		show: func(l *observed.Live, v string) { l.CDCEnrichmentMode = v },
		kept: func(r Requested) string { return r.CDCEnrichmentMode },
		keep: func(r *Requested, v string) { r.CDCEnrichmentMode = v },
	},
	{ // most replies leave it out
		Name: "secondaries_count", Form: Number, Step: replicating, Tiers: func(t catalog.Tier) bool { return t.Secondaries }, unset: "0",
		want: func(d spec.Desired) string { return ofNumber(d.SecondariesCount) },
		live: func(l observed.Live) string { return ofNumber(l.SecondariesCount) },
		show: func(l *observed.Live, v string) { l.SecondariesCount = atoi(v) },
		kept: func(r Requested) string { return ofNumber(r.SecondariesCount) },
		keep: func(r *Requested, v string) { r.SecondariesCount = atoi(v) },
	},
}

// Fields are the rows of the table, in the order in which changes are sent.
func Fields() []Field { return slices.Clone(table) }

// whenOn leaves a switch that is off to its default.
func whenOn(_ observed.Live, value string) bool { return value == "true" }

// was is what a field is, as far as Aura shows or memory says.
func (f Field) was(live observed.Live, r Requested) string {
	if v := f.live(live); v != "" {
		return v
	}
	if f.kept == nil {
		return ""
	}
	if v := f.kept(r); v != "" {
		return v
	}
	return f.unset
}

// differs is what must change of a field: at most one change. What the API always shows and shows as
// nothing can't be told, and is no difference.
func (f Field) differs(d spec.Desired, e Entry, live observed.Live) []Change {
	want, was := f.want(d), f.was(live, e.Requested)
	if want == "" || want == was || was == "" && f.kept == nil {
		return nil
	}
	return []Change{{f.Name, was, want}}
}

// differences are those of the fields of one step.
func differences(s ChangeStep, d spec.Desired, e Entry, live observed.Live) (changes []Change) {
	for _, f := range table {
		if f.Step == s {
			changes = append(changes, f.differs(d, e, live)...)
		}
	}
	return changes
}

// with is what was requested once c was accepted.
func (r Requested) with(c Change) Requested {
	for _, f := range table {
		if f.Name == c.Field && f.keep != nil {
			f.keep(&r, c.New)
		}
	}
	return r
}

// with is the instance once c is done.
func withChange(l observed.Live, c Change) observed.Live {
	if c.Field == typeField {
		l.Type = c.New
	}
	for _, f := range table {
		if f.Name == c.Field {
			f.show(&l, c.New)
		}
	}
	return l
}

// value is what a look shows of a field of a step's changes.
func valueOf(l observed.Live, name string) string {
	if name == typeField {
		return l.Type
	}
	for _, f := range table {
		if f.Name == name {
			return f.live(l)
		}
	}
	return ""
}

// Body is what a request says that makes these changes: by name, text, numbers and booleans.
func Body(changes []Change) map[string]any {
	body := map[string]any{}
	for _, c := range changes {
		for _, f := range table {
			if f.Name == c.Field {
				body[f.Name] = f.written(c.New)
			}
		}
	}
	return body
}

func (f Field) written(value string) any {
	switch f.Form {
	case Number:
		if n := atoi(value); n != nil {
			return *n
		}
	case Switch:
		if b := atob(value); b != nil {
			return *b
		}
	}
	return value
}

// Imported is what a new file says of a live instance's field; "" for nothing. hidden: it has one, and
// Aura does not tell which.
func (f Field) Imported(l observed.Live) (value string, hidden bool) {
	tier, known := catalog.TierOf(l.Type)
	if known && !f.Tiers(tier) {
		return "", false
	}
	value = f.live(l)
	if value == "" {
		return "", known && f.unset != ""
	}
	if f.imported != nil && !f.imported(l, value) {
		return "", false
	}
	return value, false
}

func ofNumber(n *int) string {
	if n == nil {
		return ""
	}
	return itoa(*n)
}

func ofSwitch(b *bool) string {
	if b == nil {
		return ""
	}
	return btoa(*b)
}
