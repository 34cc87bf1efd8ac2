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
