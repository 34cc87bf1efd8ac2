package group

import (
	"fmt"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/spec"
)

// In the moment in which a key changes accounts both may tell of it: scrapes must see it once.
// The group is ready when all are, and as old as its oldest part.
func TestSnapshotsAddUp(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	whole := &spec.Fleet{Instances: []spec.Instance{{Key: "a", Account: "green"}, {Key: "b", Account: "blue"}}}
	s := daemon.Snapshot{Ready: true, Fleet: whole}
	add(&s, "blue", daemon.Snapshot{Instances: []daemon.Status{{Key: "a", Live: "running"}, {Key: "b"}}, Budget: daemon.BudgetStatus{Limit: 25, Free: 20},
		Config: daemon.ConfigStatus{LoadedAt: noon.Add(time.Second)}, TokenExpiry: noon})
	add(&s, "green", daemon.Snapshot{Ready: true, Instances: []daemon.Status{{Key: "a", Live: "paused"}}, Budget: daemon.BudgetStatus{Limit: 6, Free: 1},
		Config: daemon.ConfigStatus{LoadedAt: noon, Error: "bad"}})
	got := fmt.Sprint(s.Ready, s.Budget, s.Config.LoadedAt.Equal(noon), s.TokenExpiry.Equal(noon)) + s.Config.Error
	if want := "false {31 21} true truebad"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(s.Instances) != 2 || s.Instances[0].Key != "b" || s.Instances[1].Live != "paused" {
		t.Errorf("%+v", s.Instances)
	}
	if len(s.Accounts) != 2 || s.Accounts[0].Ready || !s.Accounts[1].Ready || s.Accounts[1].Budget != (daemon.BudgetStatus{Limit: 6, Free: 1}) {
		t.Errorf("%+v", s.Accounts)
	}
}
