package main

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/aurad/aurad/internal/aura"
)

// fleetDraft is a fleet file that is being written.
type fleetDraft struct {
	tenant string
	blocks []*blockDraft
}

// blockDraft is one instance of it.
type blockDraft struct {
	key    string
	live   aura.Instance
	fields []fieldDraft
	notes  []string // what could not be expressed
	out    bool     // the block as a whole can't be expressed: it is written as a comment
}

type fieldDraft struct{ name, value string }

// describe drafts a block for every live instance, in the order of names.
func describe(tenant string, live []aura.Instance) *fleetDraft {
	slices.SortStableFunc(live, func(a, b aura.Instance) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	d := &fleetDraft{tenant: tenant}
	taken := map[string]bool{}
	for _, in := range live {
		b := &blockDraft{key: keyOf(in, taken), live: in}
		b.fill()
		d.blocks = append(d.blocks, b)
	}
	return d
}

// fill drafts the fields of a block from what Aura shows.
func (b *blockDraft) fill() {
	in := b.live
	add := func(name, value string) {
		if value != "" {
			b.fields = append(b.fields, fieldDraft{name, value})
		}
	}
	add("id", in.ID)
	if in.Name != b.key {
		add("name", in.Name)
	}
	add("type", in.Type)
	add("cloud_provider", in.CloudProvider)
	add("region", in.Region)
	if in.Type != "free-db" {
		add("memory", in.Memory)
		add("storage", in.Storage)
	}
	add("customer_managed_key_id", in.CustomerManagedKeyID)
	add("cdc_enrichment_mode", in.CDCEnrichmentMode)
	if in.SecondariesCount != nil {
		add("secondaries_count", strconv.Itoa(*in.SecondariesCount))
	}
	add("vector_optimized", onlyTrue(in.VectorOptimized))
	add("graph_analytics_plugin", onlyTrue(in.GraphAnalyticsPlugin))
	b.fillState()
}

// onlyTrue leaves a switch that is off to its default.
func onlyTrue(v *bool) string {
	if v == nil || !*v {
		return ""
	}
	return "true"
}

// fillState keeps a paused instance paused, and leaves out what is on its way out.
func (b *blockDraft) fillState() {
	switch b.live.Status {
	case aura.Paused, aura.Pausing:
		b.fields = append(b.fields, fieldDraft{"state", "paused"})
		b.notes = append(b.notes, "it was paused when this was written; a `schedule:` can take the place of `state:`")
	case aura.Destroying, aura.Deleting:
		b.drop("it is being deleted")
	}
}

// drop turns the whole block into a comment.
func (b *blockDraft) drop(why string) {
	b.out = true
	b.notes = append(b.notes, "left out: "+why)
}
