package reconcile

import (
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// upgradable is the one change of type that the API offers, and its direction.
const upgradeFrom, upgradeTo = "professional-db", "business-critical"

const typeField = "type"

// changes returns the steps that bring a running instance to its configuration, in the order
// that Aura accepts: the name at any time; the size before what depends on it; cdc before
// secondaries, each in a request of its own.
func (w World) changes(d spec.Desired, e Entry, live observed.Live) []Step {
	var steps []Step
	add := func(v Verb, requests int, reason string, changes ...Change) {
		if len(changes) > 0 {
			steps = append(steps, Step{Key: d.Key, InstanceID: live.ID, Verb: v, Cause: CauseDrift, Reason: reason, Changes: changes, Requests: requests})
		}
	}
	const drift = "differs from the file"
	differ := func(step ChangeStep) []Change { return differences(step, d, e, live) }
	asked := func(step ChangeStep, changes []Change) {
		verb, requests := step.change()
		add(verb, requests, drift, changes...)
	}
	asked(renaming, differ(renaming))
	size := differ(resizing)
	up := live.Type == upgradeFrom && d.Type == upgradeTo
	if up && live.Memory == "1GB" { // too small for the new type: grow first
		add(Resize, 2, "business-critical starts at 2GB", size...)
		size = nil
	}
	if up {
		add(Upgrade, 2, drift, Change{typeField, live.Type, d.Type})
	}
	asked(resizing, size)
	for step := switching; step <= replicating; step++ {
		asked(step, differ(step))
	}
	return steps
}

// text compares a field that the API always shows, or shows as nothing while it can't tell.
func text(field, live, want string) []Change {
	if want == "" || live == "" || live == want {
		return nil
	}
	return []Change{{field, live, want}}
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
	add("vector_optimized", ofSwitch(d.VectorOptimized))
	add("graph_analytics_plugin", ofSwitch(d.GraphAnalyticsPlugin))
	if d.Source != nil {
		add("source.instance", d.Source.Instance)
		add("source.snapshot_id", d.Source.SnapshotID)
	}
	return changes
}

// immutable speaks of differences that no request can mend. aurad never replaces an instance:
// that would be a delete.
func immutable(d spec.Desired, e Entry, live observed.Live) []Step {
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
