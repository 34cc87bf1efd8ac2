package spec

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aurad/aurad/spec/catalog"
	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
)

// draft is one instance on its way from the file to the Fleet.
type draft struct {
	*checker
	raw *format.Instance
	set format.Settings // the block's own, then the defaults
	in  Instance
}

func (c *checker) allInstances() ([]Instance, map[string]places) {
	c.keys = slices.Sorted(maps.Keys(c.doc.Instances))
	c.checkNames("instances", c.keys)
	all, where := make([]Instance, 0, len(c.keys)), make(map[string]places, len(c.keys))
	for _, key := range c.keys {
		d := &draft{checker: c, raw: c.doc.Instances[key]}
		d.build(key)
		all = append(all, d.in)
		where[key] = d.places()
	}
	c.checkUnique(all)
	c.checkIDs(all)
	c.checkFree(all)
	c.checkSources(all)
	return all, where
}

func (d *draft) build(key string) {
	d.set = d.raw.Settings
	d.inherit(d.doc.Defaults.Settings)
	d.fixedSize()
	d.in = Instance{
		Key: key, Name: d.raw.Name, Type: d.set.Type, CloudProvider: d.set.CloudProvider, Region: d.set.Region,
		Version: string(d.set.Version), Memory: string(d.set.Memory), Storage: string(d.set.Storage),
		CustomerManagedKeyID: string(d.set.CustomerManagedKeyID),
		VectorOptimized:      d.set.VectorOptimized, GraphAnalyticsPlugin: d.set.GraphAnalyticsPlugin,
		CDCEnrichmentMode: d.set.CDCEnrichmentMode, SecondariesCount: d.set.SecondariesCount,
		ID: string(d.raw.ID), Adopt: d.raw.Adopt, Suspend: or(d.set.Suspend, false), Protect: or(d.set.Protect, false),
		State: State(d.raw.State), Pos: source.PositionOf(d.raw.Head()),
	}
	if d.in.Name == "" {
		d.in.Name = key
	}
	if d.in.Version == "" {
		d.in.Version = "5"
	}
	d.checkName()
	d.checkRequired()
	d.checkRegion()
	d.checkTier()
	d.checkAccount()
	d.checkSchedule()
	d.checkSource()
}

// inherit takes from the defaults what the instance does not give; a field that it gives
// and that can't be read stays empty.
func (d *draft) inherit(defaults format.Settings) {
	to, from := reflect.ValueOf(&d.set).Elem(), reflect.ValueOf(defaults)
	for i := range to.NumField() {
		f := to.Field(i)
		if f.IsZero() && !from.Field(i).IsZero() && !d.raw.Has(to.Type().Field(i).Tag.Get("yaml")) {
			f.Set(from.Field(i))
		}
	}
}

// fixedSize keeps the defaults' memory and storage off the free tier, which has one size.
func (d *draft) fixedSize() {
	t, _ := catalog.TierOf(d.set.Type)
	if !t.Fixed {
		return
	}
	d.set.Storage = d.raw.Storage
	if d.set.Memory = d.raw.Memory; !d.raw.Has("memory") {
		d.set.Memory = "1GB"
	}
}

// Fail reports a field: at the instance's own value, or at its key when the value is a default.
func (d *draft) Fail(field, format string, args ...any) {
	if !d.raw.Has(field) && d.doc.Defaults.Has(field) {
		format += " (%s comes from defaults)"
		args = append(args, field)
	}
	d.failAt(&d.raw.Block, field, format, args...)
}

// failOnce reports a field that is wrong in itself: where it comes from the defaults, there,
// and (since equal errors are one) once for all instances that take it.
func (d *draft) failOnce(field, format string, args ...any) {
	if !d.raw.Has(field) && d.doc.Defaults.Has(field) {
		d.failAt(&d.doc.Defaults.Block, field, format, args...)
		return
	}
	d.failAt(&d.raw.Block, field, format, args...)
}

// written says whether a field is in the file, readable or not.
func (d *draft) written(field string) bool { return d.raw.Has(field) || d.doc.Defaults.Has(field) }

func (d *draft) places() places {
	at := d.raw.Position
	return places{at("type"), at("cloud_provider"), at("region"), at("version"), at("memory"), at("storage")}
}

