package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/process"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
)

const (
	greenTenant  = "11111111-2222-3333-4444-555555555555"
	twoAccounts  = "accounts: {team-blue: {budget: {requests_per_minute: 100000}}, team-green: {tenant_id: " + greenTenant + ", budget: {requests_per_minute: 50000}}}\n"
	twoDefaults  = "schema: aurad/v1\nfleet: acme\ndefaults: {account: team-blue, cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 2GB}\n"
	blueSecret   = "blue-secret-4711"
	greenSecret  = "green-secret-4712"
	threeDevs    = "instances: {blue-dev: {}, green-dev: {account: team-green}, green-big: {account: team-green, memory: 8GB}}\n"
	movedToGreen = "instances: {blue-dev: {account: team-green}, green-dev: {account: team-green}, green-big: {account: team-green, memory: 8GB}}\n"
)

// newDuo is a world of two accounts on one simulator: two client ids, two tenants.
func newDuo(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, aurasim.Config{Clients: map[string]string{"id-blue": blueSecret, "id-green": greenSecret},
		Tenants: []catalog.Tenant{{ID: aurasim.DemoTenantID, Name: "Blue"}, {ID: greenTenant, Name: "Green"}}})
	for _, name := range []string{"AURA_CLIENT_ID", "AURA_CLIENT_SECRET", "AURA_TENANT_ID"} {
		delete(w.env, name)
	}
	w.env["AURA_CLIENT_ID_TEAM_BLUE"], w.env["AURA_CLIENT_SECRET_TEAM_BLUE"] = "id-blue", blueSecret
	w.env["AURA_TENANT_ID_TEAM_BLUE"] = aurasim.DemoTenantID
	w.env["AURA_CLIENT_ID_TEAM_GREEN"], w.env["CREDENTIALS_DIRECTORY"] = "id-green", w.path("systemd")
	w.write("systemd/aura-client-secret-team-green", greenSecret+"\n")
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if strings.Contains(w.said.String(), blueSecret) || strings.Contains(w.said.String(), greenSecret) {
			t.Error("a client secret was said aloud")
		}
	})
	return w
}

// two writes a fleet file of two accounts.
func (w *world) two(instances string) {
	w.t.Helper()
	w.write("fleet.yaml", twoDefaults+twoAccounts+instances)
}

// in lists the live names of a tenant.
func (w *world) in(tenant string) string {
	var names []string
	for _, in := range w.sim.Instances() {
		if in.TenantID == tenant && !in.Deleted {
			names = append(names, in.Name)
		}
	}
	return strings.Join(names, " ")
}

func TestTwoAccountsFromPlanToApply(t *testing.T) {
	t.Parallel()
	w := newDuo(t)
	w.two(threeDevs)
	contains(t, w.must(0, "validate", "--online").out, "valid, and Aura sells all of it")
	r := w.must(2, "plan", "--detailed-exitcode")
	contains(t, r.out, "3 instances in 2 accounts (team-blue, team-green)", "blue-dev in team-blue\n", "green-big in team-green\n", "3 to create")
	p := decode[reconcile.Plan](t, w.must(0, "plan", "--output", "json").out)
	if p.Summary.Instances != 3 || p.Summary.Verbs[reconcile.Create] != 3 {
		t.Errorf("%+v", p.Summary)
	}
	contains(t, w.must(0, "apply", "--yes").out, "The fleet matches", "blue-dev: create accepted", "green-big: create accepted")
	if got := w.in(aurasim.DemoTenantID) + "; " + w.in(greenTenant); got != "blue-dev; green-big green-dev" && got != "blue-dev; green-dev green-big" {
		t.Errorf("live: %s", got)
	}
	for _, m := range w.sim.Mutations() {
		if in, _ := w.sim.Instance(m.InstanceID); (m.ClientID == "id-blue") != (in.TenantID == aurasim.DemoTenantID) {
			t.Errorf("%s sent %s %s", m.ClientID, m.Method, m.Path)
		}
	}
	for _, file := range []string{"state/accounts/team-blue/aurad.db", "state/accounts/team-green/aurad.db", "credentials/green-dev.env", "credentials/blue-dev.env"} {
		if !folder.Exists(w.path(file)) {
			t.Errorf("%s is not there", file)
		}
	}
	w.must(0, "plan", "--detailed-exitcode")
	w.must(0, "plan", "--detailed-exitcode", "--no-state")

	mutations := len(w.sim.Mutations())
	w.two("policy: {mode: sync, delete_after: 0s}\n" + movedToGreen)
	r = w.must(1, "apply", "--yes")
	contains(t, r.out, "2 blocked", "put `account: team-blue` back", "account team-blue has an instance for this key")
	if more := w.sim.Mutations()[mutations:]; len(more) > 0 {
		t.Errorf("a key moved, and aurad did %+v", more)
	}
}

