package reconcile_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// ideal is an Aura in which everything asked for, if it may be asked for, is done at once; and
// a caller who remembers as package daemon does. hides are the fields that its replies leave out.
type ideal struct {
	t interface {
		Fatal(...any)
		Fatalf(string, ...any)
	}
	reconcile.World
	live  map[string]observed.Live
	hides bool
	made  int
	lives time.Duration // between two looks, by a clock that nobody sets; a minute at least
}

// observe looks at everything.
func (a *ideal) observe() {
	a.Now = a.Now.Add(time.Minute)
	a.Lived += max(a.lives, time.Minute)
	a.Observed = observed.Fleet{ListedAt: a.Now}
	for _, l := range a.live {
		l.SeenAt = a.Now
		if a.hides {
			l.CDCEnrichmentMode, l.SecondariesCount = "", nil
		}
		a.Observed.Instances = append(a.Observed.Instances, l)
	}
	a.Observed.Sort()
	for _, d := range a.Desired {
		if l, ok := a.Observed.Find(a.Ledger[d.Key].ID); ok {
			a.Ledger[d.Key] = a.Ledger[d.Key].Settle(d, l, a.Now)
		}
	}
	maps.Copy(a.Ledger, a.Absences())
}

// take carries out one step, and fails on one that Aura would refuse.
func (a *ideal) take(s reconcile.Step) {
	e, live := a.Ledger[s.Key], a.live[s.InstanceID]
	running := live.Status == "running"
	legal := map[reconcile.Verb]bool{reconcile.Resume: live.Status == "paused", reconcile.Pause: running, reconcile.Resize: running,
		reconcile.Update: running, reconcile.Upgrade: running && live.Type == "professional-db"}
	if ok, ruled := legal[s.Verb]; ruled && !ok {
		a.t.Fatalf("%s of %s, which is %s %s", s.Verb, s.Key, live.Type, live.Status)
	}
	switch s.Verb {
	case reconcile.Create:
		a.create(s, e)
		return
	case reconcile.Adopt:
		a.Ledger[s.Key] = e.Adopted(live)
		return
	case reconcile.Delete:
		delete(a.live, s.InstanceID)
		if s.Cause == reconcile.CauseRemoved || s.Cause == reconcile.CauseStated {
			delete(a.Ledger, s.Key)
		} else if e.Birth != nil {
			a.Ledger[s.Key] = e.Buried()
		}
		return
	case reconcile.Pause:
		live.Status = "paused"
	case reconcile.Resume:
		live.Status = "running"
	}
	e = e.Sending(s).Accepted(s, live, a.Now)
	for _, c := range s.Changes {
		live = a.change(live, c)
	}
	a.live[live.ID] = live
	shown := live
	if a.hides {
		shown.CDCEnrichmentMode, shown.SecondariesCount = "", nil
	}
	e, _, verdict := e.Seen(shown, a.Now.Add(50*time.Second))
	if verdict != reconcile.Done {
		a.t.Fatalf("%s of %s is %s", s.Verb, s.Key, verdict)
	}
	a.Ledger[s.Key] = e
}

// create makes the instance, or goes on with one half made.
func (a *ideal) create(s reconcile.Step, e reconcile.Entry) {
	switch e.Recover(a.Observed, a.Now).Next {
	case reconcile.NextPost:
		a.made++
		live := observed.Live{ID: fmt.Sprintf("new%d", a.made), Status: "running", Storage: "4GB"}
		for _, c := range s.Changes {
			live = a.change(live, c)
		}
		a.live[live.ID] = live
		a.Ledger[s.Key] = reconcile.Entry{ID: live.ID, Made: reconcile.Made{Version: "5"}, Tombstones: e.Tombstones}
	case reconcile.NextAnew:
		a.Ledger[s.Key] = e.Buried()
	case reconcile.NextStore:
		birth := *e.Birth
		birth.Stage = reconcile.Stored
		e.Birth, e.ID = &birth, birth.InstanceID
		a.Ledger[s.Key] = e
	case reconcile.NextName:
		live := a.live[e.ID]
		live.Name = s.Changes[0].New
		a.live[e.ID] = live
		a.Ledger[s.Key] = e.Named()
	default:
		a.t.Fatalf("a create of %s that has nothing to do", s.Key)
	}
}

func (a *ideal) change(l observed.Live, c reconcile.Change) observed.Live {
	switch c.Field {
	case "name":
		l.Name = c.New
	case "type":
		l.Type = c.New
	case "memory":
		l.Memory = c.New
	case "storage":
		l.Storage = c.New
	case "region":
		l.Region = c.New
	case "cloud_provider":
		l.CloudProvider = c.New
	case "cdc_enrichment_mode":
		l.CDCEnrichmentMode = c.New
	case "secondaries_count":
		n, err := strconv.Atoi(c.New)
		if err != nil {
			a.t.Fatal(err)
		}
		l.SecondariesCount = &n
	case "vector_optimized":
		l.VectorOptimized = ptr(c.New == "true")
	case "version", "source.instance", "source.snapshot_id":
	default:
		a.t.Fatalf("nobody changes %s", c.Field)
	}
	return l
}

