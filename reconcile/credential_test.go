package reconcile_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
)

// Every state of a create has one word, with the newest list and without any: a lost one is
// remembered by what the last list showed.
func TestCredentialOf(t *testing.T) {
	const nonce = "0badcafe"
	birth := func(stage reconcile.Stage) *reconcile.Birth {
		return &reconcile.Birth{Nonce: nonce, At: at("12:00:00"), Grace: 10 * time.Minute, Stage: stage}
	}
	unread := birth(reconcile.Spooled)
	unread.Unread = reconcile.UnreadID
	marked := observed.Live{ID: "i9", Name: reconcile.MarkedName("a", nonce), Status: "creating"}
	tombstone := []reconcile.Tombstone{{Nonce: nonce, Since: at("12:00:00")}}
	for name, c := range map[string]struct {
		e           reconcile.Entry
		live        []observed.Live
		word        reconcile.CredentialState
		id          string
		beforeAList reconcile.CredentialState // where the word is another one until a list was seen
	}{
		"nothing":                     {reconcile.Entry{}, nil, "", "", ""},
		"not answered":                {reconcile.Entry{Birth: birth(reconcile.Intended)}, nil, "unanswered", "", ""},
		"lost":                        {reconcile.Entry{Birth: birth(reconcile.Intended)}, []observed.Live{marked}, "lost", "i9", "unanswered"},
		"refused":                     {reconcile.Entry{Tombstones: tombstone}, nil, "", "", ""},
		"refused, and made":           {reconcile.Entry{Tombstones: tombstone}, []observed.Live{marked}, "lost", "i9", ""},
		"spooled":                     {reconcile.Entry{Birth: birth(reconcile.Spooled), Credential: "spooled"}, nil, "spooled", "", ""},
		"unread":                      {reconcile.Entry{Birth: unread, Credential: "spooled"}, nil, "spooled", "", ""},
		"stored, not named":           {reconcile.Entry{ID: "i1", Birth: birth(reconcile.Stored), Credential: "stored"}, nil, "stored", "i1", ""},
		"stored":                      {reconcile.Entry{ID: "i1", Credential: "stored"}, nil, "stored", "i1", ""},
		"stored, beside a lost one":   {reconcile.Entry{ID: "i1", Credential: "stored", Tombstones: tombstone}, []observed.Live{marked}, "stored", "i1", ""},
		"adopted":                     {reconcile.Entry{ID: "i1", Credential: "unknown"}, nil, "unknown", "i1", ""},
		"another lost one was buried": {reconcile.Entry{Birth: birth(reconcile.Intended), Shown: reconcile.Shown{Nonce: "deadbeef", ID: "i8"}}, nil, "unanswered", "", ""},
	} {
		obs := observed.Fleet{ListedAt: at("12:01:00"), Instances: c.live}
		w := reconcile.World{Now: at("12:01:01"), Observed: obs, Ledger: reconcile.Ledger{"a": c.e}}
		if got := c.e.CredentialOf("a", observed.Fleet{}, w.Now); c.live != nil && got.State != c.beforeAList && c.word == reconcile.CredentialLost {
			t.Errorf("%s: %q before any list, want %q", name, got.State, c.beforeAList)
		}
		if shown, changed := w.Sightings()["a"]; changed {
			c.e.Shown = shown
		}
		with, without := c.e.CredentialOf("a", obs, w.Now), c.e.CredentialOf("a", observed.Fleet{}, w.Now)
		if with != without || with.State != c.word || with.InstanceID != c.id || with.Key != "a" {
			t.Errorf("%s: %+v with a list, %+v without, want %s of %q", name, with, without, c.word, c.id)
		}
		w.Ledger["a"] = c.e
		if again := w.Sightings(); len(again) > 0 {
			t.Errorf("%s: remembered again and again: %v", name, again)
		}
	}
}
