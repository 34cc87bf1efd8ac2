package reconcile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// scene is a world with one instance, a, that is as its file says: noon, running, owned as i1.
// A case changes what it is about.
type scene struct {
	reconcile.World
	want *spec.Desired
	mem  reconcile.Entry // what the ledger knows of a
	live *observed.Live  // nil: a is not live
	more []observed.Live
}

func newScene() *scene {
	s := &scene{World: reconcile.World{Now: at("12:00:00"), Ledger: reconcile.Ledger{}}}
	s.want = &spec.Desired{Wants: spec.Running, Rule: "no schedule: always running", Instance: spec.Instance{
		Key: "a", Name: "a", Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Version: "5", Memory: "2GB"}}
	s.mem = reconcile.Entry{ID: "i1", Made: reconcile.Made{Version: "5"},
		Settled: reconcile.Settled{State: spec.Running, Since: at("08:00:00")}}
	s.live = &observed.Live{ID: "i1", Name: "a", Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1",
		Status: "running", Memory: "2GB", Storage: "4GB", SeenAt: at("11:59:00")}
	s.Observed.ListedAt = at("11:59:30")
	return s
}

// world puts the scene together.
func (s *scene) world() reconcile.World {
	w := s.World
	if s.want != nil {
		w.Desired = append(w.Desired, *s.want)
	}
	if s.live != nil {
		w.Observed.Instances = append(w.Observed.Instances, *s.live)
	}
	w.Observed.Instances = append(w.Observed.Instances, s.more...)
	w.Observed.Sort()
	w.Ledger["a"] = s.mem
	return w
}

// The pieces that cases are made of.

func (s *scene) unowned() *scene { s.mem = reconcile.Entry{}; return s }
func (s *scene) absent() *scene  { s.live = nil; return s }

// held is a person's word.
var held = &spec.Hold{Key: "a", State: spec.Paused, Until: time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC), By: "ann", Reason: "release tonight"}

// sleeps makes a paused by its schedule, settled until the morning.
func (s *scene) sleeps() *scene {
	s.want.Wants, s.want.Rule = spec.Paused, "schedule office-hours: outside Mon-Fri 07:00-19:00"
	s.want.Schedule = &spec.Schedule{Name: "office-hours", ManualChanges: spec.UntilNextEdge}
	s.want.Next = spec.Edge{At: at("23:00:00"), State: spec.Running, Rule: "schedule office-hours: inside Mon-Fri 07:00-19:00"}
	s.live.Status = "paused"
	s.mem.Settled = reconcile.Settled{State: spec.Paused, Since: at("08:00:00"), Until: at("23:00:00")}
	return s
}

// failed makes the ledger remember that a step failed a moment ago.
func (s *scene) failed(v reconcile.Verb, kind reconcile.FailureKind, changes ...reconcile.Change) *scene {
	s.mem = s.mem.Failed(reconcile.Step{Key: "a", Verb: v, Changes: changes}, kind, "no", 0, at("11:59:59"))
	return s
}

// born puts a create under way that began at noon less five minutes.
func (s *scene) born(stage reconcile.Stage) *scene {
	s.mem = reconcile.Entry{Birth: &reconcile.Birth{Nonce: "0badcafe", At: at("11:55:00"), Grace: 10 * time.Minute, Stage: stage}}
	s.live.Name, s.live.Status = "a~0badcafe", "creating"
	return s
}

// states takes the block out of the file, and says under `removed` that the instance may go.
func (s *scene) states(id string) *scene {
	s.want, s.Removed = nil, []spec.Removed{{Key: "a", ID: id}}
	s.Policy, s.Steady, s.Fleet = spec.Policy{Mode: spec.Sync}, true, "fleet"
	return s
}

// removed takes the block out of the file.
func (s *scene) removed() *scene {
	s.want = nil
	s.Policy, s.Steady, s.Fleet = spec.Policy{Mode: spec.Sync, DeleteAfter: time.Hour}, true, "fleet"
	s.mem.Absence, s.Lived = &reconcile.Absence{Since: at("11:00:00"), Paused: true}, time.Hour
	return s
}

func ptr[T any](v T) *T { return &v }

var grow = reconcile.Change{Field: "memory", Old: "2GB", New: "4GB"}

func stray(id, name, status string) observed.Live {
	return observed.Live{ID: id, Name: name, Type: "professional-db", CloudProvider: "gcp", Region: "europe-west1", Status: status, Memory: "2GB", SeenAt: at("11:59:00")}
}

