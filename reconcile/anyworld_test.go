package reconcile_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// Worlds as they may be, legal or not: half-made creates, foreign instances of our names, lost
// state, statuses nobody has heard of. The one thing that holds is that a live instance has at
// most one owner.

var (
	anyKeys     = []string{"a", "b", "c", "d", "e"}
	anyStatuses = []string{"running", "paused", "pausing", "resuming", "creating", "updating", "destroying", "loading failed", "", "meditating"}
	anyTypes    = []string{"professional-db", "business-critical", "free-db"}
	anyMemory   = []string{"1GB", "2GB", "4GB"}
	anyNonces   = []string{"bad00001", "bad00002", "bad00003", "dead0001", "dead0002", "dead0003", "ffffffff"}
)

func pick[T any](t *rapid.T, what string, from []T) T {
	return rapid.SampledFrom(from).Draw(t, what)
}

func chance(t *rapid.T, what string) bool { return rapid.Bool().Draw(t, what) }

// rarely is true once in eight times.
func rarely(t *rapid.T, what string) bool { return rapid.IntRange(0, 7).Draw(t, what) == 7 }

// around is an instant within two hours of noon, to the minute, so that instants coincide.
func around(t *rapid.T, what string) time.Time {
	return at("12:00:00").Add(time.Duration(rapid.IntRange(-120, 120).Draw(t, what)) * time.Minute)
}

func anyWorld(t *rapid.T) reconcile.World {
	w := reconcile.World{Now: at("12:00:00"), Lived: 2 * time.Hour, Steady: !rarely(t, "just read"), Policy: anyPolicy(t), Fleet: "fleet", Ledger: reconcile.Ledger{}, Observed: observed.Fleet{ListedAt: around(t, "listed")}}
	if rarely(t, "never listed") {
		w.Observed.ListedAt = time.Time{}
	}
	free := rapid.Permutation([]string{"i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8"}).Draw(t, "ids")
	for i, key := range anyKeys {
		if chance(t, "remembered") {
			var id string
			id, free = free[0], free[1:]
			w.Ledger[key] = anyEntry(t, i, id)
		}
		if !rarely(t, "not in the file") {
			w.Desired = append(w.Desired, anyDesired(t, key))
		} else if e, ok := w.Ledger[key]; ok && !rarely(t, "not noticed yet") {
			e.Absence = &reconcile.Absence{Since: around(t, "removed"), Paused: chance(t, "seen paused"), From: time.Duration(rapid.IntRange(0, 120).Draw(t, "from")) * time.Minute}
			w.Ledger[key] = e
		}
	}
	if rarely(t, "no name") {
		w.Fleet = spec.DefaultFleet
	}
	for _, d := range w.Desired {
		w.Blocks = append(w.Blocks, d.Instance)
	}
	for key, e := range w.Ledger {
		if _, listed := wants(w, key); !listed && rarely(t, "stated") {
			w.Removed = append(w.Removed, spec.Removed{Key: key, ID: pick(t, "removed id", []string{e.ID, "i8"})})
		}
	}
	for i := 1; i <= 8; i++ {
		if chance(t, "live") {
			w.Observed.Instances = append(w.Observed.Instances, anyLive(t, fmt.Sprintf("i%d", i)))
		}
	}
	return w
}

func anyName(t *rapid.T) string {
	name := pick(t, "name", anyKeys)
	if rarely(t, "marked") {
		name = reconcile.MarkedName(name, pick(t, "nonce", anyNonces))
	}
	return name
}

func anyLive(t *rapid.T, id string) observed.Live {
	l := observed.Live{ID: id, Name: anyName(t), Type: pick(t, "type", anyTypes), CloudProvider: "gcp", Region: "europe-west1",
		Status: pick(t, "status", anyStatuses), Memory: pick(t, "memory", anyMemory), SeenAt: around(t, "seen")}
	if rarely(t, "left out") {
		l.Memory, l.Type = "", ""
	}
	return l
}

