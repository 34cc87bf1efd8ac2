package reconcile_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// A filler makes values of any type of the core: instants that coincide, names and ids that meet each
// other, words that are known and words that are not. New fields are filled without a line here.
type filler struct{ *rand.Rand }

func newFiller(seed uint64) filler { return filler{rand.New(rand.NewPCG(seed, 7))} }

// words are what a text may be, by the name of its field or by its type.
func words(name string, of reflect.Type) []string {
	switch of {
	case reflect.TypeFor[reconcile.Verb]():
		return []string{"create", "adopt", "move", "rename", "resize", "upgrade", "update", "pause", "resume", "delete", "wait", "hold", "blocked"}
	case reflect.TypeFor[reconcile.Stage]():
		return []string{string(reconcile.Intended), string(reconcile.Spooled), string(reconcile.Stored)}
	case reflect.TypeFor[reconcile.Unread]():
		return []string{"", "", string(reconcile.UnreadAll), string(reconcile.UnreadID), string(reconcile.UnreadPassword)}
	case reflect.TypeFor[reconcile.CredentialState]():
		return []string{string(reconcile.CredentialStored), string(reconcile.CredentialStored), string(reconcile.CredentialUnknown), string(reconcile.CredentialSpooled), ""}
	case reflect.TypeFor[reconcile.FailureKind]():
		return []string{string(reconcile.FailureLater), string(reconcile.FailurePerson), string(reconcile.FailureState), string(reconcile.FailureStore), string(reconcile.FailureUndone)}
	case reflect.TypeFor[reconcile.Cause]():
		return []string{"drift", "schedule", string(reconcile.CauseRemoved), string(reconcile.CauseLost), string(reconcile.CauseGone), string(reconcile.CauseStore), string(reconcile.CauseFailed), string(reconcile.CauseUnfinished)}
	case reflect.TypeFor[spec.State]():
		return []string{"running", "paused"}
	case reflect.TypeFor[spec.Mode]():
		return []string{"sync", "sync", "upsert", "observe"}
	case reflect.TypeFor[spec.OnLost]():
		return []string{string(spec.ReportLost), string(spec.RecreateLost)}
	case reflect.TypeFor[spec.OnGone]():
		return []string{string(spec.ReportGone), string(spec.RecreateGone)}
	case reflect.TypeFor[spec.ManualChanges]():
		return []string{string(spec.EnforceSchedule), string(spec.UntilNextEdge), string(spec.IgnoreSchedule)}
	}
	switch strings.ToLower(name) {
	case "id", "instanceid", "former", "instance":
		return []string{"", "i1", "i2", "i3", "i4", "i5", "i6"}
	case "key", "movedfrom", "storedunder", "from", "to":
		return []string{"a", "b", "c", "d", "e"}
	case "name":
		return []string{"a", "b", "c", "d", "e", "a~bad00001", "b~dead0001", "other"}
	case "status":
		return []string{"running", "running", "paused", "paused", "pausing", "resuming", "creating", "updating", "destroying", "loading failed", "", "meditating"}
	case "type":
		return []string{"professional-db", "professional-db", "business-critical", "enterprise-db", "free-db"}
	case "memory", "storage":
		return []string{"2GB", "2GB", "4GB", "1GB", ""}
	case "nonce", "claim":
		return []string{"bad00001", "dead0001", "dead0002", ""}
	case "tenantid":
		return []string{"", "t1", "t1", "t1", "t2"}
	case "cdcenrichmentmode":
		return []string{"", "OFF", "FULL"}
	case "cloudprovider":
		return []string{"gcp"}
	case "region":
		return []string{"europe-west1", "europe-west1", "europe-west1", "us-east1"}
	case "version":
		return []string{"5", "5", "4"}
	case "fleet":
		return []string{"fleet", "fleet", "fleet", spec.DefaultFleet}
	case "class":
		return []string{"pause/professional-db/2GB", "create/professional-db/2GB", ""}
	case "field":
		return []string{"name", "memory", "storage", "type", "cdc_enrichment_mode", "secondaries_count", "vector_optimized"}
	case "new", "old":
		return []string{"a", "2GB", "4GB", "FULL", "1", "true", ""}
	}
	return []string{"", "", "a word"}
}

func choose[T any](f filler, from []T) T { return from[f.IntN(len(from))] }

// oneIn is true once in n times.
func (f filler) oneIn(n int) bool { return f.IntN(n) == 0 }

// instant is around noon, on a grid on which bounds are met.
func (f filler) instant() time.Time {
	steps := []time.Duration{0, time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute, time.Hour, 2 * time.Hour, 24 * time.Hour}
	by := choose(f, steps)
	if f.oneIn(3) {
		by = -by
	}
	return at("12:00:00").Add(-by)
}

func (f filler) span() time.Duration {
	return choose(f, []time.Duration{0, time.Second, 30 * time.Second, time.Minute, 10 * time.Minute, time.Hour, 2 * time.Hour, 72 * time.Hour})
}

