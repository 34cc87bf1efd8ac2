package daemon_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/fleettest"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Random histories of a fleet: its file is edited, cut short and renamed in every way, people work
// in the console, lists are stale, empty or another tenant's, the clock is set, the daemon restarts
// and plans are asked for in between. The simulator's books, and the list of files that were in
// force, say what may have been deleted.

// block is one instance of a generated file.
type block struct {
	name, id, source        string
	adopt, protect, suspend bool
}

// draft is a generated file.
type draft struct {
	fleet, tenant, mode, after string
	blocks                     map[string]block
	moved, removed             []string // lines
}

func (d draft) copy() draft {
	d.blocks, d.moved, d.removed = maps.Clone(d.blocks), slices.Clone(d.moved), slices.Clone(d.removed)
	return d
}

func (d draft) text() string {
	var b strings.Builder
	b.WriteString("schema: aurad/v1\n")
	if d.fleet != "" {
		fmt.Fprintf(&b, "fleet: %s\n", d.fleet)
	}
	fmt.Fprintf(&b, "tenant_id: %s\nbudget: {requests_per_minute: 125}\ncredentials: {store: dotenv}\n", d.tenant)
	b.WriteString("defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}\n")
	fmt.Fprintf(&b, "moved: [%s]\nremoved: [%s]\ninstances:\n", strings.Join(d.moved, ", "), strings.Join(d.removed, ", "))
	for _, key := range slices.Sorted(maps.Keys(d.blocks)) {
		fmt.Fprintf(&b, "  %s:\n%s", key, d.blocks[key].text())
	}
	fmt.Fprintf(&b, "policy:\n  mode: %s\n  max_deletes: 9\n  delete_after: %s\n", d.mode, d.after)
	return b.String()
}

func (k block) text() string {
	var b strings.Builder
	for _, field := range []struct{ name, value string }{{"name", k.name}, {"id", k.id}} {
		if field.value != "" {
			fmt.Fprintf(&b, "    %s: %q\n", field.name, field.value)
		}
	}
	if k.source != "" {
		fmt.Fprintf(&b, "    source: {instance: %s}\n", k.source)
	}
	for name, on := range map[string]bool{"adopt": k.adopt, "protect": k.protect, "suspend": k.suspend} {
		if on {
			fmt.Fprintf(&b, "    %s: true\n", name)
		}
	}
	return b.String()
}

// inForce is a file and since when, in true time, it was the newest one.
type inForce struct {
	at    time.Time
	fleet *spec.Fleet
}

// history is a world whose past the judge knows.
type history struct {
	*world
	rnd   *rand.Rand
	clock *fleettest.SetClock
	draft draft
	files []inForce
	hands []aurasim.Request // what people did in the console, as if it were requests
	done  []string          // what happened, for people
	fresh int
}

var historyKeys = []string{"a", "b", "c"}

func (h *history) say(format string, args ...any) {
	h.done = append(h.done, time.Now().Format("02 15:04:05 ")+fmt.Sprintf(format, args...))
}

// play brings a text into force, if it is a fleet file.
func (h *history) play(text string) bool {
	f, err := spec.Parse("fleet.yaml", []byte(text))
	if err != nil {
		return false
	}
	if h.d == nil || h.state == nil {
		return false
	}
	if err := h.d.SetFleet(f); err != nil {
		h.t.Fatal(err)
	}
	h.files = append(h.files, inForce{time.Now(), f})
	return true
}

// begin starts a daemon on the newest file, as after a reboot.
func (h *history) begin() {
	f := h.files[len(h.files)-1].fleet
	h.startOn(f)
}

func (h *history) chance(n int) bool { return h.rnd.IntN(n) == 0 }

func (h *history) key() string { return historyKeys[h.rnd.IntN(len(historyKeys))] }

// someID is the id of an instance that lives or lived.
func (h *history) someID() string {
	all := h.sim.Instances()
	if len(all) == 0 {
		return "0a1b2c3d"
	}
	return all[h.rnd.IntN(len(all))].ID
}

