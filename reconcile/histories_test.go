package reconcile_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// A hundred thousand histories of a fleet, without a daemon: a file that is edited in every way, an
// Aura in which everything asked for is done at once, people who work in it, and a caller who
// remembers as package daemon does. The judge keeps books of its own.

// past is a history and its books.
type past struct {
	ideal
	rnd   *rand.Rand
	file  *spec.Fleet
	fresh int

	since  map[string]time.Duration // id -> World.Lived from which on all that allows deleting it for absence has held
	listed map[string]*spec.Instance
	blind  bool // Aura does not answer the list
	steps  []string
	tally  map[reconcile.Cause]int
}

func (h *past) pick(n int) int { return h.rnd.IntN(n) }

func (h *past) key() string { return []string{"a", "b", "c"}[h.pick(3)] }

func (h *past) id() string {
	ids := slices.Sorted(maps.Keys(h.live))
	if len(ids) == 0 {
		return "none"
	}
	return ids[h.pick(len(ids))]
}

func (h *past) say(format string, args ...any) {
	h.steps = append(h.steps, fmt.Sprintf(format, args...))
}

func (h *past) fail(format string, args ...any) {
	h.t.Fatalf("%s\n%v", fmt.Sprintf(format, args...), h.steps)
}

// put adds or replaces a block; take removes one.
func (h *past) put(f *spec.Fleet, in spec.Instance) {
	h.take(f, in.Key)
	in.Type, in.CloudProvider, in.Region, in.Version, in.Memory = "professional-db", "gcp", "europe-west1", "5", "2GB"
	if in.Name == "" {
		in.Name = in.Key
	}
	f.Instances = append(f.Instances, in)
	slices.SortFunc(f.Instances, func(a, b spec.Instance) int {
		return slices.Compare([]string{a.Key}, []string{b.Key})
	})
}

func (h *past) take(f *spec.Fleet, key string) {
	f.Instances = slices.DeleteFunc(slices.Clone(f.Instances), func(in spec.Instance) bool { return in.Key == key })
}

func (h *past) new() string { h.fresh++; return fmt.Sprintf("n%d", h.fresh) }

// edit changes the file in one way.
func (h *past) edit() {
	f := *h.file
	f.Digest = fmt.Sprint(h.fresh, len(h.steps))
	key, to := h.key(), h.new()
	old, there := f.Instance(key)
	what := h.pick(16)
	switch what {
	case 0, 1:
		if h.take(&f, key); !there {
			h.put(&f, spec.Instance{Key: key})
		}
	case 2:
		h.take(&f, key)
		h.put(&f, spec.Instance{Key: to, Name: key})
	case 3:
		if !there {
			return
		}
		h.take(&f, key)
		old.Key = to
		h.put(&f, old)
		f.Moved = []spec.Move{{From: key, To: to}}
	case 4:
		h.put(&f, spec.Instance{Key: to, ID: h.id()})
		if h.pick(2) == 0 {
			h.take(&f, key)
		}
	case 5:
		h.take(&f, key)
		h.put(&f, spec.Instance{Key: to, Name: key, Adopt: true})
	case 6:
		h.put(&f, spec.Instance{Key: to, Source: &spec.Source{Instance: []string{key, h.id()}[h.pick(2)]}})
		if h.pick(2) == 0 {
			h.take(&f, key)
		}
	case 7:
		if there {
			old.Protect, old.Suspend = h.pick(2) == 0, h.pick(3) == 0
			h.put(&f, old)
		}
	case 8:
		f.Policy.Mode = []spec.Mode{spec.Sync, spec.Upsert, spec.Observe}[h.pick(3)]
	case 9:
		f.TenantID = []string{"t1", "t2"}[h.pick(2)]
		if h.pick(2) == 0 {
			h.take(&f, key)
		}
	case 10:
		h.take(&f, key)
		f.Removed = []spec.Removed{{Key: key, ID: h.id()}}
	case 11:
		f.Name = []string{"acme", "acme", spec.DefaultFleet}[h.pick(3)]
		f.Moved, f.Removed = nil, nil
	case 12: // the end of a key, as its owner says it
		h.take(&f, key)
		f.Removed = []spec.Removed{{Key: key, ID: h.Ledger[key].ID}}
	case 14: // a move onto a key that has an instance
		if to = h.key(); to == key || !there {
			return
		}
		h.take(&f, key)
		f.Moved = []spec.Move{{From: key, To: to}}
	case 15: // a database that rests in its block
		if there {
			old.State = []spec.State{spec.Paused, ""}[h.pick(2)]
			h.put(&f, old)
		}
	case 13:
		f.Policy.DeleteAfter = []time.Duration{0, time.Hour, 30 * time.Hour}[h.pick(3)]
	}
	f.Removed = slices.DeleteFunc(slices.Clone(f.Removed), func(r spec.Removed) bool { _, in := f.Instance(r.Key); return in })
	f.Moved = slices.DeleteFunc(slices.Clone(f.Moved), func(m spec.Move) bool {
		_, from := f.Instance(m.From)
		_, to := f.Instance(m.To)
		return from || !to
	})
	if twins(&f) {
		return // no fleet file
	}
	h.say("edit %d of %s", what, key)
	h.read(&f)
}

