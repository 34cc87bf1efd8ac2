package daemon

import (
	"fmt"
	"testing"
	"time"

	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// A key has one owner at a time, from the moment that its create is intended: what took it last
// can't be taken by another account before the first one says that it has let go.
func TestAKeyHasOneOwner(t *testing.T) {
	o := NewOwners()
	o.tell("blue", reconcile.Ledger{"made": {ID: "i1", Absence: &reconcile.Absence{}}, "begun": {Birth: &reconcile.Birth{}}, "failed": {}, "safe": {ID: "i2", Protect: true, Absence: &reconcile.Absence{}}})
	o.tell("green", nil)
	for _, c := range []struct{ account, key, owner string }{
		{"green", "made", "blue"}, {"green", "begun", "blue"}, {"green", "failed", ""}, {"blue", "failed", "green"},
		{"blue", "made", ""}, {"blue", "new", ""}, {"green", "new", "blue"}, {"green", "failed", ""},
	} {
		if got := o.take(c.account, c.key); got != c.owner {
			t.Errorf("%s takes %s: owned by %q, want %q", c.account, c.key, got, c.owner)
		}
	}
	part := &spec.Fleet{Instances: []spec.Instance{{Key: "begun"}, {Key: "mine"}}, Elsewhere: []string{"new"}}
	if owners, removed := o.others("green", part); fmt.Sprint(owners, removed) != "map[begun:blue] 1" {
		t.Errorf("green hears of %v, and of %d that left the file; want begun, and made alone", owners, removed)
	}
	o.tell("blue", reconcile.Ledger{})
	if got := o.take("green", "made"); got != "" {
		t.Errorf("let go by blue, and still owned by %q", got)
	}
	var none *Owners
	none.tell("", nil)
	if owners, removed := none.others("", part); none.take("", "a") != "" || owners != nil || removed != 0 {
		t.Error("a nil Owners knows of others")
	}
}

// TakeFor lets a test be another account, one without a daemon that would tell of what it really has.
func (o *Owners) TakeFor(account, key string) string {
	o.mu.Lock()
	if o.of[account] == nil {
		o.of[account] = map[string]bool{}
	}
	o.mu.Unlock()
	return o.take(account, key)
}

// In the moment in which a key changes accounts both may tell of it: scrapes must see it once.
// The group is ready when all are, and as old as its oldest part.
func TestSnapshotsAddUp(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	whole := &spec.Fleet{Instances: []spec.Instance{{Key: "a", Account: "green"}, {Key: "b", Account: "blue"}}}
	s := Snapshot{Ready: true, Fleet: whole}
	s.add("blue", Snapshot{Instances: []Status{{Key: "a", Live: "running"}, {Key: "b"}}, Budget: BudgetStatus{25, 20},
		Config: ConfigStatus{LoadedAt: noon.Add(time.Second)}, TokenExpiry: noon})
	s.add("green", Snapshot{Ready: true, Instances: []Status{{Key: "a", Live: "paused"}}, Budget: BudgetStatus{6, 1},
		Config: ConfigStatus{LoadedAt: noon, Error: "bad"}})
	got := fmt.Sprint(s.Ready, s.Budget, s.Config.LoadedAt.Equal(noon), s.TokenExpiry.Equal(noon)) + s.Config.Error
	if want := "false {31 21} true truebad"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(s.Instances) != 2 || s.Instances[0].Key != "b" || s.Instances[1].Live != "paused" {
		t.Errorf("%+v", s.Instances)
	}
	if len(s.Accounts) != 2 || s.Accounts[0].Ready || !s.Accounts[1].Ready || s.Accounts[1].Budget != (BudgetStatus{6, 1}) {
		t.Errorf("%+v", s.Accounts)
	}
}