// TestDiff is the list of what aurad can meet and what it plans. A plan is written one step a
// line: phase, verb, key, (cause), changes; see brief.
func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*scene)
		want string
	}{
		{"as the file says", func(s *scene) {}, ""},

		// What differs and can be changed.
		{"name", func(s *scene) { s.want.Name = "Orders" }, "0 rename a (drift) name a>Orders"},
		{"memory", func(s *scene) { s.want.Memory = "4GB" }, "0 resize a (drift) memory 2GB>4GB"},
		{"storage", func(s *scene) { s.want.Storage = "8GB" }, "0 resize a (drift) storage 4GB>8GB"},
		{"storage not asked for", func(s *scene) { s.live.Storage = "64GB" }, ""},
		{"memory and storage in one request", func(s *scene) { s.want.Memory, s.want.Storage = "4GB", "8GB" }, "0 resize a (drift) memory 2GB>4GB storage 4GB>8GB"},
		{"memory left out of the reply", func(s *scene) { s.live.Memory = ""; s.mem.Memory = "2GB" }, ""},
		{"memory left out, last seen otherwise", func(s *scene) { s.live.Memory = ""; s.mem.Memory = "8GB" }, "0 resize a (drift) memory 8GB>2GB"},
		{"vector on", func(s *scene) { s.want.VectorOptimized = ptr(true) }, "0 update a (drift) vector_optimized >true"},
		{"vector off", func(s *scene) { s.want.VectorOptimized, s.live.VectorOptimized = ptr(false), ptr(true) }, "0 update a (drift) vector_optimized true>false"},
		{"vector asked for before, never shown", func(s *scene) { s.want.VectorOptimized, s.mem.Requested.VectorOptimized = ptr(true), ptr(true) }, ""},
		{"plugin and vector in one request", func(s *scene) { s.want.VectorOptimized, s.want.GraphAnalyticsPlugin = ptr(true), ptr(true) },
			"0 update a (drift) vector_optimized >true graph_analytics_plugin >true"},
		{"cdc", func(s *scene) { s.want.CDCEnrichmentMode = "DIFF" }, "0 update a (drift) cdc_enrichment_mode OFF>DIFF"},
		{"cdc null counts as last requested", func(s *scene) { s.want.CDCEnrichmentMode, s.mem.Requested.CDCEnrichmentMode = "DIFF", "DIFF" }, ""},
		{"cdc shown beats last requested", func(s *scene) {
			s.want.CDCEnrichmentMode, s.mem.Requested.CDCEnrichmentMode, s.live.CDCEnrichmentMode = "DIFF", "DIFF", "OFF"
		}, "0 update a (drift) cdc_enrichment_mode OFF>DIFF"},
		{"cdc off by default", func(s *scene) { s.want.CDCEnrichmentMode = "OFF" }, ""},
		{"cdc not asked for", func(s *scene) { s.live.CDCEnrichmentMode = "FULL" }, ""},
		{"secondaries", func(s *scene) { s.want.SecondariesCount = ptr(2) }, "0 update a (drift) secondaries_count 0>2"},
		{"secondaries to none", func(s *scene) { s.want.SecondariesCount, s.live.SecondariesCount = ptr(0), ptr(2) }, "0 update a (drift) secondaries_count 2>0"},
		{"secondaries left out count as last requested", func(s *scene) { s.want.SecondariesCount, s.mem.Requested.SecondariesCount = ptr(2), ptr(2) }, ""},
		{"secondaries not asked for", func(s *scene) { s.live.SecondariesCount = ptr(3) }, ""},
		{"cdc before secondaries, each alone", func(s *scene) { s.want.CDCEnrichmentMode, s.want.SecondariesCount = "FULL", ptr(1) },
			"0 update a (drift) cdc_enrichment_mode OFF>FULL\n1 update a (drift) secondaries_count 0>1"},
		{"upgrade", func(s *scene) { s.want.Type = "business-critical" }, "0 upgrade a (drift) type professional-db>business-critical"},
		{"upgrade of 1GB grows first", func(s *scene) { s.want.Type, s.live.Memory = "business-critical", "1GB" },
			"0 resize a (drift) memory 1GB>2GB\n1 upgrade a (drift) type professional-db>business-critical"},
		{"everything, in the order Aura takes it", func(s *scene) {
			s.want.Name, s.want.Type, s.want.Memory, s.want.VectorOptimized, s.want.CDCEnrichmentMode, s.want.SecondariesCount = "A", "business-critical", "4GB", ptr(true), "DIFF", ptr(1)
		}, `0 rename a (drift) name a>A
1 upgrade a (drift) type professional-db>business-critical
2 resize a (drift) memory 2GB>4GB
3 update a (drift) vector_optimized >true
4 update a (drift) cdc_enrichment_mode OFF>DIFF
5 update a (drift) secondaries_count 0>1`},

		// What can't be changed: said, never replaced.
		{"region", func(s *scene) { s.want.Region = "us-east1" }, "blocked a (immutable) region europe-west1>us-east1"},
		{"cloud", func(s *scene) { s.want.CloudProvider = "aws" }, "blocked a (immutable) cloud_provider gcp>aws"},
		{"type, downwards", func(s *scene) { s.live.Type = "business-critical" }, "blocked a (immutable) type business-critical>professional-db"},
		{"version", func(s *scene) { s.want.Version = "4" }, "blocked a (immutable) version 5>4"},
		{"version of an adopted one is unknown", func(s *scene) { s.want.Version, s.mem.Made = "4", reconcile.Made{} }, ""},
		{"key", func(s *scene) { s.want.CustomerManagedKeyID = "k1" }, "blocked a (immutable) customer_managed_key_id >k1"},
		{"key taken out of the file", func(s *scene) { s.live.CustomerManagedKeyID = "k1" }, "blocked a (immutable) customer_managed_key_id k1>"},
		{"source", func(s *scene) {
			s.want.Source, s.mem.Made.Source = &spec.Source{Instance: "b"}, &spec.Source{Instance: "c"}
		}, "blocked a (immutable) source.instance c>b"},
		{"source of one that was made without", func(s *scene) { s.want.Source = &spec.Source{Instance: "b"} }, ""},
		{"tenant", func(s *scene) { s.TenantID, s.mem.TenantID = "t2", "t1" }, "blocked a (immutable)"},
		{"region and memory: the one is said, the other done", func(s *scene) { s.want.Region, s.want.Memory = "us-east1", "4GB" },
			"0 resize a (drift) memory 2GB>4GB\nblocked a (immutable) region europe-west1>us-east1"},

		// States.
		{"to be paused", func(s *scene) { s.want.Wants = spec.Paused }, "0 pause a (schedule)"},
		{"to be running", func(s *scene) { s.live.Status = "paused" }, "0 resume a (schedule)"},
		{"asleep", func(s *scene) { s.sleeps() }, ""},
		{"asleep and to grow", func(s *scene) { s.sleeps().want.Memory = "4GB" }, "0 resume a (change)\n1 resize a (drift) memory 2GB>4GB\n2 pause a (schedule)"},
		{"asleep and to be renamed: no need to wake it", func(s *scene) { s.sleeps().want.Name = "A" }, "0 rename a (drift) name a>A"},
		{"to grow and then to sleep", func(s *scene) { s.want.Wants, s.want.Memory = spec.Paused, "4GB" }, "0 resize a (drift) memory 2GB>4GB\n1 pause a (schedule)"},
		{"to wake and to grow", func(s *scene) { s.live.Status, s.want.Memory = "paused", "4GB" }, "0 resume a (schedule)\n1 resize a (drift) memory 2GB>4GB"},
		{"free-db is never paused", func(s *scene) { s.want.Wants, s.want.Type, s.live.Type = spec.Paused, "free-db", "free-db" }, ""},
		{"broken", func(s *scene) { s.live.Status, s.want.Memory = "loading failed", "4GB" }, "blocked a (unusable)"},
		{"unheard-of status", func(s *scene) { s.live.Status, s.want.Wants = "meditating", spec.Paused }, "blocked a (unusable)"},
		{"not looked at", func(s *scene) { s.live.Status, s.want.Memory = "", "4GB" }, "wait a (unobserved)"},
		{"never listed", func(s *scene) { s.absent().Observed.ListedAt = time.Time{} }, "wait a (unobserved)"},

		// One operation at a time.
		{"pausing, to grow", func(s *scene) { s.live.Status, s.want.Wants, s.want.Memory = "pausing", spec.Paused, "4GB" },
			"wait a (in_flight) would pausing\n1 resume a (change)\n2 resize a (drift) memory 2GB>4GB\n3 pause a (schedule)"},
		{"pause accepted, status lags", func(s *scene) {
			s.sleeps().live.Status = "running"
			s.mem.Op = &reconcile.Operation{Verb: reconcile.Pause, From: "running", StartedAt: at("11:59:58")}
		}, "wait a (in_flight) would pause"},
		{"resize accepted, not planned again", func(s *scene) {
			s.want.Memory = "4GB"
			s.mem.Op = &reconcile.Operation{Verb: reconcile.Resize, Changes: []reconcile.Change{grow}, From: "running", StartedAt: at("11:59:58")}
		}, "wait a (in_flight) would resize"},
		{"resize under way, another size since", func(s *scene) {
			s.want.Memory = "8GB"
			s.mem.Op = &reconcile.Operation{Verb: reconcile.Resize, Changes: []reconcile.Change{grow}, From: "running", StartedAt: at("11:59:58")}
		}, "wait a (in_flight) would resize\n1 resize a (drift) memory 4GB>8GB"},
		{"resuming when the edge passed", func(s *scene) {
			s.sleeps().live.Status = "resuming"
			s.mem.Op = &reconcile.Operation{Verb: reconcile.Resume, From: "paused", StartedAt: at("11:59:58")}
		}, "wait a (in_flight) would resume\n1 pause a (schedule)"},
		{"somebody deletes it", func(s *scene) { s.live.Status, s.want.Memory = "destroying", "4GB" }, "wait a (in_flight) would destroying"},

		// Whose it is.
		{"new", func(s *scene) { s.unowned().absent() }, "0 create a (new)"},
		{"new with what only a PATCH can, to sleep", func(s *scene) {
			s.unowned().absent()
			s.want.CDCEnrichmentMode, s.want.SecondariesCount, s.want.Wants = "FULL", ptr(1), spec.Paused
		}, "0 create a (new)\n1 update a (drift) cdc_enrichment_mode OFF>FULL\n2 update a (drift) secondaries_count 0>1\n3 pause a (schedule)"},
		{"new and protected is not put to sleep", func(s *scene) { s.unowned().absent(); s.want.Wants, s.want.Protect = spec.Paused, true }, "0 create a (new)"},
		{"new, before the first list", func(s *scene) { s.unowned().absent().Observed.ListedAt = time.Time{} }, "wait a (unobserved) would create"},
		{"its name is live and not ours", func(s *scene) { s.unowned() }, "blocked a (ownership)"},
		{"its name is live twice, one of them another key's", func(s *scene) {
			s.unowned().more = []observed.Live{stray("i2", "a", "running")}
			s.Ledger["b"] = reconcile.Entry{ID: "i1", Protect: true}
		}, "blocked a (renamed)\nhold b (removed) would delete"},
		{"its name is live, but another key's that is renamed", func(s *scene) {
			s.unowned()
			s.Ledger["b"] = reconcile.Entry{ID: "i1"}
			b := *s.want
			b.Key, b.Name = "b", "b"
			s.Desired = []spec.Desired{b}
		}, "0 rename b (drift) name a>b\nwait a (ownership)"},
		{"a marked one of unknown origin", func(s *scene) { s.unowned().live.Name = "a~deadbeef" }, "blocked a (lost)"},
		{"a name that only looks marked", func(s *scene) { s.unowned().live.Name = "a~deadbeeF" }, "0 create a (new)"},
		{"another's marked one", func(s *scene) { s.unowned().live.Name = "ab~deadbeef" }, "0 create a (new)"},
		{"a marked one of another key's create", func(s *scene) {
			s.unowned().live.Name = "a~deadbeef"
			s.Ledger["b"] = reconcile.Entry{Tombstones: []reconcile.Tombstone{{Nonce: "deadbeef"}}}
		}, "0 create a (new)\nblocked b (lost)"},
		{"not found, and listed a moment ago", func(s *scene) { s.absent() }, "wait a (unobserved)"},
		{"gone behind our back", func(s *scene) {
			s.absent().mem.Missing = &reconcile.Missing{ID: "i1", Lists: 1, Denied: true}
		}, "blocked a (gone) would create"},
		{"gone, and an heir is named", func(s *scene) {
			s.absent().mem.Missing = &reconcile.Missing{ID: "i1", Lists: 1, Denied: true}
			s.want.ID, s.more = "i2", []observed.Live{stray("i2", "a", "running")}
		}, "0 adopt a (ownership)"},
		{"gone, and its only heir is to be adopted", func(s *scene) {
			s.absent().mem.Missing = &reconcile.Missing{ID: "i1", Lists: 1, Denied: true}
			s.want.Adopt, s.more = true, []observed.Live{stray("i2", "a", "running")}
		}, "0 adopt a (ownership)"},
		{"gone, and an heir that nobody named", func(s *scene) {
			s.absent().mem.Missing = &reconcile.Missing{ID: "i1", Lists: 2, Denied: true}
			s.more = []observed.Live{stray("i2", "a", "running")}
		}, "blocked a (gone)"},
		{"just made, not listed yet", func(s *scene) {
			s.absent().mem.Op = &reconcile.Operation{Verb: reconcile.Create, From: "creating", StartedAt: at("11:59:58")}
		}, "wait a (in_flight) would create"},
		{"adopt by id", func(s *scene) { s.unowned().want.ID = "i1" }, "0 adopt a (ownership)"},
		{"adopt by id, then change", func(s *scene) { s.unowned().want.ID, s.want.Memory = "i1", "4GB" }, "0 adopt a (ownership)\n1 resize a (drift) memory 2GB>4GB"},
		{"adopt by id that is not there", func(s *scene) { s.unowned().want.ID = "i7" }, "blocked a (ownership)"},
		{"adopt by name", func(s *scene) { s.unowned().want.Adopt = true }, "0 adopt a (ownership)"},
		{"adopt by name that is not there", func(s *scene) { s.unowned().absent().want.Adopt = true }, "blocked a (ownership)"},
		{"adopt by a name that two have", func(s *scene) {
			s.unowned().want.Adopt = true
			s.more = []observed.Live{stray("i2", "a", "running")}
		}, "blocked a (duplicates)"},
		{"adopt what another key has", func(s *scene) {
			s.unowned().want.ID = "i1"
			s.Ledger["b"] = reconcile.Entry{ID: "i1", Protect: true}
		}, "blocked a (renamed)\nhold b (removed) would delete"},
		{"adopt what another key would adopt too", func(s *scene) {
			s.unowned().want.Adopt = true
			b := *s.want
			b.Key, b.Name, b.Adopt, b.ID = "b", "b", false, "i1"
			s.Desired = []spec.Desired{b}
		}, "blocked a (ownership)\nblocked b (ownership)"},
		{"another id in the file", func(s *scene) { s.want.ID = "i7" }, "blocked a (ownership)"},
		{"adopt: true on one that is ours", func(s *scene) { s.want.Adopt = true }, ""},

		// What is not to be touched.
		{"suspended", func(s *scene) { s.want.Suspend, s.want.Memory, s.want.Wants = true, "4GB", spec.Paused }, "hold a (policy)"},
		{"suspended and not there", func(s *scene) { s.unowned().absent().want.Suspend = true }, "hold a (policy)"},
		{"protected", func(s *scene) { s.want.Protect, s.want.Wants = true, spec.Paused }, "hold a (policy) would pause"},
		{"protected, changes go on", func(s *scene) { s.want.Protect, s.want.Wants, s.want.Memory = true, spec.Paused, "4GB" },
			"0 resize a (drift) memory 2GB>4GB\nhold a (policy) would pause"},

		// Hands.
		{"resumed by hand, until the next edge", func(s *scene) { s.sleeps().live.Status = "running" }, "hold a (manual) would pause"},
		{"resumed by hand, enforced", func(s *scene) {
			s.sleeps().live.Status = "running"
			s.want.Schedule.ManualChanges = spec.EnforceSchedule
		}, "0 pause a (schedule)"},
		{"resumed by hand, ignored", func(s *scene) {
			s.sleeps().live.Status = "running"
			s.want.Schedule.ManualChanges = spec.IgnoreSchedule
		}, "hold a (manual) would pause"},
		{"resumed by hand, held paused since", func(s *scene) { s.sleeps().live.Status = "running"; s.want.Hold = held }, "0 pause a (schedule)"},
		{"resumed by hand, ignored, held paused since", func(s *scene) {
			s.sleeps().live.Status = "running"
			s.want.Schedule.ManualChanges, s.want.Hold = spec.IgnoreSchedule, held
		}, "0 pause a (schedule)"},
		{"held as it is", func(s *scene) { s.sleeps().want.Hold = held }, "hold a (held)"},
		{"held, and not looked at yet", func(s *scene) { s.sleeps().want.Hold, s.live.Status = held, "" }, "wait a (unobserved)\nhold a (held)"},
		{"held, and changed", func(s *scene) { s.sleeps().want.Hold, s.want.Name = held, "b" }, "0 rename a (drift) name a>b\nhold a (held)"},
		{"resumed by hand, the edge passed", func(s *scene) { s.sleeps().live.Status = "running"; s.mem.Settled.Until = at("12:00:00") }, "0 pause a (schedule)"},
		{"not settled since the edge", func(s *scene) { s.sleeps().live.Status = "running"; s.mem.Settled.State = spec.Running }, "0 pause a (schedule)"},
		{"nothing known of what it was", func(s *scene) { s.sleeps().live.Status = "running"; s.mem.Settled = reconcile.Settled{} }, "0 pause a (schedule)"},
		{"resumed by hand, without a schedule", func(s *scene) { s.sleeps().live.Status = "running"; s.want.Schedule = nil }, "0 pause a (schedule)"},
		{"resumed by Aura after 30 days", func(s *scene) {
			s.sleeps().live.Status = "running"
			s.mem.Settled.Since = s.Now.Add(-30 * 24 * time.Hour)
		}, "0 pause a (schedule)"},
		{"resumed by hand after 29 days", func(s *scene) {
			s.sleeps().live.Status = "running"
			s.mem.Settled.Since = s.Now.Add(-29 * 24 * time.Hour)
		}, "hold a (manual) would pause"},
		{"paused by hand, to grow: not woken for that", func(s *scene) {
			s.sleeps()
			s.want.Wants, s.want.Next.State, s.mem.Settled.State, s.want.Memory = spec.Running, spec.Paused, spec.Running, "4GB"
		}, "hold a (manual) would resize memory 2GB>4GB\nhold a (manual) would resume"},

		// Ready in time.
		{"ready by 12:25, lead 25m", func(s *scene) {
			s.sleeps().want.Schedule.ReadyBy.Lead, s.want.Next.At = 25*time.Minute, at("12:25:00")
		}, "0 resume a (ready_by)"},
		{"a second before that", func(s *scene) {
			s.sleeps().want.Schedule.ReadyBy.Lead, s.want.Next.At = 25*time.Minute, at("12:25:01")
		}, ""},
		{"up early is left up", func(s *scene) {
			s.sleeps().want.Schedule.ReadyBy.Lead, s.want.Next.At = 25*time.Minute, at("12:20:00")
			s.live.Status, s.mem.Settled = "running", reconcile.Settled{}
		}, ""},
		{"auto, by what resumes took", func(s *scene) {
			s.sleeps().want.Schedule.ReadyBy.Auto, s.want.Next.At = true, at("12:03:30")
			s.Timings = reconcile.Timings{"resume/professional-db/2GB": {time.Minute, 2 * time.Minute}}
		}, "0 resume a (ready_by)"},
		{"auto, not yet", func(s *scene) {
			s.sleeps().want.Schedule.ReadyBy.Auto, s.want.Next.At = true, at("12:03:31")
			s.Timings = reconcile.Timings{"resume/professional-db/2GB": {time.Minute, 2 * time.Minute}}
		}, ""},
		{"auto, nothing known", func(s *scene) { s.sleeps().want.Schedule.ReadyBy.Auto, s.want.Next.At = true, at("12:10:30") }, "0 resume a (ready_by)"},
		{"up early, and that taught that it was too early", func(s *scene) {
			s.sleeps().want.Schedule.ReadyBy.Auto, s.want.Next.At = true, at("12:08:00")
			s.Timings = reconcile.Timings{"resume/professional-db/2GB": {2 * time.Minute}}
			s.mem = s.mem.Sending(reconcile.Step{Verb: reconcile.Resume, Cause: reconcile.CauseReadyBy, Due: at("12:08:00")})
			s.live.Status = "running"
		}, ""},
		{"up early for an edge that is not the next any more", func(s *scene) {
			s.sleeps().want.Schedule.ReadyBy.Auto, s.want.Next.At = true, at("18:00:00")
			s.mem = s.mem.Sending(reconcile.Step{Verb: reconcile.Resume, Cause: reconcile.CauseReadyBy, Due: at("12:08:00")})
			s.live.Status = "running"
		}, "0 pause a (schedule)"},

		// What failed.
		{"resize failed", func(s *scene) { s.want.Memory = "4GB"; s.failed(reconcile.Resize, reconcile.FailureLater, grow) }, "wait a (failed) would resize memory 2GB>4GB"},
		{"resize refused", func(s *scene) { s.want.Memory = "4GB"; s.failed(reconcile.Resize, reconcile.FailurePerson, grow) }, "blocked a (failed) would resize memory 2GB>4GB"},
		{"resize failed, retry due", func(s *scene) {
			s.want.Memory = "4GB"
			s.failed(reconcile.Resize, reconcile.FailureLater, grow).Now = at("12:00:14")
		}, "0 resize a (drift) memory 2GB>4GB"},
		{"resize failed, another size since", func(s *scene) { s.want.Memory = "8GB"; s.failed(reconcile.Resize, reconcile.FailureLater, grow) }, "0 resize a (drift) memory 2GB>8GB"},
		{"resize refused, the schedule goes on", func(s *scene) {
			s.want.Memory, s.want.Wants = "4GB", spec.Paused
			s.failed(reconcile.Resize, reconcile.FailurePerson, grow)
		}, "0 pause a (schedule)\nblocked a (failed) would resize memory 2GB>4GB"},
		{"resize refused, asleep: not woken to be refused again", func(s *scene) {
			s.sleeps().want.Memory = "4GB"
			s.failed(reconcile.Resize, reconcile.FailurePerson, grow).Now = at("14:00:00")
		}, "blocked a (failed) would resize memory 2GB>4GB"},
		{"resize refused, up again and retry due", func(s *scene) {
			s.want.Memory = "4GB"
			s.failed(reconcile.Resize, reconcile.FailurePerson, grow).Now = at("14:00:00")
		}, "0 resize a (drift) memory 2GB>4GB"},
		{"what comes after a failed change waits too", func(s *scene) {
			s.want.Memory, s.want.VectorOptimized, s.want.Name = "4GB", ptr(true), "A"
			s.failed(reconcile.Resize, reconcile.FailureLater, grow)
		}, "0 rename a (drift) name a>A\nwait a (failed) would update vector_optimized >true\nwait a (failed) would resize memory 2GB>4GB"},
		{"resize and pause both failed: neither forgets the other", func(s *scene) {
			s.want.Memory, s.want.Wants = "4GB", spec.Paused
			s.failed(reconcile.Resize, reconcile.FailurePerson, grow).failed(reconcile.Pause, reconcile.FailureLater)
		}, "wait a (failed) would pause\nblocked a (failed) would resize memory 2GB>4GB\n1 pause a (schedule)"},
		{"resume failed: what needs it waits", func(s *scene) {
			s.live.Status, s.want.Memory = "paused", "4GB"
			s.failed(reconcile.Resume, reconcile.FailureLater)
		}, "wait a (failed) would resume\n1 resume a (schedule)\n2 resize a (drift) memory 2GB>4GB"},
		{"create failed", func(s *scene) {
			s.unowned().absent()
			p := reconcile.Diff(s.world())
			s.mem = s.mem.Failed(p.Steps[0], reconcile.FailurePerson, "quota", 0, at("11:59:59"))
		}, "blocked a (failed) would create\n1 create a (new)"},

		// Removed keys.
		{"removed", func(s *scene) { s.removed() }, "0 pause a (removed)\nhold a (removed) would delete"},
		{"removed, asleep for long enough", func(s *scene) { s.removed().live.Status = "paused" }, "0 delete a (removed)"},
		{"removed, asleep for a second less", func(s *scene) { s.removed().live.Status = "paused"; s.Lived -= time.Second }, "hold a (removed) would delete"},
		{"removed, asleep for long enough by another clock", func(s *scene) { s.removed().live.Status = "paused"; s.Lived, s.Now = 0, at("23:00:00") }, "hold a (removed) would delete"},
		{"removed, not seen asleep", func(s *scene) { s.removed().live.Status = "paused"; s.mem.Absence.Paused = false }, "hold a (removed) would delete"},
		{"removed, asleep, and aurad has not noticed that it left", func(s *scene) { s.removed().live.Status = "paused"; s.mem.Absence = nil }, "hold a (removed) would delete"},
		{"removed, and the file was written a moment ago", func(s *scene) { s.removed().Steady = false }, "hold a (removed) would delete"},
		{"removed, and delete_after is less than the least", func(s *scene) {
			s.removed().live.Status = "paused"
			s.Policy.DeleteAfter, s.Lived = 0, 59*time.Minute
		}, "hold a (removed) would delete"},
		{"removed, asleep, in upsert", func(s *scene) { s.removed().live.Status = "paused"; s.Policy.Mode = spec.Upsert }, "hold a (removed) would delete"},
		{"removed, asleep, in a fleet without a name", func(s *scene) { s.removed().live.Status = "paused"; s.Fleet = spec.DefaultFleet }, "hold a (policy) would delete"},
		{"removed, asleep, in another tenant", func(s *scene) { s.removed().live.Status = "paused"; s.mem.TenantID, s.TenantID = "t1", "t2" }, "hold a (policy) would delete"},
		{"removed, asleep, suspended when last in force", func(s *scene) { s.removed().live.Status = "paused"; s.mem.Suspend = true }, "hold a (policy) would delete"},
		{"removed, asleep, the source of a block", func(s *scene) {
			s.removed().live.Status = "paused"
			s.Blocks = []spec.Instance{{Key: "copy", Name: "copy", Source: &spec.Source{Instance: "a"}}}
		}, "hold a (policy) would delete"},
		{"removed, asleep, its id the source of another account's block", func(s *scene) {
			s.removed().live.Status = "paused"
			s.Blocks, s.Elsewhere = []spec.Instance{{Key: "copy", Name: "copy", Source: &spec.Source{Instance: "i1"}}}, []string{"copy"}
		}, "hold a (policy) would delete"},
		{"removed, asleep, its id in another account's block", func(s *scene) {
			s.removed().live.Status = "paused"
			s.Blocks, s.Elsewhere = []spec.Instance{{Key: "b", Name: "b", ID: "i1"}}, []string{"b"}
		}, "hold a (policy) would delete"},
		{"removed, asleep, its clone not up yet", func(s *scene) {
			s.removed().live.Status = "paused"
			s.Ledger["copy"] = reconcile.Entry{ID: "i2", Protect: true, Made: reconcile.Made{Source: &spec.Source{Instance: "a"}}}
			s.more = []observed.Live{stray("i2", "copy", "creating")}
		}, "hold a (policy) would delete\nhold copy (policy) would delete"},

		// Deletions that the file states.
		{"stated", func(s *scene) { s.states("i1") }, "0 delete a (stated)"},
		{"stated, in upsert, just read", func(s *scene) { s.states("i1").Policy.Mode = spec.Upsert; s.Steady = false }, "0 delete a (stated)"},
		{"stated, with another id", func(s *scene) { s.states("i2") }, "blocked a (stated)"},
		{"stated, protected when last in force", func(s *scene) { s.states("i1").mem.Protect = true }, "blocked a (stated)"},
		{"stated, suspended when last in force", func(s *scene) { s.states("i1").mem.Suspend = true }, "blocked a (stated)"},
		{"stated, in a fleet without a name", func(s *scene) { s.states("i1").Fleet = spec.DefaultFleet }, "blocked a (stated)"},
		{"stated, in another tenant", func(s *scene) { s.states("i1").mem.TenantID, s.TenantID = "t1", "t2" }, "blocked a (stated)"},
		{"stated, and the source of a block", func(s *scene) {
			s.states("i1").Blocks = []spec.Instance{{Key: "copy", Name: "copy", Source: &spec.Source{Instance: "a"}}}
		}, "blocked a (stated)"},
		{"stated, being resized", func(s *scene) { s.states("i1").live.Status = "resizing" }, "wait a (in_flight) would resizing\n1 delete a (stated)"},
		{"stated, gone", func(s *scene) { s.states("i1").absent() }, ""},
		{"stated, not ours", func(s *scene) { s.states("i1").unowned() }, "blocked a (stated)"},
		{"removed, protected", func(s *scene) { s.removed().mem.Protect = true }, "hold a (policy) would delete"},
		{"removed, free", func(s *scene) { s.removed().live.Type = "free-db" }, "hold a (policy) would delete"},
		{"removed, gone", func(s *scene) { s.removed().absent() }, ""},
		{"removed, pausing", func(s *scene) { s.removed().live.Status = "pausing" }, "wait a (in_flight) would pausing\nhold a (removed) would delete"},
		{"removed, delete accepted, status lags", func(s *scene) {
			s.removed().mem.Op = &reconcile.Operation{Verb: reconcile.Delete, From: "running", StartedAt: at("11:59:58")}
		}, "wait a (in_flight) would delete"},
		{"removed, being deleted", func(s *scene) { s.removed().live.Status = "destroying" }, "wait a (in_flight) would destroying"},
		{"removed, its delete failed", func(s *scene) { s.removed().failed(reconcile.Delete, reconcile.FailureLater).live.Status = "paused" },
			"wait a (failed) would delete\n1 delete a (removed)"},
		{"removed while its password is spooled", func(s *scene) { s.born(reconcile.Spooled).removed() }, "0 create a (unfinished)"},
		{"removed while its create is lost", func(s *scene) { s.born(reconcile.Intended).removed() }, "blocked a (lost)"},
		{"removed, a given-up create shows up", func(s *scene) {
			s.removed().live.Name, s.mem = "a~0badcafe", reconcile.Entry{Tombstones: []reconcile.Tombstone{{Nonce: "0badcafe"}}}
		}, "blocked a (lost)"},

		// Creates under way.
		{"intended, not listed since", func(s *scene) { s.born(reconcile.Intended).absent().Observed.ListedAt = at("11:54:00") }, "wait a (in_flight)"},
		{"intended, not to be seen", func(s *scene) { s.born(reconcile.Intended).absent() }, "wait a (in_flight)"},
		{"intended, never showed up", func(s *scene) {
			s.born(reconcile.Intended).absent()
			s.Now, s.Observed.ListedAt = at("12:06:00"), at("12:05:30")
		}, "0 create a (unfinished)"},
		{"intended, lost", func(s *scene) { s.born(reconcile.Intended) }, "0 delete a (lost)\n1 create a (new)"},
		{"intended, lost, its delete failed", func(s *scene) { s.born(reconcile.Intended).failed(reconcile.Delete, reconcile.FailureLater) },
			"wait a (failed) would delete\n1 delete a (lost)\n2 create a (new)"},
		{"intended, lost, being deleted", func(s *scene) {
			s.born(reconcile.Intended).mem.Op = &reconcile.Operation{Verb: reconcile.Delete, StartedAt: at("11:59:58")}
		}, "wait a (in_flight) would delete\n1 create a (new)"},
		{"intended, lost, adopted by another key", func(s *scene) {
			s.born(reconcile.Intended)
			s.Ledger["b"] = reconcile.Entry{ID: "i1", Protect: true}
		}, "blocked a (ownership)\nhold b (removed) would delete"},
		{"intended, lost, about to be adopted by another key", func(s *scene) {
			s.born(reconcile.Intended)
			b := *s.want
			b.Key, b.Name, b.ID = "b", "a~0badcafe", "i1"
			s.Desired = []spec.Desired{b}
		}, "0 adopt b (ownership)\nblocked a (ownership)\nwait b (in_flight) would creating"},
		{"spooled", func(s *scene) { s.born(reconcile.Spooled).want.Wants = spec.Paused }, "0 create a (unfinished)\n1 pause a (schedule)"},
		{"stored", func(s *scene) {
			s.born(reconcile.Stored).mem.ID = "i1"
			s.want.CDCEnrichmentMode = "FULL"
		}, "0 create a (unfinished)\n1 update a (drift) cdc_enrichment_mode OFF>FULL"},
		{"a given-up create shows up", func(s *scene) {
			s.mem.Tombstones = []reconcile.Tombstone{{Nonce: "0badcafe"}}
			s.more = []observed.Live{stray("i2", "a~0badcafe", "running")}
		}, "0 delete a (lost)"},
		{"a given-up create shows up, behind a change of its key", func(s *scene) {
			s.mem.Tombstones, s.want.Memory = []reconcile.Tombstone{{Nonce: "0badcafe"}}, "4GB"
			s.more = []observed.Live{stray("i2", "a~0badcafe", "running")}
		}, "0 resize a (drift) memory 2GB>4GB\n1 delete a (lost)"},
		{"a given-up create shows up and is on its way out", func(s *scene) {
			s.mem.Tombstones = []reconcile.Tombstone{{Nonce: "0badcafe"}}
			s.more = []observed.Live{stray("i2", "a~0badcafe", "destroying")}
		}, ""},
		{"a given-up create shows up and another key adopted it", func(s *scene) {
			s.mem.Tombstones = []reconcile.Tombstone{{Nonce: "0badcafe"}}
			s.more = []observed.Live{stray("i2", "a~0badcafe", "running")}
			s.Ledger["b"] = reconcile.Entry{ID: "i2", Protect: true}
		}, "hold b (removed) would delete"},
		{"a given-up create shows up and its key adopts it", func(s *scene) {
			s.absent().mem = reconcile.Entry{Tombstones: []reconcile.Tombstone{{Nonce: "0badcafe"}}}
			s.want.ID = "i2"
			s.more = []observed.Live{stray("i2", "a~0badcafe", "running")}
		}, "0 adopt a (ownership)\n1 rename a (drift) name a~0badcafe>a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene()
			c.edit(s)
			p := reconcile.Diff(s.world())
			if got := brief(p); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			for _, st := range p.Steps {
				if strings.TrimSpace(st.Reason) == "" {
					t.Errorf("no reason: %+v", st)
				}
			}
		})
	}
}
