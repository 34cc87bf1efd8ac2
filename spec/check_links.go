package spec

import (
	"maps"
	"slices"

	"github.com/aurad/aurad/spec/catalog"
	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/value"
)

// What ties an instance to a schedule, to other instances, and to live ones.

func (d *draft) checkSchedule() {
	// A fixed state of the instance's own is stronger than a schedule from the defaults.
	name := d.set.Schedule
	if d.raw.State != "" && !d.raw.Has("schedule") {
		name = ""
	}
	if d.raw.Has("state") && d.raw.Has("schedule") {
		d.Fail("state", "a fixed state and a schedule exclude each other: remove one")
	}
	if name != "" {
		if d.in.Schedule = d.schedules[name]; d.in.Schedule == nil {
			known := slices.Sorted(maps.Keys(d.doc.Schedules))
			d.failOnce("schedule", "there is no schedule %s%s", spelling.Quote(name), spelling.Suggest(name, known))
			return
		}
	}
	d.checkPause()
	if d.in.Schedule != nil && d.in.Schedule.OffMemory != "" {
		d.checkOff(d.in.Schedule)
	}
}

// checkPause keeps schedules and `state: paused` off what can't or must not be paused.
func (d *draft) checkPause() {
	s := d.in.Schedule
	const way = "; for an instance that always runs write `state: running`"
	switch {
	case d.in.Type == "free-db" && s != nil:
		d.Fail("schedule", "free-db can't be paused or resized, so it can't have a schedule"+way)
	case d.in.Type == "free-db" && d.in.State == Paused:
		d.Fail("state", "free-db can't be paused")
	case d.in.Protect && s != nil && s.CanPause():
		d.Fail("schedule", "schedule %s pauses, and protect says that this instance is never paused"+way, s.Name)
	case d.in.Protect && d.in.State == Paused:
		d.Fail("state", "protect says that this instance is never paused: remove one of them")
	}
}

// checkOff checks the smaller size of a schedule against the instance.
func (d *draft) checkOff(s *Schedule) {
	t, _ := catalog.TierOf(d.in.Type)
	off, memory := catalog.Gigabytes(s.OffMemory), catalog.Gigabytes(d.in.Memory)
	switch {
	case off == 0 || memory == 0 || t.Fixed:
	case off >= memory:
		d.Fail("schedule", "schedule %s goes to %s outside its windows, which is not less than this instance's %s", s.Name, s.OffMemory, d.in.Memory)
	case off < t.MinMemory:
		d.Fail("schedule", "schedule %s goes to %s, too small for %s; at least %dGB", s.Name, s.OffMemory, t.Name, t.MinMemory)
	case d.in.VectorOptimized != nil && *d.in.VectorOptimized && off < catalog.MinVectorMemory:
		d.Fail("schedule", "schedule %s goes to %s, and Aura switches vector_optimized off below %dGB", s.Name, s.OffMemory, catalog.MinVectorMemory)
	case d.in.Storage != "":
		d.Fail("storage", "Aura ties storage to memory, and schedule %s changes memory: remove this line", s.Name)
	}
}

func (d *draft) checkSource() {
	if d.in.ID != "" && d.in.Adopt {
		d.Fail("adopt", "id already says which instance to adopt: remove one of them")
	}
	b := d.raw.Source
	if b == nil {
		return
	}
	d.in.Source = &Source{Instance: b.Instance, SnapshotID: b.SnapshotID}
	from, isOurs := d.doc.Instances[b.Instance]
	there := d.in.Account
	if isOurs {
		there = d.accountOf(from)
	}
	switch {
	case d.in.ID != "" || d.in.Adopt:
		d.Fail("source", "an adopted instance is not created, so it can't be cloned: remove one of them")
	case b.Instance == d.in.Key:
		d.failAt(&b.Block, "instance", "an instance can't be cloned from itself")
	case b.Instance != "" && !isOurs && !value.IsInstanceID(b.Instance):
		d.failAt(&b.Block, "instance", "%s is neither a key of this fleet nor an instance id (8 of 0-9, a-f)%s", spelling.Quote(b.Instance), spelling.Suggest(b.Instance, d.keys))
	case there != d.in.Account:
		d.failAt(&b.Block, "instance", "%s is in account %s, and this instance in %s: Aura clones within one account only", b.Instance, there, d.in.Account)
	}
}

// checkUnique: Aura allows two instances of one name, but then a name can't find either of
// them. So in one account a name may repeat only where every bearer is known by its id.
func (c *checker) checkUnique(all []Instance) {
	type name struct{ account, name string }
	byName := make(map[name]int, len(all))
	for i, in := range all {
		its := name{in.Account, in.Name}
		if first, ok := byName[its]; ok && (in.ID == "" || all[first].ID == "") {
			c.failAt(&c.doc.Instances[in.Key].Block, "name", "%s is also the name of %s (line %d): choose another, or give both their id",
				spelling.Quote(in.Name), all[first].Key, all[first].Pos.Line)
		} else if !ok {
			byName[its] = i
		}
	}
}

// checkIDs: ids are Aura's own, so no two keys can have one, whatever their accounts.
func (c *checker) checkIDs(all []Instance) {
	byID := make(map[string]int)
	for i, in := range all {
		raw := c.doc.Instances[in.Key]
		if first, ok := byID[in.ID]; ok {
			c.failAt(&raw.Block, "id", "%s is also the id of %s (line %d)", in.ID, all[first].Key, all[first].Pos.Line)
		} else if in.ID != "" {
			byID[in.ID] = i
		}
	}
}

// checkFree: Aura gives an account one free instance, and answers 405 to a second.
func (c *checker) checkFree(all []Instance) {
	first := map[string]Instance{} // by account
	for _, in := range all {
		if in.Type != "free-db" {
			continue
		}
		if one, ok := first[in.Account]; ok {
			c.failAt(&c.doc.Instances[in.Key].Block, "type", "Aura allows one free-db in an account, and %s (line %d) is one", one.Key, one.Pos.Line)
			continue
		}
		first[in.Account] = in
	}
}

// checkSources finds clones that wait for each other. all is sorted by key.
func (c *checker) checkSources(all []Instance) {
	of := make(map[string]string)
	for _, in := range all {
		if in.Source != nil {
			of[in.Key] = in.Source.Instance
		}
	}
	walk := make(map[string]int) // the walk, numbered from 1, that first came to a key
	for i, in := range all {
		key := in.Key
		for of[key] != "" && walk[key] == 0 {
			walk[key] = i + 1
			key = of[key]
		}
		// The walk has bitten its own tail; key to key is reported by checkSource.
		if walk[key] == i+1 && of[key] != key {
			c.failAt(&c.doc.Instances[key].Source.Block, "instance", "%s is itself cloned, in the end, from %s: one of them must come first", of[key], key)
		}
	}
}
