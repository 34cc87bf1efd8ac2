package create

import (
	"errors"
	"testing"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// A reply that only a person can read is kept until they say that they have the password, or that there
// is none in it; one that nobody was asked about is never thrown away.
func TestWhatAPersonDiscards(t *testing.T) {
	for name, c := range map[string]struct {
		entry reconcile.Entry
		gone  bool
	}{
		"nothing":        {reconcile.Entry{}, false},
		"an instance":    {reconcile.Entry{ID: "i1"}, false},
		"readable":       {reconcile.Entry{Birth: &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Spooled}}, false},
		"not to be read": {reconcile.Entry{Birth: &reconcile.Birth{Nonce: "0badcafe", Stage: reconcile.Spooled, Unread: reconcile.UnreadAll}}, true},
	} {
		s, err := folder.Open(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Spool("orders", c.entry, secrets.NewSecret("reply")); err != nil {
			t.Fatal(err)
		}
		var told []journal.Event
		b := Supplies{&book.Book{State: s, Ledger: reconcile.Ledger{"orders": c.entry}, Fleet: &spec.Fleet{}, Clock: clock.NewReal(), Notify: func(e journal.Event) { told = append(told, e) }}}
		err = b.Discard("orders", "ann")
		raw, rawErr := RawReply(s, "orders")
		if c.gone {
			if e := b.Ledger["orders"]; err != nil || rawErr == nil || e.Birth == nil || e.Birth.Stage != reconcile.Intended || len(told) != 1 {
				t.Errorf("%s: %v, %v, %+v, told %v", name, err, rawErr, e.Birth, told)
			}
		} else if !errors.Is(err, errNotUnread) || rawErr != nil || raw.Reveal() != "reply" || len(told) != 0 {
			t.Errorf("%s: %v, %v, told %v", name, err, rawErr, told)
		}
		s.Close()
	}
}
