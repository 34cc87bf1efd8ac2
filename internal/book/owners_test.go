package book

import (
	"fmt"
	"testing"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// A key has one owner at a time, from the moment that its create is intended: what took it last
// can't be taken by another account before the first one says that it has let go.
func TestAKeyHasOneOwner(t *testing.T) {
	o := NewOwners()
	o.Tell("blue", reconcile.Ledger{"made": {ID: "i1", Absence: &reconcile.Absence{}}, "begun": {Birth: &reconcile.Birth{}}, "failed": {}, "safe": {ID: "i2", Protect: true, Absence: &reconcile.Absence{}}})
	o.Tell("green", nil)
	for _, c := range []struct{ account, key, owner string }{
		{"green", "made", "blue"}, {"green", "begun", "blue"}, {"green", "failed", ""}, {"blue", "failed", "green"},
		{"blue", "made", ""}, {"blue", "new", ""}, {"green", "new", "blue"}, {"green", "failed", ""},
	} {
		if got := o.Take(c.account, c.key); got != c.owner {
			t.Errorf("%s takes %s: owned by %q, want %q", c.account, c.key, got, c.owner)
		}
	}
	part := &spec.Fleet{Instances: []spec.Instance{{Key: "begun"}, {Key: "mine"}}, Elsewhere: []string{"new"}}
	if owners, removed := o.Others("green", part); fmt.Sprint(owners, removed) != "map[begun:blue] 1" {
		t.Errorf("green hears of %v, and of %d that left the file; want begun, and made alone", owners, removed)
	}
	o.Tell("blue", reconcile.Ledger{})
	if got := o.Take("green", "made"); got != "" {
		t.Errorf("let go by blue, and still owned by %q", got)
	}
	var none *Owners
	none.Tell("", nil)
	if owners, removed := none.Others("", part); none.Take("", "a") != "" || owners != nil || removed != 0 {
		t.Error("a nil Owners knows of others")
	}
}

// What counts as removed over all accounts is what may be deleted for it, and nothing else.
func TestWhatCountsAsRemoved(t *testing.T) {
	o := NewOwners()
	gone := &reconcile.Absence{}
	o.Tell("blue", reconcile.Ledger{"absent": {ID: "i1", Absence: gone}, "listed": {ID: "i2"}, "safe": {ID: "i3", Absence: gone, Protect: true}, "watched": {ID: "i4", Absence: gone, Suspend: true}})
	if _, removed := o.Others("green", &spec.Fleet{}); removed != 1 {
		t.Errorf("%d of four count as removed, want the absent one alone", removed)
	}
	if _, removed := o.Others("blue", &spec.Fleet{}); removed != 0 {
		t.Errorf("an account's own count %d times as others'", removed)
	}
	for n, want := range map[int]string{0: "", 1: "eu", 2: "eu"} {
		f := &spec.Fleet{Accounts: []spec.Account{{Name: "eu"}, {Name: "us"}}[:n]}
		if got := AccountOf(f); got != want {
			t.Errorf("the part of %d accounts is %q's, want %q's", n, got, want)
		}
	}
}
