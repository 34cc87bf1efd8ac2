package reconcile_test

import (
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
)

// at is a moment of the day that these tests happen on, a Wednesday.
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-11-25 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// Every row of Recover's table, and the instants between its rows.
func TestRecover(t *testing.T) {
	const nonce = "0badcafe"
	ours := observed.Live{ID: "i1", Name: reconcile.MarkedName("orders-dev", nonce), Status: "creating"}
	foreign := observed.Live{ID: "i2", Name: reconcile.MarkedName("orders-dev", "deadbeef"), Status: "creating"}
	for _, c := range []struct {
		name   string
		stage  reconcile.Stage // "": no birth
		listed string          // "": never
		live   []observed.Live
		now    string
		want   reconcile.Recovery
	}{
		{"nothing durable", "", "12:00:00", nil, "12:00:00", reconcile.Recovery{Next: reconcile.NextPost}},
		{"intended, never listed", reconcile.Intended, "", nil, "12:00:01", reconcile.Recovery{Next: reconcile.NextList}},
		{"intended, list older", reconcile.Intended, "11:59:59", nil, "12:00:01", reconcile.Recovery{Next: reconcile.NextList}},
		{"intended, list of that very instant proves nothing", reconcile.Intended, "12:00:00", nil, "12:00:01", reconcile.Recovery{Next: reconcile.NextList}},
		{"intended, old list, grace long over", reconcile.Intended, "11:59:59", nil, "18:00:00", reconcile.Recovery{Next: reconcile.NextList}},
		{"intended, marked in a newer list", reconcile.Intended, "12:00:05", []observed.Live{ours}, "12:00:06", reconcile.Recovery{Next: reconcile.NextLost, InstanceID: "i1"}},
		{"intended, marked in an older view", reconcile.Intended, "11:59:00", []observed.Live{ours}, "12:00:06", reconcile.Recovery{Next: reconcile.NextLost, InstanceID: "i1"}},
		{"intended, marked after the grace", reconcile.Intended, "12:30:00", []observed.Live{foreign, ours}, "12:30:00", reconcile.Recovery{Next: reconcile.NextLost, InstanceID: "i1"}},
		{"intended, another's mark", reconcile.Intended, "12:00:05", []observed.Live{foreign}, "12:00:06", reconcile.Recovery{Next: reconcile.NextWait, Until: at("12:10:00")}},
		{"intended, absent, in the grace", reconcile.Intended, "12:00:05", nil, "12:09:59", reconcile.Recovery{Next: reconcile.NextWait, Until: at("12:10:00")}},
		{"intended, absent, list from within the grace", reconcile.Intended, "12:09:59", nil, "12:10:00", reconcile.Recovery{Next: reconcile.NextList}},
		{"intended, absent, list from after the grace", reconcile.Intended, "12:10:00", nil, "12:10:00", reconcile.Recovery{Next: reconcile.NextAnew}},
		{"spooled", reconcile.Spooled, "", nil, "12:00:01", reconcile.Recovery{Next: reconcile.NextStore}},
		{"spooled, listed too", reconcile.Spooled, "12:00:05", []observed.Live{ours}, "18:00:00", reconcile.Recovery{Next: reconcile.NextStore}},
		{"stored", reconcile.Stored, "", nil, "12:00:01", reconcile.Recovery{Next: reconcile.NextName}},
		{"stored, listed too", reconcile.Stored, "12:00:05", []observed.Live{ours}, "18:00:00", reconcile.Recovery{Next: reconcile.NextName}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b *reconcile.Birth
			if c.stage != "" {
				b = &reconcile.Birth{Nonce: nonce, At: at("12:00:00"), Grace: 10 * time.Minute, Stage: c.stage}
			}
			obs := observed.Fleet{Instances: c.live}
			if c.listed != "" {
				obs.ListedAt = at(c.listed)
			}
			if got := (reconcile.Entry{Birth: b}).Recover(obs, at(c.now)); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// Aura takes names of 30 characters; a mark must fit and be found again.
func TestMarkedName(t *testing.T) {
	for name, want := range map[string]string{
		"a":                              "a~0badcafe",
		"exactly-21-characters":          "exactly-21-characters~0badcafe",
		"a-name-of-thirty-characters-ok": "a-name-of-thirty-char~0badcafe",
		"Ördersprodüktionßdatenbank":     "Ördersprodüktionßdate~0badcafe",
	} {
		got := reconcile.MarkedName(name, "0badcafe")
		if got != want || len([]rune(got)) > 30 {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
