package change

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/spec"
)

// api answers every request alike, and notes it.
type api struct {
	asked []string
	in    *aura.Instance
	err   error
}

func (a *api) say(format string, args ...any) (*aura.Instance, error) {
	a.asked = append(a.asked, fmt.Sprintf(format, args...))
	return a.in, a.err
}

func (a *api) Patch(_ context.Context, id string, p aura.PatchRequest) (*aura.Instance, error) {
	return a.say("patch %s %v", id, p)
}
func (a *api) Delete(_ context.Context, id string) (*aura.Instance, error) {
	return a.say("delete %s", id)
}
func (a *api) Pause(_ context.Context, id string) (*aura.Instance, error) {
	return a.say("pause %s", id)
}
func (a *api) Resume(_ context.Context, id string) (*aura.Instance, error) {
	return a.say("resume %s", id)
}
func (a *api) Upgrade(_ context.Context, id string, _ aura.UpgradeRequest) (*aura.Instance, error) {
	return a.say("upgrade %s", id)
}

// requester is one for the key orders, with instance i1 that runs.
func requester(t *testing.T, a *api, told *[]journal.Event) *Requester {
	t.Helper()
	s, err := folder.Open(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	start := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	b := &book.Book{State: s, Clock: clock.NewFast(start, 1e-9), Log: slog.New(slog.DiscardHandler), Notify: func(e journal.Event) { *told = append(*told, e) },
		Fleet: &spec.Fleet{Name: "acme"}, Ledger: reconcile.Ledger{"orders": {ID: "i1", Settled: reconcile.Settled{State: spec.Running}}},
		Observed: observed.Fleet{Instances: []observed.Live{{ID: "i1", Name: "orders", Status: "running", Type: "professional-db", Memory: "2GB"}}}}
	if err := s.PutEntry("orders", b.Ledger["orders"]); err != nil {
		t.Fatal(err)
	}
	return New(b, a)
}

// What each step asks of Aura, what people are told of it, and what is waited for then.
func TestWhatAStepAsks(t *testing.T) {
	grow := []reconcile.Change{{Field: "memory", Old: "2GB", New: "4GB"}, {Field: "cdc_enrichment_mode", New: "FULL"}}
	name := []reconcile.Change{{Field: "name", Old: "orders", New: "sales"}}
	for _, c := range []struct {
		step             reconcile.Step
		asked, told, now string
	}{
		{reconcile.Step{Verb: reconcile.Pause, Reason: "night"}, "pause i1", "started pause: night", "pause"},
		{reconcile.Step{Verb: reconcile.Resume, Reason: "day"}, "resume i1", "started resume: day", "resume"},
		{reconcile.Step{Verb: reconcile.Delete, Reason: "stated"}, "delete i1", "started delete: stated", "delete"},
		{reconcile.Step{Verb: reconcile.Upgrade, Reason: "drift", Changes: []reconcile.Change{{Field: "type", Old: "a", New: "b"}}}, "upgrade i1", "started upgrade type a -> b: drift", "upgrade"},
		{reconcile.Step{Verb: reconcile.Resize, Reason: "drift", Changes: grow}, "patch i1 map[cdc_enrichment_mode:FULL memory:4GB]", "started resize memory 2GB -> 4GB, cdc_enrichment_mode FULL: drift", "resize"},
		{reconcile.Step{Verb: reconcile.Rename, Reason: "drift", Changes: name}, "patch i1 map[name:sales]", "finished rename name orders -> sales: drift", ""},
	} {
		var told []journal.Event
		a := &api{}
		r := requester(t, a, &told)
		c.step.Key, c.step.InstanceID, c.step.Cause = "orders", "i1", reconcile.CauseDrift
		if err := r.Change(t.Context(), c.step)(); err != nil {
			t.Fatal(err)
		}
		if strings.Join(a.asked, "; ") != c.asked {
			t.Errorf("%s asked %q", c.step.Verb, a.asked)
		}
		if len(told) != 1 || fmt.Sprint(told[0].Kind, " ", told[0].Text) != c.told || told[0].Key != "orders" || told[0].ID != "i1" || told[0].Verb != c.step.Verb || told[0].Cause != reconcile.CauseDrift || told[0].At.IsZero() {
			t.Errorf("%s told %+v", c.step.Verb, told)
		}
		op := r.Ledger["orders"].Op
		if (op == nil) != (c.now == "") || op != nil && (string(op.Verb) != c.now || op.From != "running") {
			t.Errorf("%s is waited for as %+v", c.step.Verb, op)
		}
		kept, err := r.State.Ledger()
		if err != nil || (kept["orders"].Op == nil) != (op == nil) {
			t.Errorf("%s is kept as %+v: %v", c.step.Verb, kept["orders"], err)
		}
	}
}

// What Aura refuses is remembered with when it is tried again, and what it accepted before in vain is said.
func TestWhatIsRefusedOrInVain(t *testing.T) {
	var told []journal.Event
	r := requester(t, &api{err: &failure.Error{Op: failure.OpPause, Kind: failure.Person, Sent: true, Status: 402, Message: "pay"}}, &told)
	s := reconcile.Step{Key: "orders", InstanceID: "i1", Verb: reconcile.Pause}
	if err := r.Change(t.Context(), s)(); err != nil {
		t.Fatal(err)
	}
	if f := r.Ledger["orders"].Failure; f == nil || f.Kind != reconcile.FailurePerson || f.RetryAt.Sub(f.At) != time.Hour || r.Ledger["orders"].Op != nil {
		t.Errorf("remembered as %+v", f)
	}
	if len(told) != 1 || told[0].Kind != journal.Failed || !strings.Contains(told[0].Text, "pay") {
		t.Errorf("told %+v", told)
	}

	told = nil
	r = requester(t, &api{}, &told)
	e := r.Ledger["orders"]
	e.Requested.Name = "sales"
	r.Ledger["orders"] = e
	s = reconcile.Step{Key: "orders", InstanceID: "i1", Verb: reconcile.Rename, Changes: []reconcile.Change{{Field: "name", Old: "orders", New: "sales"}}}
	if err := r.Change(t.Context(), s)(); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || told[0].Kind != journal.Failed || told[0].At.IsZero() || !strings.Contains(told[0].Text, "before") || r.Ledger["orders"].Undone(s) != 1 {
		t.Errorf("told %+v, %+v", told, r.Ledger["orders"].Failure)
	}
}

// A state that can't take what is about to be sent stops the request.
func TestNothingIsSentThatIsNotDurable(t *testing.T) {
	var told []journal.Event
	a := &api{}
	r := requester(t, a, &told)
	if err := r.State.Close(); err != nil {
		t.Fatal(err)
	}
	s := reconcile.Step{Key: "orders", InstanceID: "i1", Verb: reconcile.Pause, Due: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	if err := r.Change(t.Context(), s)(); err == nil || len(a.asked) > 0 {
		t.Errorf("%v, asked %q", err, a.asked)
	}
}

// Of keys that swap, each leaves the other's credential its place.
func TestSwappedKeys(t *testing.T) {
	var told []journal.Event
	r := requester(t, &api{}, &told)
	r.Ledger = reconcile.Ledger{"a": {ID: "i1", StoredUnder: "b"}, "b": {ID: "i2", StoredUnder: "a"}, "c": {ID: "i3", StoredUnder: "c"}}
	for key, want := range map[string]string{"a": "i2", "b": "i1", "c": "", "d": ""} {
		if got := r.swapped(key); got != want {
			t.Errorf("under %s: %q, want %q", key, got, want)
		}
	}
	if err := errors.Join(r.moveKeys()); err != nil {
		t.Errorf("nothing to move: %v", err)
	}
}
