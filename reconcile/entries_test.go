package reconcile

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// What happens to what is remembered of a key: each thing that can happen, to each entry.

type was = fact[Entry]

func entryFacts() []was {
	mem := func(topic, said string, change func(*Entry)) was { return was{topic, said, change} }
	birth := func(said string, b Birth) was {
		b.Nonce, b.Grace = "0badcafe", 10*time.Minute
		if b.At.IsZero() {
			b.At = noon.Add(-5 * time.Minute)
		}
		return mem("birth", said, func(e *Entry) {
			own := b
			e.Birth = &own
			e.Made = Made{Version: "5"}
			if b.Stage == Spooled {
				e.Credential = CredentialSpooled
			}
		})
	}
	op := func(said string, o Operation) was {
		if o.StartedAt.IsZero() {
			o.StartedAt = noon.Add(-time.Minute)
		}
		return mem("op", said, func(e *Entry) { own := o; e.Op = &own })
	}
	failed := func(said string, all ...Failure) was {
		return mem("failure", said, func(e *Entry) {
			for i := range all {
				f := all[i]
				f.Message, f.At, f.RetryAt, f.Earlier = "no", noon.Add(-time.Minute), noon.Add(time.Minute), e.Failure
				e.Failure = &f
			}
		})
	}
	grow := []Change{{"memory", "2GB", "4GB"}}
	more := []Change{{"memory", "2GB", "8GB"}}
	later := noon.Add(time.Minute)
	return []was{
		mem("id", "it has i1", func(e *Entry) { e.ID, e.TenantID, e.Credential = "i1", "t1", CredentialStored }),
		birth("asked", Birth{Stage: Intended}),
		birth("asked at this instant", Birth{Stage: Intended, At: noon}),
		birth("asked, in the future", Birth{Stage: Intended, At: noon.Add(time.Hour)}),
		birth("asked, and failed", Birth{Stage: Intended, Failed: "cut", InstanceID: "i6"}),
		birth("the answer is awaited", Birth{Stage: Intended, underWay: true}),
		birth("spooled", Birth{Stage: Spooled, InstanceID: "i6"}),
		birth("spooled in vain twice", Birth{Stage: Spooled, InstanceID: "i6", Failed: "store down", Tries: 2, RetryAt: later}),
		birth("spooled, again in an hour", Birth{Stage: Spooled, InstanceID: "i6", Failed: "store down", Tries: 2, RetryAt: noon.Add(time.Hour)}),
		birth("spooled, id not read", Birth{Stage: Spooled, Unread: UnreadID}),
		birth("spooled, password not read", Birth{Stage: Spooled, Unread: UnreadPassword, InstanceID: "i6", Failed: "odd", Tries: 1, RetryAt: later}),
		birth("spooled, nothing read", Birth{Stage: Spooled, Unread: UnreadAll}),
		birth("stored", Birth{Stage: Stored, InstanceID: "i6", RetryAt: later, Failed: "no name"}),
		op("create begun just now", Operation{Verb: Create, From: "creating", StartedAt: noon.Add(-59 * time.Second)}),
		op("create under way", Operation{Verb: Create, From: "creating"}),
		op("pause under way", Operation{Verb: Pause, From: "running", Looks: 1, LookedAt: noon.Add(-9 * time.Second)}),
		op("pause begun just now", Operation{Verb: Pause, From: "running", StartedAt: noon.Add(-29 * time.Second)}),
		op("pause begun in the future", Operation{Verb: Pause, From: "running", StartedAt: noon.Add(time.Hour), LookedAt: noon.Add(2 * time.Hour)}),
		op("pause looked at in the future", Operation{Verb: Pause, From: "running", LookedAt: noon.Add(2 * time.Hour)}),
		op("resume under way", Operation{Verb: Resume, From: "paused"}),
		op("growth under way", Operation{Verb: Resize, From: "running", Changes: grow}),
		op("growth seen under way", Operation{Verb: Resize, From: "running", Changes: grow, Left: true, StartedAt: noon.Add(-9 * time.Second)}),
		op("growth begun just now", Operation{Verb: Resize, From: "running", Changes: grow, StartedAt: noon.Add(-9 * time.Second)}),
		op("upgrade under way", Operation{Verb: Upgrade, From: "running", Changes: []Change{{"type", "professional-db", "business-critical"}}}),
		op("delete under way", Operation{Verb: Delete, From: "running"}),
		failed("a pause failed", Failure{Verb: Pause, Kind: FailureLater, Count: 3}),
		failed("a resume failed", Failure{Verb: Resume, Kind: FailureLater, Count: 1}),
		failed("its growth failed", Failure{Verb: Resize, Changes: grow, Kind: FailureLater, Count: 20}),
		failed("another growth failed", Failure{Verb: Resize, Changes: more, Kind: FailureStore, Count: 2}),
		failed("its growth was refused, then a pause failed", Failure{Verb: Resize, Changes: grow, Kind: FailurePerson, Count: 1}, Failure{Verb: Pause, Kind: FailureLater, Count: 1}),
		failed("a pause was refused, then its growth was", Failure{Verb: Pause, Kind: FailurePerson, Count: 1}, Failure{Verb: Resize, Changes: grow, Kind: FailurePerson, Count: 1}),
		failed("its growth was not done", Failure{Verb: Resize, Changes: grow, Kind: FailureUndone, Count: 1, Undone: 1}),
		failed("its growth was not done twice, then a pause was not", Failure{Verb: Resize, Changes: grow, Kind: FailureUndone, Count: 2, Undone: 2}, Failure{Verb: Pause, Kind: FailureUndone, Count: 1, Undone: 1}),
		failed("a rename was not done", Failure{Verb: Rename, Changes: []Change{{"name", "a", "orders"}}, Kind: FailureUndone, Count: 1, Undone: 1}),
		mem("future", "a failure from the future", func(e *Entry) {
			e.Failure = &Failure{Verb: Pause, Kind: FailureLater, Count: 1, At: noon.Add(time.Hour), RetryAt: noon.Add(2 * time.Hour),
				Earlier: &Failure{Verb: Resize, Kind: FailureLater, Count: 1, At: noon.Add(time.Minute), RetryAt: noon.Add(3 * time.Minute)}}
		}),
		mem("future", "an earlier failure from the future", func(e *Entry) {
			e.Failure = &Failure{Verb: Pause, Kind: FailureLater, Count: 1, At: noon, RetryAt: noon.Add(2 * time.Hour),
				Earlier: &Failure{Verb: Resize, Kind: FailureLater, Count: 1, At: noon.Add(time.Minute), RetryAt: noon.Add(3 * time.Minute)}}
		}),
		mem("tombstone", "a create was refused", func(e *Entry) {
			e.Tombstones = []Tombstone{{Nonce: "dead0001", Since: noon.Add(-time.Hour)}, {Nonce: "dead0002", Since: noon.Add(-time.Minute), Grace: 10 * time.Minute}}
		}),
		mem("tombstone", "a create was refused in the future", func(e *Entry) { e.Tombstones = []Tombstone{{Nonce: "dead0001", Since: noon.Add(time.Hour)}} }),
		mem("tombstone", "a hundred creates were refused", func(e *Entry) {
			for i := range mostTombstones {
				e.Tombstones = append(e.Tombstones, Tombstone{Nonce: fmt.Sprintf("%08x", i)})
			}
		}),
		mem("shown", "a list showed the lost one", func(e *Entry) { e.Shown = Shown{"0badcafe", "i6"} }),
		mem("shown", "a list showed a refused one", func(e *Entry) { e.Shown = Shown{"dead0001", "i8"} }),
		mem("missing", "a list lacks it", func(e *Entry) {
			e.Missing = &Missing{ID: e.ID, Since: noon.Add(-2 * time.Minute), At: noon.Add(-time.Minute), Lists: 1, Others: true}
		}),
		mem("missing", "an empty list lacks it", func(e *Entry) {
			e.Missing = &Missing{ID: e.ID, Since: noon.Add(-2 * time.Minute), At: noon.Add(-29 * time.Second), Lists: 1}
		}),
		mem("missing", "an older list lacks it", func(e *Entry) {
			e.Missing = &Missing{ID: e.ID, Since: noon.Add(-2 * time.Minute), At: noon.Add(-30 * time.Second), Lists: 1, Others: true}
		}),
		mem("missing", "it is gone", func(e *Entry) {
			e.Missing = &Missing{ID: e.ID, Since: noon.Add(time.Minute), At: noon.Add(-time.Minute), Lists: 2, Others: true, Denied: true}
		}),
		mem("missing", "another one is missing", func(e *Entry) { e.Missing = &Missing{ID: "i0", Since: noon, At: noon.Add(time.Minute), Lists: 1} }),
		mem("claim", "a claim", func(e *Entry) { e.Claim = "c1a1c1a1" }),
		mem("requested", "a name was accepted", func(e *Entry) { e.Requested.Name = "orders" }),
		mem("settled", "settled running", func(e *Entry) {
			e.Settled = Settled{State: spec.Running, Since: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour)}
		}),
		mem("settled", "settled paused", func(e *Entry) { e.Settled = Settled{State: spec.Paused, Since: noon.Add(-40 * 24 * time.Hour)} }),
		mem("settled", "settled paused lately", func(e *Entry) {
			e.Settled = Settled{State: spec.Paused, Since: noon.Add(-ResumesItself + time.Hour + 1)}
		}),
		mem("settled", "started by hand", func(e *Entry) {
			e.Settled = Settled{State: spec.Paused, Hand: spec.Running, Since: noon.Add(-time.Hour)}
		}),
		mem("settled", "paused by hand", func(e *Entry) {
			e.Settled = Settled{State: spec.Running, Hand: spec.Paused, Since: noon.Add(-time.Hour)}
		}),
		mem("settled", "paused by hand long ago", func(e *Entry) {
			e.Settled = Settled{State: spec.Running, Hand: spec.Paused, Since: noon.Add(-40 * 24 * time.Hour)}
		}),
		mem("size", "its size was seen", func(e *Entry) { e.Memory, e.Storage = "2GB", "4GB" }),
		mem("former", "it was stored under old", func(e *Entry) { e.StoredUnder, e.Former = "old", "i0" }),
	}
}

