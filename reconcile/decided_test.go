package reconcile

import (
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// What is decided of a database that is ours, of a block that none was made for, of a create under
// way, of a schedule, and of what left the file.

func TestTableOfOwned(t *testing.T) {
	facts := append(asked(), around()...)
	facts = append(append(append(facts, shownAs()...), failing()...), working()...)
	facts = append(facts,
		world("live", "not live", func(w *World) { w.Observed = w.Observed.Without("i1") }),
		memory("missing", "proven gone", func(e *Entry) {
			e.Missing = &Missing{ID: "i1", Since: noon.Add(-time.Hour), Lists: 2, Others: true, Denied: true}
		}),
		memory("missing", "gone as far as one can tell", func(e *Entry) { e.Missing = &Missing{ID: "i1", Since: noon.Add(-time.Hour), Lists: 2, Others: true} }),
		memory("stored", "its credential is under an old key", func(e *Entry) { e.StoredUnder = "old" }),
		memory("made", "made of version 4", func(e *Entry) { e.Made.Version = "4" }),
		memory("made", "made from a source", func(e *Entry) { e.Made.Source = &spec.Source{Instance: "i9", SnapshotID: "s9"} }),
		aura("left out", "no size shown", func(l *observed.Live) { l.Memory = "" }),
		aura("left out", "1GB", func(l *observed.Live) { l.Memory = "1GB" }),
		aura("left out", "no region shown", func(l *observed.Live) { l.Region = "" }),
		aura("called", "called otherwise", func(l *observed.Live) { l.Name = "ordres" }))
	agrees(t, "owned", decisions(ordersAndStock, planTold, facts...))
}

func TestTableOfTheUnborn(t *testing.T) {
	facts := append(asked(), around()...)
	facts = append(facts, failing()...)
	facts = append(facts, world("live", "one of its name, nobody's", func(w *World) { live(w, database("i1", "orders")) }),
		world("live", "i5 is live", func(w *World) { live(w, database("i5", "ordres")) }),
		world("source", "a source that does not run", func(w *World) {
			w.Desired[0].Source = &spec.Source{Instance: "stock"}
			w.Observed.Instances[0].Status = "paused"
		}),
		world("source", "a source that is being made", func(w *World) {
			w.Desired[0].Source = &spec.Source{Instance: "stock"}
			e := w.Ledger["stock"]
			e.Birth = &Birth{Nonce: "0badbabe", Stage: Stored, InstanceID: "i2"}
			w.Ledger["stock"] = e
		}),
		world("source", "a source that is not there", func(w *World) {
			w.Desired[0].Source = &spec.Source{Instance: "stock"}
			w.Observed = w.Observed.Without("i2")
		}),
		world("source", "a source that is worked on", func(w *World) {
			w.Desired[0].Source = &spec.Source{Instance: "stock"}
			e := w.Ledger["stock"]
			e.Op = &Operation{Verb: Resize, StartedAt: noon}
			w.Ledger["stock"] = e
		}),
		memory("former", "it had i5 before", func(e *Entry) { e.Former = "i5" }))
	agrees(t, "unborn", decisions(unborn, planTold, facts...))
}

func TestTableOfBirths(t *testing.T) {
	facts := append(births(), asked()...)
	facts = append(append(append(facts, around()...), failing()...), working()[4])
	facts = append(facts, world("file", "its block left the file", func(w *World) { w.Desired, w.Blocks = w.Desired[1:], w.Blocks[1:] }),
		world("file", "the file gives it to another account", func(w *World) {
			w.Desired, w.Blocks, w.Elsewhere = w.Desired[1:], w.Blocks[1:], []string{"orders"}
		}),
		world("owned", "stock has i6", func(w *World) { w.Ledger["stock"] = Entry{ID: "i6"} }),
		world("owned", "stock wants i6", func(w *World) { delete(w.Ledger, "stock"); w.Desired[len(w.Desired)-1].ID = "i6" }))
	agrees(t, "births", decisions(born, planTold, last(facts)...))
}

// last puts what takes the block out of the file behind the facts about the block.
func TestTableOfTheNight(t *testing.T) {
	rule := func(said string, rule spec.ManualChanges) may {
		return file("rule", said, func(d *spec.Desired) { d.Schedule = officeHours(rule) })
	}
	settled := func(said string, change func(*Settled)) may {
		return memory("settled", said, func(e *Entry) { change(&e.Settled) })
	}
	facts := append(append(shownAs()[1:], failing()[:6]...), working()...)
	facts = append(facts, aura("status", "it runs", func(l *observed.Live) { l.Status = "running" }),
		rule("hands count until the next edge", spec.UntilNextEdge), rule("hands count", spec.IgnoreSchedule),
		settled("never settled", func(s *Settled) { *s = Settled{} }),
		settled("settled as running", func(s *Settled) { s.State = spec.Running }),
		settled("settled for good", func(s *Settled) { s.Until = time.Time{} }),
		settled("settled until a past edge", func(s *Settled) { s.Until = noon.Add(-time.Minute) }),
		settled("asleep for 30 days", func(s *Settled) { s.Since = noon.Add(-ResumesItself) }),
		settled("started by hand", func(s *Settled) { s.Hand = spec.Running }),
		settled("paused by hand", func(s *Settled) { s.State, s.Hand = spec.Running, spec.Paused }),
		settled("paused by hand for 30 days", func(s *Settled) { s.State, s.Hand, s.Since = spec.Running, spec.Paused, noon.Add(-ResumesItself) }),
		settled("ready for the next edge", func(s *Settled) { s.ReadyFor = noon.Add(time.Hour) }),
		file("wants", "the day has begun", func(d *spec.Desired) {
			d.Wants, d.Rule, d.Next = spec.Running, "day", spec.Edge{At: noon.Add(7 * time.Hour), State: spec.Paused, Rule: "night"}
		}),
		file("ready", "to be ready two hours before", func(d *spec.Desired) { d.Schedule.ReadyBy.Lead = 2 * time.Hour }),
		file("ready", "to be ready in time", func(d *spec.Desired) { d.Schedule.ReadyBy.Auto = true; d.Next.At = noon.Add(10 * time.Minute) }),
		file("memory", "4GB asked", func(d *spec.Desired) { d.Memory = "4GB" }),
		file("memory", "4GB and cdc asked", func(d *spec.Desired) { d.Memory, d.CDCEnrichmentMode = "4GB", "FULL" }),
		file("name", "another name asked", func(d *spec.Desired) { d.Name = "sales" }),
		file("protect", "protect", func(d *spec.Desired) { d.Protect = true }),
		file("type", "a free-db", func(d *spec.Desired) { d.Type = "free-db" }),
		file("hold", "held running", func(d *spec.Desired) {
			d.Wants, d.Hold = spec.Running, &spec.Hold{Key: "orders", State: spec.Running, Until: noon.Add(30 * time.Minute)}
		}),
		world("others", "stock wakes at the same edge", func(w *World) {
			w.Desired[1].Wants, w.Desired[1].Next = spec.Paused, w.Desired[0].Next
			w.Limit = 1
		}))
	agrees(t, "night", decisions(atNight, planTold, facts...))
}

func TestTableOfWhatLeft(t *testing.T) {
	facts := append(append(append(shownAs(), failing()...), working()...),
		memory("absence", "seen paused for long enough", func(e *Entry) {
			e.Absence = &Absence{Since: noon.Add(-99 * time.Hour), Paused: true, From: 28 * time.Hour}
		}),
		memory("absence", "seen paused for two hours", func(e *Entry) {
			e.Absence = &Absence{Since: noon.Add(-99 * time.Hour), Paused: true, From: 98 * time.Hour}
		}),
		memory("absence", "not noticed yet", func(e *Entry) { e.Absence = nil }),
		memory("protect", "it was protected", func(e *Entry) { e.Protect = true }),
		memory("protect", "it was suspended", func(e *Entry) { e.Suspend = true }),
		aura("type", "a free-db", func(l *observed.Live) { l.Type = "free-db" }),
		aura("called", "called as a block that has none", func(l *observed.Live) { l.Name = "sales" }),
		world("policy", "upsert", func(w *World) { w.Policy.Mode = spec.Upsert }),
		world("policy", "observe", func(w *World) { w.Policy.Mode = spec.Observe }),
		world("policy", "delete after 10h", func(w *World) { w.Policy.DeleteAfter = 10 * time.Hour }),
		world("policy", "delete after 90m", func(w *World) { w.Policy.DeleteAfter = 90 * time.Minute }),
		world("steady", "the file was changed just now", func(w *World) { w.Steady, w.SteadyAt = false, noon.Add(40*time.Second) }),
		world("fleet", "a fleet without a name", func(w *World) { w.Fleet = spec.DefaultFleet }),
		world("tenant", "another tenant in the file", func(w *World) { w.TenantID = "t2" }),
		world("tenant", "no tenant in the file", func(w *World) { w.TenantID = "" }),
		memory("noted", "its tenant was never noted", func(e *Entry) { e.TenantID = "" }),
		world("stated", "stated in removed", func(w *World) { w.Removed = []spec.Removed{{Key: "orders", ID: "i1"}} }),
		world("stated", "stated with another id", func(w *World) { w.Removed = []spec.Removed{{Key: "orders", ID: "i3"}} }),
		world("stated", "a stranger stated", func(w *World) {
			w.Removed = []spec.Removed{{Key: "orders", ID: "i1"}, {Key: "gone", ID: "i9"}, {Key: "other", ID: "i5"}}
			live(w, database("i5", "other"))
		}),
		world("stated", "a stranger stated that is being deleted", func(w *World) {
			w.Removed = []spec.Removed{{Key: "other", ID: "i5"}}
			l := database("i5", "other")
			l.Status = "destroying"
			live(w, l)
		}),
		world("stated", "the one of stock stated under another key", func(w *World) { w.Removed = []spec.Removed{{Key: "other", ID: "i2"}} }),
		world("stated", "a stranger stated under a key that has one", func(w *World) {
			w.Removed = []spec.Removed{{Key: "stock", ID: "i5"}}
			live(w, database("i5", "other"))
		}),
		world("block", "a block with its id", func(w *World) { w.Blocks = append(w.Blocks, spec.Instance{Key: "sales", Name: "sales", ID: "i1"}) }),
		world("block", "a block of another account with its name", func(w *World) { w.Blocks = append(w.Blocks, spec.Instance{Key: "sales", Name: "orders"}) }),
		world("block", "one that would adopt its name", func(w *World) { w.Blocks = append(w.Blocks, spec.Instance{Key: "sales", Name: "orders", Adopt: true}) }),
		world("block", "one that is cloned from its id", func(w *World) { w.Blocks[0].Source = &spec.Source{Instance: "i1"} }),
		world("block", "one that is cloned from it", func(w *World) { w.Blocks[0].Source = &spec.Source{Instance: "orders"} }),
		world("block", "a new block with its name", func(w *World) {
			d := w.Desired[0]
			d.Key, d.Name = "sales", "orders"
			w.Desired = append([]spec.Desired{d}, w.Desired...)
			w.Blocks = append(w.Blocks, d.Instance)
		}),
		world("block", "a new block with its id", func(w *World) {
			d := w.Desired[0]
			d.Key, d.Name, d.ID = "sales", "sales", "i1"
			w.Desired = append([]spec.Desired{d}, w.Desired...)
			w.Blocks = append(w.Blocks, d.Instance)
		}),
		world("clone", "stock is being cloned from it", func(w *World) {
			e := w.Ledger["stock"]
			e.Made.Source, e.Op = &spec.Source{Instance: "orders"}, &Operation{Verb: Create, StartedAt: noon}
			w.Ledger["stock"] = e
		}),
		world("clone", "stock is born of its id", func(w *World) {
			w.Ledger["stock"] = Entry{Made: Made{Source: &spec.Source{Instance: "i1"}}, Birth: &Birth{Nonce: "0badbabe", At: noon, Stage: Spooled}}
		}),
		world("clone", "stock was cloned from it and was never seen up", func(w *World) {
			e := w.Ledger["stock"]
			e.Made.Source, e.Settled = &spec.Source{Instance: "orders"}, Settled{}
			w.Ledger["stock"] = e
		}),
		world("clone", "stock was cloned from it", func(w *World) {
			e := w.Ledger["stock"]
			e.Made.Source, e.Op = &spec.Source{Instance: "orders"}, &Operation{Verb: Resize, StartedAt: noon}
			w.Ledger["stock"] = e
		}),
		world("account", "another account has it", func(w *World) { w.Account, w.Elsewhere = "eu", []string{"orders"} }),
		world("live", "not live", func(w *World) { w.Observed = w.Observed.Without("i1") }),
		world("late", "what a create given up made showed up", func(w *World) {
			e := w.Ledger["orders"]
			e.Tombstones = append(e.Tombstones, Tombstone{Nonce: "dead0002"})
			w.Ledger["orders"] = e
			live(w, database("i8", "orders~dead0002"))
		}))
	agrees(t, "left", decisions(leftOut, planTold, facts...))
}