func TestTwoAccountsUnderOneDaemon(t *testing.T) {
	t.Parallel()
	w := newDuo(t)
	w.two(officeHours + "instances: {blue-dev: {schedule: office-hours}, green-dev: {account: team-green, schedule: office-hours}}\n")
	r := w.start("--listen", "127.0.0.1:0")
	w.eventually("both are made", w.settled)
	snap := w.snapshot()
	if len(snap.Accounts) != 2 || snap.Budget.Limit != 150000 || snap.Accounts[1] != (daemon.AccountStatus{Name: "team-green", TenantID: greenTenant,
		Ready: true, Budget: snap.Accounts[1].Budget, ListedAt: snap.Accounts[1].ListedAt}) || snap.Accounts[1].Budget.Limit != 50000 {
		t.Errorf("%+v %+v", snap.Budget, snap.Accounts)
	}
	contains(t, w.must(0, "status").out, "ACCOUNT", "of 150000 requests free", "account team-green: ", "of 50000 requests free")
	contains(t, w.must(0, "plan").out, "planned by the daemon that runs on", "2 instances in 2 accounts")

	contains(t, w.must(0, "hold", "green-dev", "--paused", "--for", "3h").out, "The daemon sees to it now.")
	w.eventually("green-dev is paused", func() bool { return w.live("green-dev").Status == "paused" && w.settled() })
	if got := w.live("blue-dev").Status; got != "running" {
		t.Errorf("blue-dev is %s", got)
	}
	contains(t, w.must(0, "schedule").out, "green-dev")
	w.must(0, "release", "green-dev")
	w.eventually("green-dev runs", func() bool { return w.live("green-dev").Status == "running" && w.settled() })

	w.write("fleet.yaml", twoDefaults+"accounts: {team-blue: {}}\ninstances: {blue-dev: {}}\n")
	w.eventually("another set of accounts is refused", func() bool { return strings.Contains(w.snapshot().Config.Error, "takes a restart") })
	if n := len(w.snapshot().Instances); n != 2 || w.in(greenTenant) != "green-dev" {
		t.Errorf("%d instances, in green: %s", n, w.in(greenTenant))
	}
	w.two("instances: {blue-dev: {memory: 4GB}, green-dev: {account: team-green, memory: 8GB}}\n")
	w.eventually("a new file is in force in both", func() bool {
		return w.live("blue-dev").Memory == "4GB" && w.live("green-dev").Memory == "8GB" && w.settled()
	})
	contains(t, w.must(1, "apply", "--yes").err, "another aurad works in this state folder")
	r.stop(process.Stopped{Signal: syscall.SIGTERM})
	if code := r.terminate(); code != 0 {
		t.Errorf("exit %d\n%s", code, r.log)
	}
	contains(t, r.log.String(), `"account":"team-green"`)
}

// Passwords are set and recovered with the account of their key, with and without a daemon.
func TestCredentialsOfTwoAccounts(t *testing.T) {
	t.Parallel()
	w := newDuo(t)
	w.two(threeDevs)
	r := w.start("--listen", "")
	w.eventually("all are made", w.settled)
	w.stdin = "second-password\n"
	set := func(key, where string) {
		t.Helper()
		contains(t, w.must(0, "credential", "set", key).out, "The password of "+key+" is stored "+where)
		if got := w.must(0, "env", key).out; !strings.Contains(got, "second-password") || !strings.Contains(got, "AURA_INSTANCEID="+w.live(key).ID) {
			t.Errorf("env %s lacks the new password or the id", key)
		}
	}
	set("green-dev", "by the daemon")
	contains(t, w.must(0, "credential", "recover").out, "No password waits")
	list := func() {
		t.Helper()
		if got := strings.Count(w.must(0, "credential", "list").out, "  stored"); got != 3 {
			t.Errorf("%d are stored, want 3\n%s", got, w.must(0, "credential", "list").out)
		}
	}
	list()
	r.terminate()
	set("green-big", "in dotenv")
	set("blue-dev", "in dotenv")
	list()
	contains(t, w.must(0, "credential", "recover").out, "No password waits")
}

