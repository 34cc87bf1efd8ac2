package daemon

import (
	"fmt"
	"testing"
	"time"

	"github.com/aurad/aurad/spec"
)

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