func steps() map[string]Step {
	grow := []Change{{"memory", "2GB", "4GB"}}
	return map[string]Step{
		"pause": {Verb: Pause, Cause: CauseSchedule, Due: noon}, "resume": {Verb: Resume, Cause: CauseReadyBy, Due: noon.Add(time.Hour)},
		"resume what a hand paused": {Verb: Resume, Cause: CauseManual},
		"growth":                    {Verb: Resize, Changes: grow, Due: noon},
		"rename":                    {Verb: Rename, Changes: []Change{{"name", "a", "orders"}}},
		"settings": {Verb: Update, Changes: []Change{{"cdc_enrichment_mode", "OFF", "FULL"}, {"secondaries_count", "0", "2"},
			{"vector_optimized", "", "true"}, {"graph_analytics_plugin", "", "false"}}},
	}
}

// happenings are all that can happen, by name.
func happenings() map[string]func(Entry) Entry {
	can := map[string]func(Entry) Entry{
		"claiming":            func(e Entry) Entry { return e.Claiming("c0c0c0c0") },
		"under way":           Entry.UnderWay,
		"answered":            Entry.Answered,
		"unsent":              Entry.Unsent,
		"refused, documented": func(e Entry) Entry { return e.Refused(true, noon) },
		"refused":             func(e Entry) Entry { return e.Refused(false, noon) },
		"unanswered":          func(e Entry) Entry { return e.Unanswered("timeout") },
		"spooled":             Entry.Spooled,
		"unreadable":          func(e Entry) Entry { return e.Unreadable(UnreadPassword, "i9") },
		"not stored":          func(e Entry) Entry { return e.NotStored("i9", "sealed", noon.Add(time.Minute)) },
		"stored":              func(e Entry) Entry { return e.Stored(database("i9", "orders~0badcafe")) },
		"cut":                 Entry.Cut,
		"discarded":           Entry.Discarded,
		"not named":           func(e Entry) Entry { return e.NotNamed("taken", noon.Add(time.Minute)) },
		"named":               Entry.Named,
		"born gone":           Entry.BornGone,
		"deposited":           Entry.Deposited,
		"sighted":             func(e Entry) Entry { return e.Sighted(Shown{"n", "i9"}) },
		"being deleted":       func(e Entry) Entry { return e.BeingDeleted("i9") },
		"buried":              Entry.Buried,
		"tried again":         Entry.TriedAgain,
		"i6 gone":             func(e Entry) Entry { return e.Gone("i6", noon) },
		"i1 gone":             func(e Entry) Entry { return e.Gone("i1", noon) },
		"a list lacks it":     func(e Entry) Entry { return e.Unlisted(true, noon) },
		"an empty list":       func(e Entry) Entry { return e.Unlisted(false, noon) },
		"denied":              func(e Entry) Entry { return e.NotFound(true, noon) },
		"a 404":               func(e Entry) Entry { return e.NotFound(false, noon) },
		"present":             Entry.Present,
		"vacated":             Entry.Vacated,
		"i1 adopted":          func(e Entry) Entry { return e.Adopted(database("i1", "orders")) },
		"i9 adopted":          func(e Entry) Entry { return e.Adopted(database("i9", "orders")) },
		"clock set back":      func(e Entry) Entry { return e.NotAfter(noon) },
		"clock set":           func(e Entry) Entry { e, _ = e.Shifted(time.Hour); return e },
		"rehomed":             func(e Entry) Entry { return e.Rehomed(Step{Verb: Move}) },
		"conceived": func(e Entry) Entry {
			yes := true
			return e.Conceived("0badbabe", spec.Instance{Version: "5", Source: &spec.Source{Instance: "stock"}, VectorOptimized: &yes, GraphAnalyticsPlugin: &yes, CDCEnrichmentMode: "FULL"}, time.Minute, noon)
		},
	}
	kinds := map[string][]FailureKind{"growth": {FailureLater, FailurePerson, FailureStore, FailureUndone}, "pause": {FailureLater}}
	for name, s := range steps() {
		can["sending "+name] = func(e Entry) Entry { return e.Sending(s) }
		can["accepted "+name] = func(e Entry) Entry { return e.Accepted(s, database("i1", "orders"), noon) }
		for _, kind := range kinds[name] {
			can["failed "+name+" "+string(kind)] = func(e Entry) Entry { return e.Failed(s, kind, "why", 0, noon) }
		}
	}
	can["failed growth, 20 minutes asked"] = func(e Entry) Entry { return e.Failed(steps()["growth"], FailureLater, "why", 20*time.Minute, noon) }
	maps.Copy(can, sights())
	return can
}