func (d *draft) checkRequired() {
	if d.raw.IsSpoilt() || d.doc.Defaults.IsSpoilt() {
		return
	}
	for _, need := range []struct{ field, value string }{
		{"type", d.in.Type}, {"cloud_provider", d.in.CloudProvider}, {"region", d.in.Region}, {"memory", d.in.Memory},
	} {
		// An unreadable type may be free-db, which needs no memory.
		unknown := need.field == "memory" && d.in.Type == "" && d.written("type")
		if need.value == "" && !d.written(need.field) && !unknown {
			d.checker.Fail(d.raw.Head(), d.raw.At(), "%s is missing: give it here or in defaults", need.field)
		}
	}
}

// checkName follows the API: 1 to 30 characters, trimmed. What aurad names an instance while
// it creates it, <name>~<8 hex>, can't be asked for.
func (d *draft) checkName() {
	name := d.in.Name
	n := utf8.RuneCountInString(name)
	mark := strings.LastIndexByte(name, '~')
	switch {
	case n > 30 && d.raw.Has("name"):
		d.Fail("name", "%s has %d characters; at most 30", spelling.Quote(name), n)
	case strings.TrimSpace(name) != name:
		d.Fail("name", "%s begins or ends with a space", spelling.Quote(name))
	case strings.ContainsFunc(name, unicode.IsControl):
		d.Fail("name", "%s holds a control character", spelling.Quote(name))
	case mark >= 0 && value.IsInstanceID(name[mark+1:]):
		d.Fail("name", "%s ends like the mark of an instance that is being created; choose another", spelling.Quote(name))
	}
}

func (d *draft) checkRegion() {
	if d.in.Region == "" || d.in.CloudProvider == "" || catalog.RegionForm(d.in.CloudProvider, d.in.Region) {
		return
	}
	known := catalog.Regions(d.in.CloudProvider)
	hint := "; such as " + known[0]
	if near := spelling.Nearest(d.in.Region, known); near != "" {
		hint = "; did you mean " + near + "?"
	}
	fail := d.Fail
	if !d.raw.Has("cloud_provider") {
		fail = d.failOnce
	}
	fail("region", "%s is not how %s names a region%s", spelling.Quote(d.in.Region), d.in.CloudProvider, hint)
}

func (d *draft) checkTier() {
	t, ok := catalog.TierOf(d.in.Type)
	if !ok {
		return
	}
	only := func(allowed bool, field string, given bool, has func(catalog.Tier) bool) {
		if given && !allowed {
			d.Fail(field, "%s does not have it; only %s", t.Name, strings.Join(catalog.TiersWith(has), ", "))
		}
	}
	yes := func(b *bool) bool { return b != nil && *b }
	only(t.Vector, "vector_optimized", yes(d.in.VectorOptimized), func(t catalog.Tier) bool { return t.Vector })
	only(t.Plugin, "graph_analytics_plugin", yes(d.in.GraphAnalyticsPlugin), func(t catalog.Tier) bool { return t.Plugin })
	only(t.Cdc, "cdc_enrichment_mode", d.in.CDCEnrichmentMode != "", func(t catalog.Tier) bool { return t.Cdc })
	only(t.Secondaries, "secondaries_count", d.in.SecondariesCount != nil, func(t catalog.Tier) bool { return t.Secondaries })
	only(t.OwnKey, "customer_managed_key_id", d.in.CustomerManagedKeyID != "", func(t catalog.Tier) bool { return t.OwnKey })
	d.checkSize(t)
}

func (d *draft) checkSize(t catalog.Tier) {
	memory, storage := catalog.Gigabytes(d.in.Memory), catalog.Gigabytes(d.in.Storage)
	switch {
	case t.Fixed && memory != 1 && memory != 0:
		d.Fail("memory", "%s: free-db has 1GB and can't be resized; remove the line", d.in.Memory)
	case t.Fixed && storage != 0:
		d.Fail("storage", "free-db has no storage of its own to set; remove the line")
	case memory == 0:
	case memory < t.MinMemory:
		d.Fail("memory", "%s is too small for %s; at least %dGB", d.in.Memory, t.Name, t.MinMemory)
	case t.Vector && d.in.VectorOptimized != nil && *d.in.VectorOptimized && memory < catalog.MinVectorMemory:
		d.Fail("vector_optimized", "needs at least %dGB of memory; this instance has %s", catalog.MinVectorMemory, d.in.Memory)
	}
	if !t.Fixed && storage != 0 && storage < memory {
		d.Fail("storage", "%s is less than the memory, %s; leave it out and Aura derives it", d.in.Storage, d.in.Memory)
	}
}