// fill puts something into v, which is the field called name.
func (f filler) fill(v reflect.Value, name string, depth int) {
	switch v.Interface().(type) {
	case time.Time:
		if !f.oneIn(4) {
			v.Set(reflect.ValueOf(f.instant()))
		}
		return
	case time.Duration:
		v.SetInt(int64(f.span()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(choose(f, words(name, v.Type())))
	case reflect.Bool:
		v.SetBool(f.oneIn(4))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.IntN(4)))
	case reflect.Float64:
		v.SetFloat(f.Float64())
	case reflect.Pointer:
		if depth < 6 && f.oneIn(3) {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), name, depth+1)
		}
	case reflect.Slice:
		n := f.IntN(3)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			f.fill(v.Index(i), name, depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range f.IntN(3) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key, "key", depth+1)
			f.fill(value, name, depth+1)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && depth < 6 {
				f.fill(v.Field(i), v.Type().Field(i).Name, depth+1)
			}
		}
	}
}

func filled[T any](f filler) T {
	var v T
	f.fill(reflect.ValueOf(&v).Elem(), reflect.TypeFor[T]().Name(), 0)
	return v
}

// world is one in which everything may be, but that no two keys own one instance.
func (f filler) world() reconcile.World {
	w := filled[reconcile.World](f)
	w.Now, w.Limit, w.Desired, w.Blocks, w.Ledger = at("12:00:00"), 25, nil, nil, reconcile.Ledger{}
	if !f.oneIn(8) {
		w.ListFailed, w.Account, w.Elsewhere, w.Owners, w.LookFailed = "", "", nil, nil, nil
	}
	w.Surveying, w.WholeAt = f.oneIn(10), time.Time{}
	if f.oneIn(10) {
		w.WholeAt = f.instant()
	}
	if f.oneIn(2) {
		w.Moved, w.Removed = nil, nil
	}
	w.Moved = apart(w.Moved)
	ids := []string{"i1", "i2", "i3", "i4", "i5", "i6"}
	f.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	for i, key := range anyKeys {
		if !f.oneIn(4) {
			w.Ledger[key] = f.entry(key, ids[i])
		}
		if !f.oneIn(4) {
			w.Desired = append(w.Desired, f.desired(key))
			w.Blocks = append(w.Blocks, w.Desired[len(w.Desired)-1].Instance)
		}
	}
	w.Observed = f.sightings()
	return w
}

// apart leaves out what a file can't say: a key that moves to two, or two to one.
func apart(moves []spec.Move) []spec.Move {
	from, to := map[string]bool{}, map[string]bool{}
	return slices.DeleteFunc(moves, func(m spec.Move) bool {
		twice := from[m.From] || to[m.To] || m.From == m.To
		from[m.From], to[m.To] = true, true
		return twice
	})
}

// entry is one as often whole as broken: of most keys little is remembered.
func (f filler) entry(key, id string) reconcile.Entry {
	e := filled[reconcile.Entry](f)
	e.Tombstones = choose(f, [][]reconcile.Tombstone{nil, nil, nil, e.Tombstones})
	if f.oneIn(2) {
		e.Missing, e.Absence, e.MovedFrom, e.StoredUnder, e.Claim, e.Former = nil, nil, "", "", "", ""
	}
	if f.oneIn(2) {
		e.Op, e.Failure = nil, nil
	}
	if f.oneIn(2) {
		e.Birth = nil
	}
	e.ID, e.Name = choose(f, []string{id, id, id, ""}), key
	if e.StoredUnder == key {
		e.StoredUnder = ""
	}
	if e.Birth != nil && f.oneIn(4) {
		e = e.UnderWay()
	}
	return e
}

func (f filler) desired(key string) spec.Desired {
	d := filled[spec.Desired](f)
	d.Key, d.Schedule, d.Hold, d.Source = key, nil, nil, nil
	if !f.oneIn(4) {
		d.Name = key
	}
	if !f.oneIn(5) {
		d.ID, d.Adopt = "", false
	}
	if f.oneIn(6) {
		d.Source = &spec.Source{Instance: choose(f, anyKeys), SnapshotID: choose(f, []string{"", "s1"})}
	}
	if f.oneIn(2) {
		d.Schedule = &spec.Schedule{Name: "s", ManualChanges: filled[spec.ManualChanges](f)}
		d.Schedule.ReadyBy.Auto = f.oneIn(2)
	}
	d.Next = spec.Edge{At: upcoming(f.instant()), State: spec.Paused, Rule: "another rule"}
	if d.Wants == spec.Paused {
		d.Next.State = spec.Running
	}
	if f.oneIn(4) {
		h := filled[spec.Hold](f)
		h.Key, h.Until = key, upcoming(f.instant())
		d.Hold = &h
	}
	return d
}

func (f filler) sightings() observed.Fleet {
	o := filled[observed.Fleet](f)
	o.Instances = nil
	for i := 1; i <= 6; i++ {
		if f.oneIn(4) {
			continue
		}
		l := filled[observed.Live](f)
		l.ID = fmt.Sprintf("i%d", i)
		o.Instances = append(o.Instances, l)
	}
	if !f.oneIn(8) {
		o.Unreadable = nil
	}
	return o
}