// twins reports whether two blocks have one name, which the parser refuses.
func twins(f *spec.Fleet) bool {
	names := map[string]bool{}
	for _, in := range f.Instances {
		if names[in.Name] {
			return true
		}
		names[in.Name] = true
	}
	return false
}

// read brings a file into force as the daemon does.
func (h *past) read(f *spec.Fleet) {
	h.file, h.Steady = f, false
	maps.Copy(h.Ledger, h.Ledger.Read(f, h.Now))
	h.Fleet, h.Policy, h.TenantID = f.Name, f.Policy, f.TenantID
	h.Blocks, h.Moved, h.Removed = f.Blocks(), f.Moved, f.Removed
	h.Desired = f.At(h.Now, nil)
	h.book()
}

// hand is a person in the console.
func (h *past) hand() {
	id := h.id()
	l, ok := h.live[id]
	switch what := h.pick(4); {
	case what == 3:
		h.made++
		h.live[fmt.Sprintf("s%d", h.made)] = observed.Live{ID: fmt.Sprintf("s%d", h.made), Name: h.key(), TenantID: "t1", Type: "professional-db",
			CloudProvider: "gcp", Region: "europe-west1", Status: "running", Memory: "2GB", Storage: "4GB"}
	case !ok:
	case what == 0:
		delete(h.live, id)
	default:
		l.Status = []string{"", "running", "paused"}[what]
		h.live[id] = l
	}
	h.say("a hand on %s", id)
	h.book()
}

// pass lives through some time, and does what the plan says.
func (h *past) pass(d time.Duration) {
	h.say("%s later", d)
	h.Now, h.Lived, h.Steady = h.Now.Add(d), h.Lived+d, d >= time.Minute || h.Steady
	for range 6 {
		h.look()
		p := reconcile.Permit(reconcile.Diff(h.World), h.Policy)
		now := slices.DeleteFunc(acting(p), func(s reconcile.Step) bool { return s.Phase > 0 })
		if len(now) == 0 {
			return
		}
		for _, s := range now {
			h.do(s)
		}
		h.once()
	}
}

func (h *past) look() {
	if h.blind {
		h.Now, h.Lived = h.Now.Add(time.Minute), h.Lived+time.Minute
	} else {
		h.observe()
	}
	maps.Copy(h.Ledger, h.Absences())
	h.book()
}

func (h *past) do(s reconcile.Step) {
	if known, _ := h.Observed.Find(s.InstanceID); h.blind && known.Status != h.ideal.live[s.InstanceID].Status {
		return // Aura refuses what a hand has made impossible meanwhile
	}
	h.say("%s %s %s (%s)", s.Verb, s.Key, s.InstanceID, s.Cause)
	h.tally[s.Cause]++
	switch s.Verb {
	case reconcile.Delete:
		if h.blind && s.Cause == reconcile.CauseRemoved {
			return // it takes a look first
		}
		h.judge(s)
	case reconcile.Pause:
		h.judgePause(s)
	case reconcile.Create:
		h.judgeCreate(s)
	case reconcile.Move:
		defer h.judgeMove()()
		moves := h.Ledger.Moves(h.Moved, func(key string) bool { _, ok := h.file.Instance(key); return ok })
		if s.Cause == reconcile.CauseStore || len(moves) == 0 {
			h.Ledger[s.Key] = h.Ledger[s.Key].Rehomed(s)
			return
		}
		changed, left := h.Ledger.Move(moves)
		for _, key := range left {
			delete(h.Ledger, key)
		}
		maps.Copy(h.Ledger, changed)
		return
	}
	h.carry(s)
}

