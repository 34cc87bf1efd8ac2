package daemon

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// What people may ask to be held, and why not.
func TestWhatMayBeHeld(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	f := &spec.Fleet{Policy: spec.Policy{MaxHold: 7 * 24 * time.Hour}, Instances: []spec.Instance{
		{Key: "free", Type: "free-db"}, {Key: "kept", Type: "professional-db", Protect: true},
		{Key: "orders", Type: "professional-db"}, {Key: "watched", Type: "professional-db", Suspend: true}}}
	for _, c := range []struct {
		key    string
		state  spec.State
		until  time.Duration
		reason string
		wrong  string
	}{
		{"orders", spec.Paused, time.Hour, "audit", ""}, {"orders", spec.Running, time.Nanosecond, "", ""},
		{"orders", spec.Paused, 7 * 24 * time.Hour, strings.Repeat("a", 200), ""},
		{"none", spec.Paused, time.Hour, "", "no such instance"},
		{"watched", spec.Running, time.Hour, "", "it is suspended"},
		{"orders", "off", time.Hour, "", `not "off"`}, {"orders", "", time.Hour, "", `not ""`},
		{"kept", spec.Paused, time.Hour, "", "can't be paused"}, {"free", spec.Paused, time.Hour, "", "can't be paused"},
		{"kept", spec.Running, time.Hour, "", ""},
		{"orders", spec.Paused, 0, "", "its end, 2026-11-25T12:00:00Z, is past"}, {"orders", spec.Paused, -time.Hour, "", "is past"},
		{"orders", spec.Paused, 8 * 24 * time.Hour, "", "8d is too long; a hold lasts at most 7d"},
		{"orders", spec.Paused, 7*24*time.Hour + time.Minute, "", "168h1m0s is too long"},
		{"orders", spec.Paused, time.Hour, strings.Repeat("a", 201), "at most 200 bytes"},
		{"orders", spec.Paused, time.Hour, "two\nlines", "one line"},
	} {
		err := CheckHold(f, spec.Hold{Key: c.key, State: c.state, Until: now.Add(c.until), Reason: c.reason}, now)
		if (err == nil) != (c.wrong == "") || err != nil && (!strings.Contains(err.Error(), c.wrong) || !strings.HasPrefix(err.Error(), "hold "+c.key+": ")) {
			t.Errorf("%s %s for %s: %v, want %q", c.key, c.state, c.until, err, c.wrong)
		}
	}
}

// What is forgotten, and what stops it: an instance that would go on, billed and unwatched; a password that
// is nowhere else. A preview forgets nothing.
func TestWhatMayBeForgotten(t *testing.T) {
	gone := &reconcile.Missing{ID: "i1", Since: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), Lists: 2, Others: true}
	spooled := &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Spooled, InstanceID: "i1"}
	asked := &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Intended}
	for _, c := range []struct {
		name   string
		entry  reconcile.Entry
		asked  Forgetting
		wrong  string
		kept   bool   // the entry is as it was
		former string // what the next one's credential replaces
	}{
		{"live", reconcile.Entry{ID: "i1"}, Forgetting{}, "is live", true, ""},
		{"live, and left", reconcile.Entry{ID: "i1"}, Forgetting{LeaveLive: true}, "", false, ""},
		{"live, looked at", reconcile.Entry{ID: "i1"}, Forgetting{LeaveLive: true, Preview: true}, "", true, ""},
		{"gone", reconcile.Entry{ID: "i1", Missing: gone}, Forgetting{}, "", false, "i1"},
		{"gone, looked at", reconcile.Entry{ID: "i1", Missing: gone}, Forgetting{Preview: true}, "", true, ""},
		{"asked", reconcile.Entry{Birth: asked}, Forgetting{}, "a create is under way", true, ""},
		{"asked, and left", reconcile.Entry{Birth: asked}, Forgetting{LeaveLive: true}, "", false, ""},
		{"spooled", reconcile.Entry{Birth: spooled}, Forgetting{LeaveLive: true}, "its password waits here", true, ""},
		{"spooled, and thrown away", reconcile.Entry{Birth: spooled}, Forgetting{LosePassword: true}, "a create is under way", true, ""},
		{"spooled, and all thrown away", reconcile.Entry{Birth: spooled}, Forgetting{LosePassword: true, LeaveLive: true}, "", false, ""},
		{"nothing", reconcile.Entry{Former: "i0"}, Forgetting{}, "remembers no instance", true, "i0"},
	} {
		s, err := folder.Open(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.PutEntry("orders", c.entry); err != nil {
			t.Fatal(err)
		}
		if c.entry.Birth == spooled {
			if err := s.Spool("orders", c.entry, secrets.NewSecret("reply")); err != nil {
				t.Fatal(err)
			}
		}
		was, err := Forget(s, "orders", c.asked)
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
		if c.name == "nothing" && !errors.Is(err, ErrNotRemembered) {
			t.Errorf("%s: %v", c.name, err)
		}
		if was.Key != "orders" || was.InstanceID != c.entry.ID || was.GoneSince.IsZero() == (c.entry.Missing != nil) || was.Spooled != (c.entry.Birth == spooled) {
			t.Errorf("%s: was %+v", c.name, was)
		}
		led, err := s.Ledger()
		if e := led["orders"]; err != nil || (e.ID == c.entry.ID && (e.Birth == nil) == (c.entry.Birth == nil)) != c.kept || e.Former != c.former {
			t.Errorf("%s: remembered as %+v: %v", c.name, e, err)
		}
		s.Close()
	}
}
