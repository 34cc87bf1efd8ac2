package reconcile

import (
	"github.com/aurad/aurad/spec"
)

// upgradable is the one change of type that the API offers, and its direction.
const upgradeFrom, upgradeTo = "professional-db", "business-critical"

// changes returns the steps that bring a running instance to its configuration, in the order
// that Aura accepts: the name at any time; the size before what depends on it; cdc before
// secondaries, each in a request of its own.
func (w World) changes(d spec.Desired, e Entry, live Live) []Step {
	var steps []Step
	add := func(v Verb, requests int, reason string, changes ...Change) {
		if len(changes) > 0 {
			steps = append(steps, Step{Key: d.Key, InstanceID: live.ID, Verb: v, Cause: CauseDrift, Reason: reason, Changes: changes, Requests: requests})
		}
	}
	const drift = "differs from the file"
	add(Rename, 1, drift, text("name", live.Name, d.Name)...)
	size := append(text("memory", live.Memory, d.Memory), text("storage", live.Storage, d.Storage)...)
	up := live.Type == upgradeFrom && d.Type == upgradeTo
	if up && live.Memory == "1GB" { // too small for the new type: grow first
		add(Resize, 2, "business-critical starts at 2GB", size...)
		size = nil
	}
	if up {
		add(Upgrade, 2, drift, Change{"type", live.Type, d.Type})
	}
	add(Resize, 2, drift, size...)
	add(Update, 2, drift, append(
		flag("vector_optimized", live.VectorOptimized, e.Requested.VectorOptimized, d.VectorOptimized),
		flag("graph_analytics_plugin", live.GraphAnalyticsPlugin, e.Requested.GraphAnalyticsPlugin, d.GraphAnalyticsPlugin)...)...)
	add(Update, 2, drift, cdc(live, e, d)...)
	add(Update, 2, drift, secondaries(live, e, d)...)
	return steps
}

// text compares a field that the API always shows, or shows as nothing while it can't tell.
func text(field, live, want string) []Change {
	if want == "" || live == "" || live == want {
		return nil
	}
	return []Change{{field, live, want}}
}

// flag compares a switch; what the API leaves out counts as last requested.
func flag(field string, live, requested, want *bool) []Change {
	if live == nil {
		live = requested
	}
	if want == nil || live != nil && *live == *want {
		return nil
	}
	old := ""
	if live != nil {
		old = btoa(*live)
	}
	return []Change{{field, old, btoa(*want)}}
}

// cdc compares the mode. Business-critical instances answer null whatever it is, so null means
// the value last requested, and OFF when none ever was.
func cdc(live Live, e Entry, d spec.Desired) []Change {
	old := live.CDCEnrichmentMode
	if old == "" {
		old = e.Requested.CDCEnrichmentMode
	}
	if old == "" {
		old = "OFF"
	}
	return text("cdc_enrichment_mode", old, d.CDCEnrichmentMode)
}

// secondaries compares the count, which most replies leave out; it starts at 0.
func secondaries(live Live, e Entry, d spec.Desired) []Change {
	if d.SecondariesCount == nil {
		return nil
	}
	old := 0
	switch {
	case live.SecondariesCount != nil:
		old = *live.SecondariesCount
	case e.Requested.SecondariesCount != nil:
		old = *e.Requested.SecondariesCount
	}
	return text("secondaries_count", itoa(old), itoa(*d.SecondariesCount))
}

// creation lists what an instance is created with.
func creation(d spec.Desired) []Change {
	changes := []Change{}
	add := func(field, v string) {
		if v != "" {
			changes = append(changes, Change{Field: field, New: v})
		}
	}
	add("name", d.Name)
	add("type", d.Type)
	add("cloud_provider", d.CloudProvider)
	add("region", d.Region)
	add("memory", d.Memory)
	add("storage", d.Storage)
	add("version", d.Version)
	add("customer_managed_key_id", d.CustomerManagedKeyID)
	if d.VectorOptimized != nil {
		add("vector_optimized", btoa(*d.VectorOptimized))
	}
	if d.GraphAnalyticsPlugin != nil {
		add("graph_analytics_plugin", btoa(*d.GraphAnalyticsPlugin))
	}
	if d.Source != nil {
		add("source.instance", d.Source.Instance)
		add("source.snapshot_id", d.Source.SnapshotID)
	}
	return changes
}

// immutable speaks of differences that no request can mend. aurad never replaces an instance:
// that would be a delete.
func immutable(d spec.Desired, e Entry, live Live) []Step {
	var changes []Change
	add := func(field, live, want string) { changes = append(changes, text(field, live, want)...) }
	if live.Type != upgradeFrom || d.Type != upgradeTo {
		add("type", live.Type, d.Type)
	}
	add("cloud_provider", live.CloudProvider, d.CloudProvider)
	add("region", live.Region, d.Region)
	add("version", e.Made.Version, d.Version)
	if live.Region != "" { // the detailed reply shows the key if there is one
		if d.CustomerManagedKeyID != live.CustomerManagedKeyID {
			changes = append(changes, Change{"customer_managed_key_id", live.CustomerManagedKeyID, d.CustomerManagedKeyID})
		}
	}
	if d.Source != nil && e.Made.Source != nil {
		add("source.instance", e.Made.Source.Instance, d.Source.Instance)
		add("source.snapshot_id", e.Made.Source.SnapshotID, d.Source.SnapshotID)
	}
	if len(changes) == 0 {
		return nil
	}
	step := blocked(d.Key, live.ID, CauseImmutable, ProblemImmutable,
		"can't be changed after creation, and aurad never replaces an instance: put the file back, or make a new instance under another key")
	step.Changes = changes
	return []Step{step}
}