// sights are looks, and what they are settled as under several desires.
func sights() map[string]func(Entry) Entry {
	can := map[string]func(Entry) Entry{}
	for _, status := range []string{"running", "paused", "pausing", "loading failed", ""} {
		l := database("i1", "orders")
		l.Status = status
		can["seen as "+status] = func(e Entry) Entry { e, _, _ = e.Seen(l, noon); return e }
		l.Memory, l.Type = "4GB", "business-critical"
		can["seen as big and "+status] = func(e Entry) Entry { e, _, _ = e.Seen(l, noon); return e }
		l.Memory = ""
		can["seen without its size, "+status] = func(e Entry) Entry { e, _, _ = e.Seen(l, noon); return e }
		for _, rule := range []spec.ManualChanges{spec.EnforceSchedule, spec.IgnoreSchedule, ""} {
			for _, want := range []spec.State{spec.Running, spec.Paused} {
				d := spec.Desired{Wants: want, Next: spec.Edge{At: noon.Add(3 * time.Hour)}}
				if rule != "" {
					d.Schedule = officeHours(rule)
				}
				can[fmt.Sprintf("settle, rule %q, wants %s, is %q", rule, want, status)] = func(e Entry) Entry { return e.Settle(d, l, noon) }
				d.Hold = &spec.Hold{}
				can[fmt.Sprintf("settle, rule %q, held %s, is %q", rule, want, status)] = func(e Entry) Entry { return e.Settle(d, l, noon) }
			}
		}
	}
	return can
}

