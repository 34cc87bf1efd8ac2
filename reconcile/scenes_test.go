package reconcile

import (
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// What may be so of the key orders, with its database and what is remembered of it. Stock is
// another key of the same file, which nothing happens to.

type may = fact[World]

func file(topic, said string, change func(*spec.Desired)) may {
	return may{topic, said, func(w *World) { change(&w.Desired[0]); w.Blocks[0] = w.Desired[0].Instance }}
}

func memory(topic, said string, change func(*Entry)) may {
	return may{topic, said, func(w *World) { e := w.Ledger["orders"]; change(&e); w.Ledger["orders"] = e }}
}

func aura(topic, said string, change func(*observed.Live)) may {
	return may{topic, said, func(w *World) {
		for i := range w.Observed.Instances {
			if w.Observed.Instances[i].ID == "i1" {
				change(&w.Observed.Instances[i])
			}
		}
	}}
}

func world(topic, said string, change func(*World)) may { return may{topic, said, change} }

func database(id, name string) observed.Live {
	return observed.Live{ID: id, Name: name, TenantID: "t1", Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Status: "running",
		Memory: "2GB", Storage: "4GB", SeenAt: noon.Add(-10 * time.Minute)}
}

func ordersAndStock() World {
	block := func(key string) spec.Desired {
		return spec.Desired{Wants: spec.Running, Rule: "always", Instance: spec.Instance{Key: key, Name: key, Type: "professional-db",
			CloudProvider: "gcp", Region: "europe-west1", Version: "5", Memory: "2GB"}}
	}
	w := World{Now: noon, Fleet: "acme", TenantID: "t1", Lived: 100 * time.Hour, Steady: true, Store: "vault", Limit: 25,
		Policy:  spec.Policy{Mode: spec.Sync, MaxDeletes: 2, DeleteAfter: 72 * time.Hour, OnLostCredentials: spec.RecreateLost, OnGone: spec.RecreateGone},
		Desired: []spec.Desired{block("orders"), block("stock")},
		Ledger:  Ledger{},
		Observed: observed.Fleet{ListedAt: noon.Add(-30 * time.Second),
			Instances: []observed.Live{database("i1", "orders"), database("i2", "stock")}}}
	for key, id := range map[string]string{"orders": "i1", "stock": "i2"} {
		w.Ledger[key] = Entry{ID: id, TenantID: "t1", Name: key, Credential: CredentialStored, Made: Made{Version: "5"},
			Settled: Settled{State: spec.Running, Since: noon.Add(-time.Hour)}, Memory: "2GB", Storage: "4GB"}
	}
	for _, d := range w.Desired {
		w.Blocks = append(w.Blocks, d.Instance)
	}
	return w
}

func officeHours(rule spec.ManualChanges) *spec.Schedule {
	return &spec.Schedule{Name: "office", ManualChanges: rule}
}

// atNight is a schedule outside its hours, and its database asleep.
func atNight() World {
	w := ordersAndStock()
	d := &w.Desired[0]
	d.Wants, d.Rule, d.Schedule = spec.Paused, "night", officeHours(spec.EnforceSchedule)
	d.Next = spec.Edge{At: noon.Add(time.Hour), State: spec.Running, Rule: "morning"}
	e := w.Ledger["orders"]
	e.Settled = Settled{State: spec.Paused, Since: noon.Add(-3 * time.Hour), Until: noon.Add(time.Hour)}
	w.Ledger["orders"] = e
	w.Observed.Instances[0].Status = "paused"
	return w
}

// unborn is a block that nothing was ever made for.
func unborn() World {
	w := ordersAndStock()
	delete(w.Ledger, "orders")
	w.Observed.Instances = w.Observed.Instances[1:]
	return w
}

// born is a create whose answer never came; no list shows its instance.
func born() World {
	w := unborn()
	w.Ledger["orders"] = Entry{Name: "orders", Made: Made{Version: "5"},
		Birth: &Birth{Nonce: "0badcafe", At: noon.Add(-5 * time.Minute), Grace: 10 * time.Minute, Stage: Intended}}
	return w
}

// leftOut is a block that left the file ten hours ago, under `sync`.
func leftOut() World {
	w := ordersAndStock()
	w.Desired, w.Blocks = w.Desired[1:], w.Blocks[1:]
	e := w.Ledger["orders"]
	e.Absence = &Absence{Since: noon.Add(-10 * time.Hour)}
	w.Ledger["orders"] = e
	return w
}

func live(w *World, l observed.Live) {
	w.Observed = w.Observed.With(l)
}

var statuses = []string{"paused", "pausing", "resuming", "destroying", "loading failed", ""}

func shownAs() (facts []may) {
	for _, s := range statuses {
		facts = append(facts, aura("status", "it is "+s, func(l *observed.Live) { l.Status = s }))
	}
	return facts
}

func failing() (facts []may) {
	failed := func(said string, f Failure) {
		f.Message, f.At, f.Count = "no", noon.Add(-time.Minute), 2
		facts = append(facts, memory("failure", said, func(e *Entry) { e.Failure = &f }))
	}
	grow := []Change{{"memory", "2GB", "4GB"}}
	in, over := noon.Add(time.Minute), noon
	failed("its pause failed", Failure{Verb: Pause, Kind: FailureLater, RetryAt: in})
	failed("its resume failed", Failure{Verb: Resume, Kind: FailureLater, RetryAt: in})
	failed("its growth failed", Failure{Verb: Resize, Changes: grow, Kind: FailureLater, RetryAt: in})
	failed("its growth was refused", Failure{Verb: Resize, Changes: grow, Kind: FailurePerson, RetryAt: in})
	failed("its growth was refused, and is tried again now", Failure{Verb: Resize, Changes: grow, Kind: FailurePerson, RetryAt: over})
	failed("its growth was not done three times", Failure{Verb: Resize, Changes: grow, Kind: FailureUndone, Undone: 3, RetryAt: in})
	failed("its create failed", Failure{Verb: Create, Changes: creation(ordersAndStock().Desired[0]), Kind: FailureLater, RetryAt: in})
	failed("its create was refused", Failure{Verb: Create, Changes: creation(ordersAndStock().Desired[0]), Kind: FailurePerson, RetryAt: in})
	failed("its delete failed", Failure{Verb: Delete, Kind: FailureStore, RetryAt: in})
	return facts
}

func working() (facts []may) {
	for _, v := range []Verb{Create, Pause, Resume, Resize, Delete} {
		facts = append(facts, memory("operation", string(v)+" under way", func(e *Entry) {
			e.Op = &Operation{Verb: v, From: "running", StartedAt: noon.Add(-time.Minute), Class: string(v)}
			if v == Resize {
				e.Op.Changes = []Change{{"memory", "2GB", "4GB"}}
			}
		}))
	}
	return facts
}

func asked() []may {
	yes, two := true, 2
	return []may{
		file("suspend", "suspend", func(d *spec.Desired) { d.Suspend = true }),
		file("suspend", "protect", func(d *spec.Desired) { d.Protect = true }),
		file("memory", "4GB asked", func(d *spec.Desired) { d.Memory = "4GB" }),
		file("drift", "cdc asked", func(d *spec.Desired) { d.CDCEnrichmentMode = "FULL" }),
		file("drift", "the plugin asked", func(d *spec.Desired) { d.GraphAnalyticsPlugin = &yes }),
		file("drift", "vectors asked", func(d *spec.Desired) { d.VectorOptimized = &yes }),
		file("drift", "two secondaries asked", func(d *spec.Desired) { d.SecondariesCount = &two }),
		file("drift", "an upgrade asked", func(d *spec.Desired) { d.Type = "business-critical" }),
		file("drift", "another type asked", func(d *spec.Desired) { d.Type = "enterprise-db" }),
		file("drift", "another region asked", func(d *spec.Desired) { d.Region = "us-east1" }),
		file("drift", "a key of its own asked", func(d *spec.Desired) { d.CustomerManagedKeyID = "k1" }),
		file("name", "another name asked", func(d *spec.Desired) { d.Name = "sales" }),
		file("name", "the name of stock asked", func(d *spec.Desired) { d.Name = "stock" }),
		file("drift", "a source asked", func(d *spec.Desired) { d.Source = &spec.Source{Instance: "stock", SnapshotID: "s1"} }),
		file("id", "its id given", func(d *spec.Desired) { d.ID = "i1" }),
		file("id", "another id given", func(d *spec.Desired) { d.ID = "i2" }),
		file("adopt", "adopt", func(d *spec.Desired) { d.Adopt = true }),
		file("wants", "paused asked", func(d *spec.Desired) { d.Wants, d.State, d.Rule = spec.Paused, spec.Paused, "state" }),
		file("wants", "to be paused by a schedule", func(d *spec.Desired) {
			d.Wants, d.Rule, d.Schedule = spec.Paused, "night", officeHours(spec.UntilNextEdge)
			d.Next = spec.Edge{At: noon.Add(9 * time.Minute), State: spec.Running, Rule: "morning"}
		}),
		file("wants", "to run for another hour", func(d *spec.Desired) {
			d.Schedule, d.Rule = officeHours(spec.EnforceSchedule), "day"
			d.Next = spec.Edge{At: noon.Add(time.Hour), State: spec.Paused, Rule: "night"}
		}),
		file("hold", "held paused", func(d *spec.Desired) {
			d.Wants, d.Hold = spec.Paused, &spec.Hold{Key: "orders", State: spec.Paused, Until: noon.Add(2 * time.Hour), By: "ann", Reason: "audit"}
		}),
	}
}

func around() []may {
	return []may{
		world("list", "never listed", func(w *World) { w.Observed.ListedAt = time.Time{} }),
		world("list", "the list failed", func(w *World) { w.ListFailed = "503" }),
		world("list", "the list failed for an hour", func(w *World) { w.ListFailed, w.Observed.ListedAt = "503", noon.Add(-time.Hour) }),
		world("list", "its look failed", func(w *World) { w.LookFailed = map[string]string{"i1": "502"} }),
		world("list", "an entry without an id", func(w *World) { w.Observed.Unreadable = []string{""} }),
		world("list", "an entry of its name without an id", func(w *World) { w.Observed.Unreadable = []string{"orders"} }),
		world("account", "another tenant in the file", func(w *World) { w.TenantID = "t2" }),
		world("account", "no tenant in the file", func(w *World) { w.TenantID = "" }),
		world("twin", "a second database of its name", func(w *World) { live(w, database("i5", "orders")) }),
		world("twin", "one of its name that is being deleted", func(w *World) { l := database("i5", "orders"); l.Status = "destroying"; live(w, l) }),
		world("twin", "one of its name of another fleet", func(w *World) { live(w, database("i5", "orders")); w.Foreign = map[string]string{"i5": "beta"} }),
		world("twin", "one of its name that stock has", func(w *World) { l := database("i2", "orders"); live(w, l) }),
		world("mark", "one with a mark that nobody knows", func(w *World) { live(w, database("i6", "orders~12345678")) }),
		world("mark", "one with its mark", func(w *World) { live(w, database("i6", "orders~0badcafe")) }),
		world("mark", "one with its mark, being deleted", func(w *World) { l := database("i6", "orders~0badcafe"); l.Status = "deleting"; live(w, l) }),
		world("proven", "the store has one of its", func(w *World) { w.Proven = map[string]string{"orders": "i5"} }),
		world("proven", "the store has one for both keys", func(w *World) { w.Proven = map[string]string{"orders": "i5", "stock": "i5"} }),
		world("proven", "the store has the one of stock", func(w *World) { w.Proven = map[string]string{"orders": "i2"} }),
		world("moved", "another account has it", func(w *World) { w.Account, w.Owners = "eu", map[string]string{"orders": "us"} }),
		world("moved", "moved from an old key", func(w *World) {
			w.Moved = []spec.Move{{From: "old", To: "orders"}}
			w.Ledger["old"] = Entry{ID: "i7", Name: "old", Credential: CredentialStored}
			live(w, database("i7", "old"))
		}),
		world("moved", "an old key of its name", func(w *World) {
			w.Ledger["old"] = Entry{ID: "i7", Name: "orders", Absence: &Absence{Since: noon}}
			live(w, database("i7", "orders"))
		}),
		world("moved", "billing wants i5 too", func(w *World) {
			b := spec.Desired{Wants: spec.Running, Rule: "always", Instance: spec.Instance{Key: "billing", Name: "billing", ID: "i5", Type: "professional-db"}}
			w.Desired = append([]spec.Desired{b}, w.Desired...)
			w.Desired[0], w.Desired[1] = w.Desired[1], w.Desired[0] // facts of the file are said of the first
			w.Blocks = append(w.Blocks, b.Instance)
		}),
		memory("noted", "its tenant was never noted", func(e *Entry) { e.TenantID = "" }),
		memory("tombstone", "an earlier create was refused", func(e *Entry) {
			e.Tombstones = append(e.Tombstones, Tombstone{Nonce: "dead0001", Since: noon.Add(-10 * time.Minute)})
		}),
		memory("tombstone", "a create was refused just now", func(e *Entry) {
			e.Tombstones = append(e.Tombstones, Tombstone{Nonce: "dead0001", Since: noon.Add(-10 * time.Second), Grace: time.Minute})
		}),
		memory("tombstone", "a create was refused that a list has to prove", func(e *Entry) {
			e.Tombstones = append(e.Tombstones, Tombstone{Nonce: "dead0001", Since: noon.Add(-35 * time.Second), Grace: time.Minute})
		}),
		world("late", "what a create given up made showed up", func(w *World) {
			e := w.Ledger["orders"]
			e.Tombstones = append(e.Tombstones, Tombstone{Nonce: "dead0002"})
			w.Ledger["orders"] = e
			live(w, database("i8", "orders~dead0002"))
		}),
	}
}

func births() (facts []may) {
	stage := func(said string, change func(*Birth)) {
		facts = append(facts, memory("stage", said, func(e *Entry) { change(e.Birth) }))
	}
	stage("spooled", func(b *Birth) { b.Stage, b.Failed, b.RetryAt = Spooled, "store down", noon.Add(time.Minute) })
	stage("spooled, id not read", func(b *Birth) { b.Stage, b.Unread = Spooled, UnreadID })
	stage("spooled, password not read", func(b *Birth) { b.Stage, b.Unread, b.InstanceID = Spooled, UnreadPassword, "i6" })
	stage("spooled, nothing read", func(b *Birth) { b.Stage, b.Unread = Spooled, UnreadAll })
	stage("the answer is awaited", func(b *Birth) { b.underWay = true })
	stage("its storing is awaited", func(b *Birth) { b.Stage, b.underWay = Spooled, true })
	stage("its grace is over", func(b *Birth) { b.At = noon.Add(-time.Hour) })
	stage("asked just now", func(b *Birth) { b.At = noon.Add(-10 * time.Second) })
	return append(facts, memory("stage", "stored", func(e *Entry) {
		e.Birth.Stage, e.Birth.InstanceID, e.Birth.RetryAt, e.ID = Stored, "i6", noon.Add(time.Minute), "i6"
		e.Op = &Operation{Verb: Create, From: "creating", StartedAt: noon.Add(-time.Minute), Class: "create"}
	}), memory("stage", "stored, and done", func(e *Entry) {
		e.Birth.Stage, e.Birth.InstanceID, e.ID = Stored, "i6", "i6"
	}))
}

func last(facts []may) []may {
	var before, after []may
	for _, f := range facts {
		if f.topic == "file" {
			after = append(after, f)
			continue
		}
		before = append(before, f)
	}
	return append(before, after...)
}
