package look

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/reconcile/task"
	"github.com/aurad/aurad/spec"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// looker looks for tenant t1, where the key orders has i1.
func looker(t *testing.T, told *[]journal.Event) *Looker {
	t.Helper()
	s, err := folder.Open(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return New(&book.Book{State: s, Clock: clock.NewFast(noon, 1e-9), Log: slog.New(slog.DiscardHandler), Notify: func(e journal.Event) { *told = append(*told, e) },
		Fleet:    &spec.Fleet{Name: "acme", TenantID: "t1", Instances: []spec.Instance{{Key: "orders", Name: "orders"}}},
		Ledger:   reconcile.Ledger{"orders": {ID: "i1", TenantID: "t1"}},
		Observed: observed.Fleet{ListedAt: noon, Instances: []observed.Live{{ID: "i1", Name: "orders", Status: "running"}}}}, nil)
}

// What fails waits longer each time, as long as the server asks at least, and begins anew once it
// worked; nothing else waits for it.
func TestWhatFailsWaits(t *testing.T) {
	var told []journal.Event
	l := looker(t, &told)
	one, other, list := task.Task{Kind: task.Look, ID: "i1"}, task.Task{Kind: task.Look, ID: "i2"}, task.Task{Kind: task.List}
	held := func(t task.Task) time.Duration {
		due := l.HoldBack([]task.Task{t}, l.Clock.Now())[0].Due
		if due.IsZero() {
			return 0
		}
		return due.Sub(noon).Round(time.Second)
	}
	for i, want := range []time.Duration{5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300, 300} {
		l.Attempted(one, errors.New("no"))
		if got := held(one); got != want*time.Second || l.Tries()["look i1"] != i+1 {
			t.Errorf("failure %d: held for %s, %v", i+1, got, l.Tries())
		}
	}
	if held(other) != 0 || held(list) != 0 || !l.Failed(one) || l.Failed(other) {
		t.Errorf("others are held for %s, %s", held(other), held(list))
	}
	l.Attempted(list, &failure.Error{Kind: failure.Later, RetryAfter: 70 * time.Second, Message: "slow down"})
	if held(list) != 70*time.Second {
		t.Errorf("the server asked for 70 s: held for %s", held(list))
	}
	l.Attempted(list, &failure.Error{Kind: failure.Later, RetryAfter: time.Hour})
	if held(list) != exchange.MaxWait {
		t.Errorf("the server asked for an hour: held for %s", held(list))
	}
	later := task.Task{Kind: task.Look, ID: "i1", Due: noon.Add(time.Hour)}
	if held(later) != time.Hour {
		t.Errorf("what is due later anyway became due after %s", held(later))
	}
	looks, why := l.Failing()
	if len(looks) != 1 || looks["i1"] != "no" || why == "" {
		t.Errorf("told of %v, %q", looks, why)
	}
	l.Shift(time.Hour)
	if got := held(one); got != time.Hour+5*time.Minute {
		t.Errorf("a clock set by an hour: held for %s", got)
	}
	l.Attempted(one, nil)
	if looks, _ := l.Failing(); held(one) != 0 || len(looks) != 0 || l.Failed(one) {
		t.Errorf("it worked: held for %s, %v", held(one), looks)
	}
	l.Attempted(one, errors.New("no"))
	if got := held(one); got != 5*time.Second || l.Tries()["look i1"] != 1 {
		t.Errorf("the first failure after that: held for %s, %v", got, l.Tries())
	}
}

// Which lists count against an instance: not one of another tenant, not an incomplete one, none of a
// create under way.
func TestWhatAListLeavesOut(t *testing.T) {
	for _, c := range []struct {
		name         string
		entry        reconcile.Entry
		fileTenant   string
		list         observed.Fleet
		lists, other string
	}{
		{"not shown", reconcile.Entry{ID: "i1", TenantID: "t1"}, "t1", observed.Fleet{}, "1", "false"},
		{"not shown beside others", reconcile.Entry{ID: "i1", TenantID: "t1"}, "t1", observed.Fleet{Instances: []observed.Live{{ID: "i2"}}}, "1", "true"},
		{"shown", reconcile.Entry{ID: "i1", TenantID: "t1"}, "t1", observed.Fleet{Instances: []observed.Live{{ID: "i1"}}}, "-", "-"},
		{"of another tenant", reconcile.Entry{ID: "i1", TenantID: "t2"}, "t1", observed.Fleet{}, "-", "-"},
		{"of a tenant nobody noted", reconcile.Entry{ID: "i1"}, "t1", observed.Fleet{}, "1", "false"},
		{"the file names no tenant", reconcile.Entry{ID: "i1", TenantID: "t2"}, "", observed.Fleet{}, "1", "false"},
		{"an entry without an id", reconcile.Entry{ID: "i1", TenantID: "t1"}, "t1", observed.Fleet{Unreadable: []string{""}}, "-", "-"},
		{"being made", reconcile.Entry{ID: "i1", TenantID: "t1", Op: &reconcile.Operation{Verb: reconcile.Create}}, "t1", observed.Fleet{}, "-", "-"},
		{"being paused", reconcile.Entry{ID: "i1", TenantID: "t1", Op: &reconcile.Operation{Verb: reconcile.Pause}}, "t1", observed.Fleet{}, "1", "false"},
		{"owns nothing", reconcile.Entry{}, "t1", observed.Fleet{}, "-", "-"},
	} {
		var told []journal.Event
		l := looker(t, &told)
		l.Fleet.TenantID, l.Ledger["orders"] = c.fileTenant, c.entry
		if err := l.missed(c.list); err != nil {
			t.Fatal(err)
		}
		lists, others := "-", "-"
		if m := l.Ledger["orders"].Missing; m != nil {
			lists, others = fmt.Sprint(m.Lists), fmt.Sprint(m.Others)
		}
		if lists != c.lists || others != c.other || len(told) != 0 {
			t.Errorf("%s: %s lists, others %s, told %v", c.name, lists, others, told)
		}
	}
	var told []journal.Event
	l := looker(t, &told)
	l.Ledger["orders"] = reconcile.Entry{ID: "i1", Missing: &reconcile.Missing{ID: "i1", Lists: 2, Others: true}}
	if err := l.missed(observed.Fleet{Instances: []observed.Live{{ID: "i1"}}}); err != nil || l.Ledger["orders"].Missing != nil || len(told) != 1 || told[0].Text != "is in Aura again" {
		t.Errorf("back again: %+v, told %v, %v", l.Ledger["orders"].Missing, told, err)
	}
}

// An instance that vanishes in the middle of a look is gone in Aura's own words alone, or when the newest
// list does not show it either; anybody else's 404 is noted, and everything else is tried again.
func TestALookThatFails(t *testing.T) {
	gone := &failure.Error{Kind: failure.Gone, Status: 404, Reason: "db-not-found"}
	page := &failure.Error{Kind: failure.Person, Status: 404}
	for _, c := range []struct {
		name     string
		err      error
		unlisted bool
		denied   string
		failed   bool
	}{
		{"in Aura's words", gone, false, "denied", false}, {"a page, and no list shows it", page, true, "denied", false},
		{"a page", page, false, "a 404", true}, {"a fault", &failure.Error{Kind: failure.Later, Status: 500}, true, "nothing", true},
		{"no answer", errors.New("cut"), true, "nothing", true},
	} {
		var told []journal.Event
		l := looker(t, &told)
		l.unlisted = map[string]bool{"i1": c.unlisted}
		look := task.Task{Kind: task.Look, Key: "orders", ID: "i1"}
		if err := l.RecordLook(look, aura.Instance{}, c.err); err != nil {
			t.Fatal(err)
		}
		noted := "nothing"
		if m := l.Ledger["orders"].Missing; m != nil && m.Denied {
			noted = "denied"
		} else if m != nil {
			noted = "a 404"
		}
		if noted != c.denied || l.Failed(look) != c.failed {
			t.Errorf("%s: %s is noted, failed %t: %+v", c.name, noted, l.Failed(look), l.Ledger["orders"])
		}
		if err := l.RecordLook(look, aura.Instance{Summary: aura.Summary{ID: "i1", Name: "orders"}, Status: aura.Running}, nil); err != nil || l.Ledger["orders"].Missing != nil || l.Failed(look) {
			t.Errorf("%s, then seen: %+v, %v", c.name, l.Ledger["orders"], err)
		}
	}
}