// Without a daemon, holds are kept with the account of their key.
func TestHoldsOfTwoAccountsInTheState(t *testing.T) {
	t.Parallel()
	w := newDuo(t)
	w.two(officeHours + "instances: {blue-dev: {schedule: office-hours}, green-dev: {account: team-green, schedule: office-hours}}\n")
	w.must(0, "hold", "green-dev", "--paused", "--for", "3h")
	contains(t, w.must(0, "schedule", "green-dev").out, "hold")
	w.must(0, "apply", "--yes")
	if b, g := w.live("blue-dev").Status, w.live("green-dev").Status; b != "running" || g != "paused" {
		t.Errorf("blue-dev is %s, green-dev %s", b, g)
	}
	w.must(0, "release", "green-dev")
	contains(t, w.must(1, "release", "green-dev").err, "it is not held")
}

func TestAccountsNeedTheirOwnCredentials(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, value, want string }{
		{"AURA_CLIENT_ID_TEAM_GREEN", "", "AURA_CLIENT_ID_TEAM_GREEN is not set"},
		{"AURA_CLIENT_SECRET_TEAM_BLUE", "", "set AURA_CLIENT_ID_TEAM_BLUE and AURA_CLIENT_SECRET_TEAM_BLUE (or AURA_CLIENT_SECRET_TEAM_BLUE_FILE)"},
		{"AURA_CLIENT_ID_TEAM_GREEN", "id-blue", "the accounts team-blue and team-green have the same client id"},
		{"AURA_TENANT_ID_TEAM_BLUE", "", "account team-blue names no tenant: add accounts.team-blue.tenant_id"},
		{"AURA_TENANT_ID_TEAM_BLUE", greenTenant, "have the same tenant"},
	} {
		w := newDuo(t)
		w.two(threeDevs)
		w.env[tc.name] = tc.value
		for _, command := range []string{"plan", "apply", "run"} {
			contains(t, w.must(1, command).err, tc.want)
		}
		if n := len(w.sim.Requests()); n > 0 {
			t.Errorf("%s: %d requests", tc.want, n)
		}
	}
}

// A state from before there were accounts is not passed over: what it owns would look like
// somebody else's.
func TestAStateOfBeforeIsNotPassedOver(t *testing.T) {
	t.Parallel()
	w := newDuo(t)
	w.env["AURA_CLIENT_ID"], w.env["AURA_CLIENT_SECRET"], w.env["AURA_TENANT_ID"] = "id-blue", blueSecret, aurasim.DemoTenantID
	w.fleet("instances: {dev: {}}\n")
	w.must(0, "apply", "--yes")
	w.two("instances: {dev: {}}\n")
	for _, command := range []string{"plan", "apply", "run"} {
		contains(t, w.must(1, command).err, "owns 1 instance (dev): move its aurad.db", filepath.Join("state", "accounts", "NAME"))
	}
	to := w.path("state/accounts/team-blue")
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"aurad.db", "spool.key"} {
		if err := os.Rename(w.path("state/"+name), filepath.Join(to, name)); err != nil {
			t.Fatal(err)
		}
	}
	contains(t, w.must(0, "plan", "--detailed-exitcode").out, "nothing to do")
}

// One account with a name needs no naming elsewhere, and works as one without.
func TestOneNamedAccount(t *testing.T) {
	t.Parallel()
	w := newDuo(t)
	w.write("fleet.yaml", strings.Replace(twoDefaults, "account: team-blue, ", "", 1)+"accounts: {team-blue: {budget: {requests_per_minute: 1000}}}\ninstances: {dev: {}}\n")
	r := w.must(0, "apply", "--yes")
	contains(t, r.out, "fleet.yaml: 1 instance, ", "The fleet matches")
	if strings.Contains(r.out, "account") || w.in(aurasim.DemoTenantID) != "dev" {
		t.Errorf("live: %s\n%s", w.in(aurasim.DemoTenantID), r.out)
	}
}

// What a plan costs is said of the account that takes longest.
func TestMinutesOfTheSlowestAccount(t *testing.T) {
	t.Parallel()
	w := newDuo(t)
	blocks := ""
	for i := range 60 {
		blocks += fmt.Sprintf("  b%02d: {}\n  g%02d: {account: team-green}\n", i, i)
	}
	w.write("fleet.yaml", twoDefaults+"accounts: {team-blue: {budget: {requests_per_minute: 1000}}, team-green: {tenant_id: "+greenTenant+", budget: {requests_per_minute: 60}}}\ninstances:\n"+blocks)
	contains(t, w.must(0, "plan").out, "At least 240 API requests, 2 minutes at 60 a minute in account team-green.")
}
