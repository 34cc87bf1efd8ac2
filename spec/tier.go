package spec

import "slices"

// tier is what Neo4j's documentation and API allow an instance type, as far as it can be known
// without asking: see docs on instance types of the Aura API v1 and its create and PATCH
// bodies. Where sources disagree the wider reading stands here and the API decides.
type tier struct {
	name        string
	minMemory   int  // GB
	fixed       bool // one size, no pause, no resize, no storage of its own
	vector      bool // vector_optimized
	plugin      bool // graph_analytics_plugin
	cdc         bool // cdc_enrichment_mode
	secondaries bool // secondaries_count
	ownKey      bool // customer_managed_key_id
}

func tiers() []tier {
	return []tier{
		{name: "free-db", minMemory: 1, fixed: true},
		{name: "professional-db", minMemory: 1, vector: true, plugin: true},
		{name: "business-critical", minMemory: 2, vector: true, cdc: true, secondaries: true},
		{name: "enterprise-db", minMemory: 1, vector: true, plugin: true, cdc: true, secondaries: true, ownKey: true},
		{name: "professional-ds", minMemory: 1},
		{name: "enterprise-ds", minMemory: 1, cdc: true, ownKey: true},
	}
}

func tierOf(name string) (tier, bool) {
	all := tiers()
	i := slices.IndexFunc(all, func(t tier) bool { return t.name == name })
	if i < 0 {
		return tier{}, false
	}
	return all[i], true
}

func isType(name string) bool { _, ok := tierOf(name); return ok }

func typeNames() []string { return tiersWith(func(tier) bool { return true }) }

// tiersWith names the types that have an ability.
func tiersWith(has func(tier) bool) []string {
	var names []string
	for _, t := range tiers() {
		if has(t) {
			names = append(names, t.name)
		}
	}
	return names
}

// minVectorMemory is the smallest memory, in GB, on which vector_optimized can be switched on.
const minVectorMemory = 4