// anyIdeal is a fleet at odds with its file, in every way that aurad can mend.
func anyIdeal(t *rapid.T) *ideal {
	a := &ideal{t: t, live: map[string]observed.Live{}, hides: chance(t, "hides")}
	a.World = reconcile.World{Now: at("12:00:00"), Ledger: reconcile.Ledger{}}
	for i, key := range anyKeys {
		id := fmt.Sprintf("i%d", i+1)
		d := mendable(t, key)
		switch rapid.IntRange(0, 6).Draw(t, "stage") {
		case 0: // new
		case 1: // to be adopted
			a.live[id] = differing(t, id, d)
			d.ID = id
		case 2: // a password on its way
			l := differing(t, id, d)
			l.Name, l.Status = reconcile.MarkedName(d.Name, "bad0000"+strconv.Itoa(i)), "running"
			a.live[id] = l
			stage := pick(t, "stage", []reconcile.Stage{reconcile.Intended, reconcile.Spooled})
			e := reconcile.Entry{Birth: &reconcile.Birth{Nonce: "bad0000" + strconv.Itoa(i), At: a.Now, Grace: 10 * time.Minute, Stage: stage}}
			if stage == reconcile.Spooled {
				e.Birth.InstanceID = id
			}
			a.Ledger[key] = e
		case 3: // to go
			a.live[id] = differing(t, id, d)
			a.Ledger[key] = reconcile.Entry{ID: id, Absence: &reconcile.Absence{Since: a.Now}}
			continue
		default:
			a.live[id] = differing(t, id, d)
			a.Ledger[key] = reconcile.Entry{ID: id, Made: reconcile.Made{Version: "5"}}
		}
		a.Desired = append(a.Desired, d)
	}
	return a
}

func mendable(t *rapid.T, key string) spec.Desired {
	d := spec.Desired{Wants: pick(t, "wants", []spec.State{spec.Running, spec.Paused}), Rule: "a rule", Instance: spec.Instance{
		Key: key, Name: pick(t, "name", []string{key, strings.ToUpper(key)}), Version: "5", CloudProvider: "gcp", Region: "europe-west1",
		Type: pick(t, "type", []string{"professional-db", "business-critical"}), Memory: pick(t, "memory", []string{"2GB", "4GB", "8GB"})}}
	if d.Type == "business-critical" {
		d.CDCEnrichmentMode = pick(t, "cdc", []string{"", "OFF", "DIFF", "FULL"})
		d.SecondariesCount = pick(t, "secondaries", []*int{nil, ptr(0), ptr(2)})
	}
	d.VectorOptimized = pick(t, "vector", []*bool{nil, ptr(true), ptr(false)})
	return d
}

func differing(t *rapid.T, id string, d spec.Desired) observed.Live {
	l := observed.Live{ID: id, Name: "was-" + d.Key, CloudProvider: "gcp", Region: "europe-west1", Type: d.Type, Storage: "4GB",
		Memory: pick(t, "memory", []string{"1GB", "2GB", "4GB"}), Status: pick(t, "status", []string{"running", "paused"})}
	if d.Type == "business-critical" && chance(t, "to be upgraded") {
		l.Type = "professional-db"
	}
	return l
}

// leaves reports whether a step only waits for the time after which it deletes.
func leaves(s reconcile.Step) bool {
	return s.Cause == reconcile.CauseRemoved && s.Would == reconcile.Delete
}

// Doing what the plan says, over and over, ends with a fleet that matches its file, soon, and
// every request on the way is one that Aura would take.
func TestPlansConverge(t *testing.T) {
	policy := spec.Policy{Mode: spec.Sync, MaxDeletes: 9, OnLostCredentials: spec.RecreateLost}
	rapid.Check(t, func(t *rapid.T) {
		a := anyIdeal(t)
		a.Policy, a.Fleet, a.Steady, a.lives = policy, "acme", true, time.Hour
		if len(a.Desired) == 0 {
			t.Skip("an empty file deletes nothing")
		}
		// rename, resume, resize, upgrade, update x3, pause; before them delete, create, store, name
		const most = 15
		var p reconcile.Plan
		for round := 0; ; round++ {
			a.observe()
			p = reconcile.Permit(reconcile.Diff(a.World), policy)
			now := slices.DeleteFunc(acting(p), func(s reconcile.Step) bool { return s.Phase > 0 })
			if len(now) == 0 && !slices.ContainsFunc(p.Steps, leaves) {
				break
			}
			if round > most {
				t.Fatalf("still not done after %d rounds:\n%s", round, brief(p))
			}
			for _, s := range now {
				a.take(s)
			}
		}
		if !p.Matches() {
			t.Fatalf("quiet, but no match:\n%s", brief(p))
		}
		if len(a.live) != len(a.Desired) {
			t.Fatalf("%d live for %d in the file", len(a.live), len(a.Desired))
		}
	})
}