// carry carries out a step in the ideal Aura, and notes what its block says.
func (h *past) carry(s reconcile.Step) {
	h.ideal.take(s)
	if h.blind { // the reply is all that is known of it
		h.Observed.Instances = slices.DeleteFunc(slices.Clone(h.Observed.Instances), func(l observed.Live) bool { return l.ID == s.InstanceID })
		if l, ok := h.ideal.live[s.InstanceID]; ok {
			l.SeenAt = h.Now
			h.Observed.Instances = append(h.Observed.Instances, l)
			h.Observed.Sort()
		}
	}
	if in, ok := h.file.Instance(s.Key); ok && h.Ledger[s.Key].Owns() {
		e := h.Ledger[s.Key].Listed(in)
		if e.TenantID == "" {
			e.TenantID = h.TenantID
			l := h.ideal.live[e.ID]
			l.TenantID = h.TenantID
			h.ideal.live[e.ID] = l
		}
		e.Made.Source = in.Source
		h.Ledger[s.Key] = e
	}
}

// judge says whether a delete is allowed, by the books.
func (h *past) judge(s reconcile.Step) {
	l := h.ideal.live[s.InstanceID]
	if h.Fleet == spec.DefaultFleet || h.Policy.Mode == spec.Observe {
		h.fail("deletes %s under %s of %s", s.InstanceID, h.Policy.Mode, h.Fleet)
	}
	if slices.ContainsFunc(h.Removed, func(r spec.Removed) bool { return r.Key == s.Key && r.ID == s.InstanceID }) {
		if why := h.kept(s.InstanceID, l); why != "" {
			h.fail("deletes %s, as stated, though %s", s.InstanceID, why)
		}
		return
	}
	since, ok := h.since[s.InstanceID]
	if !ok || h.Lived-since < max(h.Policy.DeleteAfter, time.Hour) || !h.Steady || l.Status != "paused" {
		h.fail("deletes %s, which is %s (the file steady: %t) and may go since %s (%t) of %s, with delete_after %s", s.InstanceID, l.Status, h.Steady, since, ok, h.Lived, h.Policy.DeleteAfter)
	}
}

// judgePause says whether what has no block may be paused.
func (h *past) judgePause(s reconcile.Step) {
	if s.Cause != reconcile.CauseRemoved {
		return
	}
	if l := h.ideal.live[s.InstanceID]; !h.Steady || !h.mayGo(s.InstanceID, l) {
		h.fail("pauses %s for having left the file (steady %t): %s", s.InstanceID, h.Steady, h.kept(s.InstanceID, l))
	}
}

// judgeCreate demands that nothing in Aura has the name of what is made.
func (h *past) judgeCreate(s reconcile.Step) {
	in, _ := h.file.Instance(s.Key)
	for id, l := range h.ideal.live {
		if l.Name == in.Name && (l.TenantID == "" || l.TenantID == h.TenantID) && h.Ledger[s.Key].Birth == nil {
			h.fail("makes %s, and %s has the name %s", s.Key, id, l.Name)
		}
	}
}

// judgeMove demands, once the move is made, that all that was ours is ours.
func (h *past) judgeMove() func() {
	var ours []string
	for _, e := range h.Ledger {
		ours = append(ours, e.ID)
	}
	return func() {
		for _, id := range ours {
			if id != "" && h.Ledger.Owner(id) == "" {
				h.fail("%s is nobody's after the move", id)
			}
		}
	}
}

// kept says why an instance may not be deleted, not even if the file says so; "" if it may.
func (h *past) kept(id string, l observed.Live) string {
	key := h.Ledger.Owner(id)
	if key == "" {
		return "it is not ours"
	}
	if l.TenantID != "" && l.TenantID != h.TenantID {
		return "the file is of another tenant"
	}
	for _, b := range h.Blocks {
		if b.ID == id || b.Key == key || b.Source != nil && (b.Source.Instance == id || b.Source.Instance == key) || b.Adopt && b.Name == l.Name && !h.Ledger[b.Key].Owns() {
			return b.Key + " speaks of it"
		}
	}
	if b := h.listed[id]; b != nil && (b.Protect || b.Suspend) {
		return "it was protected or suspended"
	}
	return ""
}

// mayGo reports whether the absence of an instance's block counts for anything.
func (h *past) mayGo(id string, l observed.Live) bool {
	return h.Policy.Mode == spec.Sync && h.Fleet != spec.DefaultFleet && h.kept(id, l) == ""
}