// edit changes the file in one way.
func (h *history) edit() {
	before, d := h.draft, h.draft.copy()
	key := h.key()
	switch h.rnd.IntN(12) {
	case 0, 1: // a block leaves, or comes
		if _, there := d.blocks[key]; there {
			delete(d.blocks, key)
		} else {
			d.blocks[key] = block{}
		}
	case 2: // a key is renamed, and nobody says so
		h.fresh++
		d.blocks[fmt.Sprintf("n%d", h.fresh)] = block{name: key}
		delete(d.blocks, key)
	case 3: // a key is renamed, and the file says so
		h.fresh++
		to := fmt.Sprintf("n%d", h.fresh)
		if old, there := d.blocks[key]; there {
			if old.name == "" {
				old.name = key
			}
			d.blocks[to] = old
			d.moved = []string{fmt.Sprintf("{from: %s, to: %s}", key, to)}
			delete(d.blocks, key)
		}
	case 4: // a block of another key names an instance
		h.fresh++
		d.blocks[fmt.Sprintf("n%d", h.fresh)] = block{id: h.someID(), protect: h.chance(2)}
		if h.chance(2) {
			delete(d.blocks, key)
		}
	case 5:
		h.fresh++
		d.blocks[fmt.Sprintf("n%d", h.fresh)] = block{name: key, adopt: true}
		delete(d.blocks, key)
	case 6: // a clone
		h.fresh++
		d.blocks[fmt.Sprintf("n%d", h.fresh)] = block{source: []string{key, h.someID()}[h.rnd.IntN(2)]}
		if h.chance(2) {
			delete(d.blocks, key)
		}
	case 7:
		if k, there := d.blocks[key]; there {
			k.protect, k.suspend = h.chance(2), h.chance(3)
			d.blocks[key] = k
		}
	case 8:
		d.mode = []string{"sync", "upsert", "observe", "sync"}[h.rnd.IntN(4)]
	case 9:
		d.tenant = []string{aurasim.DemoTenantID, greenTenant}[h.rnd.IntN(2)]
		if h.chance(2) {
			delete(d.blocks, key)
		}
	case 10: // a deletion is stated
		delete(d.blocks, key)
		id := h.someID()
		for _, in := range h.sim.Instances() {
			if in.Name == key && h.chance(2) {
				id = in.ID
			}
		}
		d.removed = []string{fmt.Sprintf("{key: %s, id: %s}", key, id)}
	case 11:
		d.after = []string{"1h", "2h", "0s", "72h"}[h.rnd.IntN(4)]
		if h.chance(2) {
			d.moved, d.removed = nil, nil
		}
	}
	if !h.play(d.text()) {
		h.draft = before // what is no fleet file never comes into force
		return
	}
	h.draft = d
	h.say("edit\n%s", d.text()[strings.Index(d.text(), "moved:"):])
}

// cut writes the file short for a moment, as an editor or a bad copy does.
func (h *history) cut() {
	text := h.draft.text()
	n := h.rnd.IntN(len(text))
	before := len(h.sim.Mutations())
	whole := h.files[len(h.files)-1]
	if !h.play(text[:n]) {
		return
	}
	h.say("cut after %d bytes", n)
	h.run(time.Duration(h.rnd.IntN(55)) * time.Second)
	for _, r := range h.sim.Mutations()[before:] {
		if in, _ := h.sim.Instance(r.InstanceID); strings.HasSuffix(r.Path, "/pause") || r.Method == "DELETE" && h.keysOf(in)[whole.fleet] == nil {
			h.fail("a file that was cut for a moment led to %s %s", r.Method, r.Path)
		}
	}
	h.play(text)
}

// hand is a person in the console.
func (h *history) hand() {
	id := h.someID()
	what := []string{"delete", "pause", "resume", "vanish", "restore", "add"}[h.rnd.IntN(6)]
	h.say("console: %s %s", what, id)
	switch what {
	case "restore":
		_, _ = h.sim.Restore(id)
	case "add":
		h.sim.Add(aurasim.Instance{Name: h.key()})
	default:
		if h.sim.Act(id, what) == nil { // the console may refuse, too
			h.hands = append(h.hands, aurasim.Request{At: time.Now(), InstanceID: id, Path: "/" + what, Outcome: 202})
		}
	}
}

// blur makes the next lists lie.
func (h *history) blur() {
	kind := []aurasim.FaultKind{aurasim.StaleRead, aurasim.EmptyList, aurasim.ForeignList}[h.rnd.IntN(3)]
	h.say("the next lists are %s", kind)
	h.sim.Inject(aurasim.Fault{Match: isList, Kind: kind, Age: time.Hour, Times: 1 + h.rnd.IntN(3)})
}

// ask makes a plan beside the state, and another one of another file, and demands that nothing of
// the state is touched by it.
func (h *history) ask() {
	h.stop()
	time.Sleep(time.Second) // the looks of three daemons in one second would be taken for a hot loop
	defer time.Sleep(time.Second)
	path := filepath.Join(h.dir, "aurad.db")
	before, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	peeked, err := folder.Peek(h.dir, "")
	if err != nil {
		h.t.Fatal(err)
	}
	h.state = peeked
	h.daemonOn(h.files[len(h.files)-1].fleet)
	_ = h.d.Observe(h.t.Context(), func(int, int) {})
	h.d.Plan(h.clock.Now())
	other := h.draft.copy()
	delete(other.blocks, h.key())
	other.mode = "sync"
	if f, err := spec.Parse("other.yaml", []byte(other.text())); err == nil {
		h.d.PlanOf(f, h.clock.Now())
		_ = h.d.SetFleet(f)
		h.d.Plan(h.clock.Now())
	}
	h.stop()
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		h.fail("a plan changed the state file: %v", err)
	}
	h.begin()
}

