// Package catalog is what Neo4j's documentation says that Aura sells: types of instances and what
// each allows, sizes, and regions.
//
// It must not know a tenant, which may be sold less: package offers compares with that.
package catalog

import "slices"

// Tier is what Neo4j's documentation and API allow an instance type, as far as it can be known
// without asking: see docs on instance types of the Aura API v1 and its create and PATCH
// bodies. Where sources disagree the wider reading stands here and the API decides.
type Tier struct {
	Name        string
	MinMemory   int  // GB
	Fixed       bool // one size, no pause, no resize, no storage of its own
	Vector      bool // vector_optimized
	Plugin      bool // graph_analytics_plugin
	Cdc         bool // cdc_enrichment_mode
	Secondaries bool // secondaries_count
	OwnKey      bool // customer_managed_key_id
}

func tiers() []Tier {
	return []Tier{
		{Name: "free-db", MinMemory: 1, Fixed: true},
		{Name: "professional-db", MinMemory: 1, Vector: true, Plugin: true},
		{Name: "business-critical", MinMemory: 2, Vector: true, Cdc: true, Secondaries: true},
		{Name: "enterprise-db", MinMemory: 1, Vector: true, Plugin: true, Cdc: true, Secondaries: true, OwnKey: true},
		{Name: "professional-ds", MinMemory: 1},
		{Name: "enterprise-ds", MinMemory: 1, Cdc: true, OwnKey: true},
	}
}

// TierOf is what a type allows.
func TierOf(name string) (Tier, bool) {
	all := tiers()
	i := slices.IndexFunc(all, func(t Tier) bool { return t.Name == name })
	if i < 0 {
		return Tier{}, false
	}
	return all[i], true
}

// IsType says whether there is such a type.
func IsType(name string) bool { _, ok := TierOf(name); return ok }

// TypeNames are all types.
func TypeNames() []string { return TiersWith(func(Tier) bool { return true }) }

// TiersWith names the types that have an ability.
func TiersWith(has func(Tier) bool) []string {
	var names []string
	for _, t := range tiers() {
		if has(t) {
			names = append(names, t.Name)
		}
	}
	return names
}

// MinVectorMemory is the smallest memory, in GB, on which vector_optimized can be switched on.
const MinVectorMemory = 4
