package spec

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const blueTenant = "3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11"

// Each part has its account's tenant, budget and instances, and knows the keys of the rest.
func TestForAccount(t *testing.T) {
	f := parseFile(t, "testdata/valid/accounts.yaml")
	blue := Account{"team-blue", blueTenant, Budget{125, 5}}
	green := Account{"team-green", "", Budget{25, 0}}
	if diff := cmp.Diff([]Account{blue, green}, f.Accounts); diff != "" {
		t.Error(diff)
	}
	if f.TenantID != "" || f.Budget != (Budget{150, 5}) {
		t.Errorf("of the whole: tenant %q, budget %v", f.TenantID, f.Budget)
	}
	blueKeys, greenKeys := []string{"clone", "orders", "try"}, []string{"green-clone", "green-orders", "green-try"}
	for _, tc := range []struct {
		account         Account
		mine, elsewhere []string
	}{{blue, blueKeys, greenKeys}, {green, greenKeys, blueKeys}} {
		part := f.For(tc.account.Name)
		got := []any{part.Accounts, part.TenantID, part.Budget, keysOf(part), part.Elsewhere}
		want := []any{[]Account{tc.account}, tc.account.TenantID, tc.account.Budget, tc.mine, tc.elsewhere}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", tc.account.Name, diff)
		}
		if part.IsElsewhere(tc.mine[0]) || !part.IsElsewhere(tc.elsewhere[1]) || part.IsElsewhere("nobody") {
			t.Errorf("%s: IsElsewhere", tc.account.Name)
		}
	}
	if none := f.For("gone"); len(none.Instances) != 0 || len(none.Accounts) != 0 || none.TenantID != "" || len(none.Elsewhere) != 6 {
		t.Errorf("of no account: %+v", none)
	}
	if len(f.Instances) != 6 || f.Elsewhere != nil {
		t.Error("For has changed the whole")
	}
}

func keysOf(f *Fleet) []string {
	var keys []string
	for _, in := range f.Instances {
		keys = append(keys, in.Key)
	}
	return keys
}

// One account needs no naming, whether it has a name or not.
func TestOneAccountIsTheDefault(t *testing.T) {
	for _, tc := range []struct{ head, account string }{
		{"tenant_id: " + blueTenant + "\nbudget: {requests_per_minute: 60}\n", ""},
		{"accounts: {blue: {tenant_id: " + blueTenant + ", budget: {requests_per_minute: 60}}}\n", "blue"},
	} {
		f := fleetOf(t, tc.head+"instances: {a: {}, b: {}}\n")
		part := f.For(tc.account)
		if got := fmt.Sprint(part.TenantID, part.Budget, len(part.Instances), len(part.Elsewhere)); got != blueTenant+"{60 0} 2 0" {
			t.Errorf("%q: the part is %s", tc.account, got)
		}
		if f.TenantID != blueTenant || f.Budget != (Budget{60, 0}) {
			t.Errorf("%q: the whole is %s %v", tc.account, f.TenantID, f.Budget)
		}
		if slices.ContainsFunc(f.Instances, func(in Instance) bool { return in.Account != tc.account }) {
			t.Errorf("%q: %+v", tc.account, f.Instances)
		}
	}
}