func anyDesired(t *rapid.T, key string) spec.Desired {
	d := spec.Desired{Wants: pick(t, "wants", []spec.State{spec.Running, spec.Paused}), Rule: "a rule", Instance: spec.Instance{
		Key: key, Name: key, Type: pick(t, "type", anyTypes), CloudProvider: "gcp", Region: "europe-west1", Memory: pick(t, "memory", anyMemory)}}
	d.Protect, d.Suspend, d.Adopt = rarely(t, "protect"), rarely(t, "suspend"), rarely(t, "adopt")
	if rarely(t, "id") {
		d.ID = fmt.Sprintf("i%d", rapid.IntRange(1, 8).Draw(t, "id"))
	}
	if rarely(t, "renamed") {
		d.Name = pick(t, "name", anyKeys)
	}
	if chance(t, "cdc") {
		d.CDCEnrichmentMode = pick(t, "mode", []string{"OFF", "DIFF", "FULL"})
	}
	if chance(t, "scheduled") {
		d.Schedule = &spec.Schedule{Name: "s", ManualChanges: pick(t, "manual", []spec.ManualChanges{spec.EnforceSchedule, spec.UntilNextEdge, spec.IgnoreSchedule})}
		d.Schedule.ReadyBy.Auto = chance(t, "ready")
		d.Next = spec.Edge{At: upcoming(around(t, "edge")), State: spec.Running, Rule: "another rule"}
		if d.Wants == spec.Running {
			d.Next.State = spec.Paused
		}
	}
	return d
}

// upcoming is an instant after noon: the next edge is never in the past.
func upcoming(t time.Time) time.Time {
	if !t.After(at("12:00:00")) {
		return t.Add(2*time.Hour + time.Minute)
	}
	return t
}

// anyEntry is what is remembered of key number n. Nonces are its own: they are random.
func anyEntry(t *rapid.T, n int, id string) reconcile.Entry {
	e := reconcile.Entry{ID: id, Protect: rarely(t, "protected")}
	if chance(t, "settled") {
		e.Settled = reconcile.Settled{State: pick(t, "state", []spec.State{spec.Running, spec.Paused}), Since: around(t, "since"), Until: around(t, "until")}
	}
	if rarely(t, "tombstone") {
		e.Tombstones = []reconcile.Tombstone{{Nonce: fmt.Sprintf("dead000%d", n+1)}}
	}
	if rarely(t, "operation") {
		e.Op = &reconcile.Operation{Verb: pick(t, "verb", []reconcile.Verb{reconcile.Create, reconcile.Pause, reconcile.Resume, reconcile.Resize, reconcile.Delete}),
			From: pick(t, "from", anyStatuses), StartedAt: around(t, "started")}
	}
	if rarely(t, "failure") {
		e.Failure = &reconcile.Failure{Verb: pick(t, "verb", []reconcile.Verb{reconcile.Pause, reconcile.Resume, reconcile.Delete}),
			Kind: pick(t, "kind", []reconcile.FailureKind{reconcile.FailureLater, reconcile.FailurePerson}), Message: "no", Count: 1, RetryAt: around(t, "retry")}
	}
	if rarely(t, "birth") {
		e.Birth = &reconcile.Birth{Nonce: fmt.Sprintf("bad0000%d", n+1), At: around(t, "intent"), Grace: 10 * time.Minute,
			Stage: pick(t, "stage", []reconcile.Stage{reconcile.Intended, reconcile.Spooled, reconcile.Stored})}
		if e.Birth.Stage != reconcile.Stored {
			e.ID = ""
		}
		if e.Birth.Stage != reconcile.Intended {
			e.Birth.InstanceID = id
		}
	}
	return e
}

func anyPolicy(t *rapid.T) spec.Policy {
	return spec.Policy{Mode: pick(t, "mode", []spec.Mode{spec.Observe, spec.Upsert, spec.Sync, spec.Sync}),
		MaxDeletes: rapid.IntRange(0, 5).Draw(t, "max_deletes"), DeleteAfter: time.Duration(rapid.IntRange(0, 60).Draw(t, "delete_after")) * time.Minute,
		OnLostCredentials: pick(t, "lost", []spec.OnLost{spec.ReportLost, spec.RecreateLost})}
}