// book notes, for every instance, since when nothing has kept it: it is ours and paused, no block
// speaks of it, and the file is of its tenant, in sync, and named.
func (h *past) book() {
	for id, l := range h.live {
		if b, ok := h.file.Instance(h.Ledger.Owner(id)); ok {
			h.listed[id] = &b
		}
		free := l.Status == "paused" && h.mayGo(id, l)
		if _, was := h.since[id]; free && !was {
			h.since[id] = h.Lived
		} else if !free {
			delete(h.since, id)
		}
	}
}

// once demands that aurad made no two instances of one name that both live.
func (h *past) once() {
	names := map[string]string{}
	for id, l := range h.ideal.live {
		if id[0] != 'n' {
			continue
		}
		if other, twice := names[l.TenantID+l.Name]; twice {
			h.fail("%s and %s are both named %s", id, other, l.Name)
		}
		names[l.TenantID+l.Name] = id
	}
}

func (h *past) step() {
	switch h.pick(8) {
	case 0, 1, 2:
		h.edit()
	case 6: // two edits, one after the other
		whole := h.file
		h.edit()
		maps.Copy(h.Ledger, h.Absences())
		h.edit()
		maps.Copy(h.Ledger, h.Absences())
		if h.pick(2) == 0 {
			h.say("all of that taken back")
			h.read(whole)
		}
	case 7:
		h.blind = !h.blind
		h.ListFailed = map[bool]string{true: "503"}[h.blind]
		h.say("the list fails: %t", h.blind)
	case 3:
		h.hand()
	case 4: // a file that is cut for a moment
		f := *h.file
		if n := len(f.Instances); n > 0 {
			f.Instances = f.Instances[:h.pick(n)]
		}
		whole, before := h.file, maps.Clone(h.tally)
		h.say("cut to %d", len(f.Instances))
		f.Digest = "cut"
		f.Moved, f.Removed = nil, nil
		h.read(&f)
		h.pass(time.Duration(h.pick(60)) * time.Second)
		if h.tally[reconcile.CauseRemoved] != before[reconcile.CauseRemoved] {
			h.fail("a file that was cut for a moment paused or deleted something")
		}
		h.read(whole)
	case 5: // a plan of another file
		f := *h.file
		f.Instances, f.Policy.Mode = nil, spec.Sync
		led := maps.Clone(h.Ledger)
		w := h.World
		w.Ledger = maps.Clone(led)
		maps.Copy(w.Ledger, w.Ledger.Read(&f, h.Now))
		w.Desired, w.Blocks, w.Policy = nil, nil, f.Policy
		reconcile.Diff(w)
		if !maps.EqualFunc(led, h.Ledger, func(a, b reconcile.Entry) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			h.fail("a plan changed what is remembered")
		}
	}
	h.pass([]time.Duration{20 * time.Second, 3 * time.Minute, 40 * time.Minute, 90 * time.Minute, 30 * time.Hour}[h.pick(5)])
}

func histories(t *testing.T, from, n uint64) {
	tally := map[reconcile.Cause]int{}
	for seed := range n {
		h := &past{rnd: rand.New(rand.NewPCG(from+seed, 2)), since: map[string]time.Duration{}, listed: map[string]*spec.Instance{}, tally: tally}
		h.ideal = ideal{t: t, live: map[string]observed.Live{}, World: reconcile.World{Now: at("12:00:00"), Ledger: reconcile.Ledger{}}}
		h.say("seed %d", from+seed)
		f := &spec.Fleet{Name: "acme", TenantID: "t1", Location: time.UTC, Policy: spec.Policy{Mode: spec.Sync, MaxDeletes: 9, DeleteAfter: time.Hour}}
		for _, key := range []string{"a", "b", "c"} {
			h.put(f, spec.Instance{Key: key})
		}
		h.read(f)
		for range 8 {
			h.step()
		}
	}
	t.Logf("%v", tally)
	if tally[reconcile.CauseRemoved] == 0 || tally[reconcile.CauseStated] == 0 || tally[reconcile.CauseMoved] == 0 {
		t.Errorf("the histories are too tame: %v", tally)
	}
}

func TestHistories(t *testing.T) { histories(t, 0, 3000) }

func TestLongHistories(t *testing.T) {
	if os.Getenv("AURAD_LONG") == "" {
		t.Skip("takes minutes: set AURAD_LONG=1")
	}
	histories(t, 1000, 100_000)
}