func (h *history) fail(format string, args ...any) {
	h.t.Helper()
	h.say("the plan:\n%s", steps(h.d.Plan(h.clock.Now())))
	h.t.Fatalf("%s\n%s\nevents:\n%s", fmt.Sprintf(format, args...), strings.Join(h.done, "\n"), h.story())
}

// step is one thing that happens, and what the daemon does then.
func (h *history) step() {
	switch h.rnd.IntN(10) {
	case 0, 1, 2, 3:
		h.edit()
	case 4:
		h.cut()
	case 5:
		h.hand()
	case 6:
		h.blur()
	case 7:
		h.ask()
	case 8:
		h.stop()
		time.Sleep(time.Duration(h.rnd.IntN(100)) * time.Hour)
		h.begin()
	case 9:
		by := []time.Duration{40 * 24 * time.Hour, -time.Hour, 30 * time.Second}[h.rnd.IntN(3)]
		h.say("the clock is set by %s", by)
		h.clock.Set(by)
	}
	long := []time.Duration{20 * time.Second, 3 * time.Minute, 40 * time.Minute, 90 * time.Minute, 4 * time.Hour, 80 * time.Hour}
	h.run(long[h.rnd.IntN(len(long))])
	h.once()
}

// once demands that no two instances that aurad made under one name live at once.
func (h *history) once() {
	made := map[string]bool{}
	for _, c := range h.sim.Creates() {
		made[c.InstanceID] = true
	}
	names := map[string]string{}
	for _, in := range h.sim.Instances() {
		name, _, _ := strings.Cut(in.Name, "~")
		if in.Deleted || !made[in.ID] || in.Status == aurasim.StatusDestroying {
			continue
		}
		if other, twice := names[in.TenantID+name]; twice {
			h.fail("%s and %s are both named %s", other, in.ID, name)
		}
		names[in.TenantID+name] = in.ID
	}
}

// lives lets a history happen, and judges it.
func lives(t *testing.T, seed uint64, long int, sum *tally) {
	t.Helper()
	cfg := aurasim.Config{Clients: map[string]string{aurasim.DemoClientID: aurasim.DemoClientSecret}, RequestsPerMinute: 125,
		Tenants: []catalog.Tenant{{ID: aurasim.DemoTenantID, Name: "Blue"}, {ID: greenTenant, Name: "Green"}}}
	inWorld(t, cfg, func(w *world) {
		w.limit = 125
		h := &history{world: w, rnd: rand.New(rand.NewPCG(seed, 1)), clock: fleettest.NewSetClock(), draft: draft{
			fleet: "acme", tenant: aurasim.DemoTenantID, mode: "sync", after: "1h", blocks: map[string]block{"a": {}, "b": {}, "c": {}}}}
		w.clock = h.clock
		h.say("seed %d, %d steps", seed, long)
		f, err := spec.Parse("fleet.yaml", []byte(h.draft.text()))
		if err != nil {
			t.Fatal(err)
		}
		h.files = append(h.files, inForce{time.Now(), f})
		h.begin()
		h.run(10 * time.Minute)
		for range long {
			h.step()
		}
		for _, r := range h.sim.Mutations() {
			if r.Method == "DELETE" && r.Accepted() {
				h.judge(r)
			}
		}
		h.count(sum)
	})
}

// tally is how often something happened over many histories: a judge with nothing to judge proves
// nothing.
type tally struct{ stated, absent, moved, made int }

func (h *history) count(sum *tally) {
	sum.made += h.made()
	for _, e := range h.events {
		if e.Kind == journal.Finished && e.Verb == reconcile.Move {
			sum.moved++
		}
		if e.Kind == journal.Started && e.Verb == reconcile.Delete {
			switch e.Cause {
			case reconcile.CauseStated:
				sum.stated++
			case reconcile.CauseRemoved:
				sum.absent++
			}
		}
	}
}

func TestHistories(t *testing.T) {
	var sum tally
	for seed := range uint64(6) { // with the race detector each takes seconds: TestLongHistories has more
		lives(t, seed, 8, &sum)
	}
}

func TestLongHistories(t *testing.T) {
	long(t)
	var sum tally
	for seed := range uint64(300) {
		lives(t, 1000+seed, 12, &sum)
	}
	sum.enough(t)
}

func (s tally) enough(t *testing.T) {
	t.Helper()
	t.Logf("%d made, %d moved, %d deleted as stated, %d for having left", s.made, s.moved, s.stated, s.absent)
	if s.stated == 0 || s.absent == 0 || s.moved == 0 {
		t.Errorf("the histories are too tame: %+v", s)
	}
}