// fields are those of an entry that have a value, as JSON.
func fields(e Entry) map[string]string {
	raw, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	parts, all := map[string]json.RawMessage{}, map[string]string{}
	if err := json.Unmarshal(raw, &parts); err != nil {
		panic(err)
	}
	for name, value := range parts {
		all[name] = string(value)
	}
	if len(e.Tombstones) > 3 {
		all["tombstones"] = fmt.Sprint(len(e.Tombstones), e.Tombstones[0], e.Tombstones[len(e.Tombstones)-1])
	}
	if e.AnswerAwaited() {
		all["awaited"] = "yes"
	}
	return all
}

// becomes is what differs after something happened to an entry, and that the one before is as it was.
func becomes(e Entry, happens func(Entry) Entry) string {
	before := fields(e)
	after := fields(happens(e))
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if after[name] != before[name] {
			lines = append(lines, name+" is "+clock(after[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if after[name] == "" {
			lines = append(lines, name+" is no more")
		}
	}
	if !maps.Equal(before, fields(e)) {
		lines = append(lines, "THE ENTRY ITSELF WAS WRITTEN TO")
	}
	if len(lines) == 0 {
		return "no change"
	}
	return strings.Join(lines, "\n")
}

func clock(text string) string { return strings.ReplaceAll(text, "2026-11-25T", "") }

func TestTableOfEntries(t *testing.T) {
	can := happenings()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(can)) {
		becomes := func(e Entry) string { return becomes(e, can[name]) }
		fmt.Fprintf(&b, "== %s\n%s", name, each(func() Entry { return Entry{Name: "orders"} }, becomes, entryFacts()...))
		fmt.Fprintf(&b, "== %s, with i1\n%s\n", name, each(func() Entry { return Entry{Name: "orders", ID: "i1", TenantID: "t1"} }, becomes, entryFacts()[1:]...))
	}
	agrees(t, "entries", b.String())
}

// What is read from an entry, with and without a list.
func TestTableOfWhatIsKnown(t *testing.T) {
	var b strings.Builder
	seen := map[string]observed.Fleet{
		"1 no list": {}, "2 a list": {ListedAt: noon, Instances: []observed.Live{database("i1", "orders")}},
		"3 a list from before":     {ListedAt: noon.Add(-time.Hour)},
		"4 a list with its mark":   {ListedAt: noon, Instances: []observed.Live{database("i6", "orders~0badcafe")}},
		"5 a list with a refused":  {ListedAt: noon, Instances: []observed.Live{database("i8", "orders~dead0001")}},
		"6 an entry without an id": {ListedAt: noon.Add(30 * time.Minute), Unreadable: []string{"", "x"}},
		"7 its mark without an id": {ListedAt: noon.Add(30 * time.Minute), Unreadable: []string{"orders~0badcafe"}},
	}
	now := noon.Add(30 * time.Minute)
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		obs := seen[name]
		known := func(e Entry) string {
			c, r := e.CredentialOf("orders", obs, now), e.Recover(obs, now)
			w := World{Now: now, Observed: obs, Ledger: Ledger{"orders": e}}
			return fmt.Sprintf("credential %s/%s: %s\nnext %s %s until %s\nshown %v, sightings %v, owns %t, has %q, nonces %.30q, tries %d, undone %d", c.State, c.InstanceID, c.Note,
				r.Next, r.InstanceID, told(r.Until), e.shown(obs, now), w.Sightings(), e.Owns(), e.Has(), e.Nonces(), e.FailedTries(), e.Undone(steps()["growth"]))
		}
		var facts []was
		for _, f := range entryFacts() {
			if slices.Contains([]string{"id", "birth", "tombstone", "shown", "missing", "claim"}, f.topic) {
				facts = append(facts, f)
			}
		}
		fmt.Fprintf(&b, "== %s\n%s\n", name[2:], decisions(func() Entry { return Entry{Name: "orders"} }, known, facts...))
	}
	agrees(t, "known", b.String())
}

// How long an operation took, when it is done, is underway or vanished.
func TestTableOfSights(t *testing.T) {
	var b strings.Builder
	for _, status := range []string{"running", "paused", "pausing", "destroying", "loading failed", ""} {
		l := database("i1", "orders")
		l.Status = status
		for _, size := range []string{"2GB", "4GB", ""} {
			l.Memory = size
			fmt.Fprintf(&b, "== %s %s\n", status, size)
			for _, f := range entryFacts() {
				if f.topic != "op" {
					continue
				}
				e := Entry{ID: "i1"}
				f.make(&e)
				op := *e.Op
				_, took, verdict := e.Seen(l, noon)
				ahead, ends := op.ahead(l, "?")
				fmt.Fprintf(&b, "%s: %s after %s; shows %t, %s; ahead %s %s %s\n", f.said, verdict, took, op.shows(l), op.asked(l), ends, ahead.Memory, ahead.Type)
			}
		}
	}
	agrees(t, "sights", b.String())
}
