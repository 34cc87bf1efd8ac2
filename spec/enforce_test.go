package spec

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// enforcedFleet is n instances under a schedule that undoes the work of hands, and one that does not.
func enforcedFleet(n int, more string) string {
	var b strings.Builder
	b.WriteString("schedules:\n  s: {running: [\"Mon-Fri 07:00-19:00\"], manual_changes: enforce}\n  t: {running: [\"Mon-Fri 07:00-19:00\"]}\ninstances:\n  z: {schedule: t}\n")
	for i := range n {
		fmt.Fprintf(&b, "  i%d: {schedule: s}\n", i)
	}
	return b.String() + more
}

// TestUndoneWithin: the bound is enforce_within as far as half of the requests go, and then what they
// allow; a warning says so, and what it says to write ends it.
func TestUndoneWithin(t *testing.T) {
	for _, c := range []struct {
		n      int
		more   string
		within time.Duration
		warns  string
	}{
		{1, "", 2 * time.Minute, ""},
		{18, "", 2 * time.Minute, ""},
		{19, "", 3 * time.Minute, "observe: {enforce_within: 3m}"},
		{60, "", 7 * time.Minute, "observe: {enforce_within: 7m}"},
		{60, "budget: {requests_per_minute: 125}", 2 * time.Minute, ""},
		{60, "budget: {requests_per_minute: 125, reserve: 100}", 7 * time.Minute, "observe: {enforce_within: 7m}"},
		{60, "observe: {enforce_within: 7m}", 7 * time.Minute, ""},
		{60, "observe: {max_age: 5m}", 5 * time.Minute, "within 5m, not 2m"},
		{60, "observe: {enforce_within: 30m, max_age: 5m}", 5 * time.Minute, ""},
		{1000, "budget: {requests_per_minute: 1}", time.Hour, "within 1h, not 2m"},
		{60, "policy: {mode: observe}", 0, ""},
		{1, "observe: {enforce_within: 90s}", 90 * time.Second, ""},
	} {
		f, err := Parse("f", []byte(writeHead+enforcedFleet(c.n, c.more)+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		told := f.Warnings.Error()
		if got := f.UndoneWithin(f.Schedules[0]); got != c.within || (c.warns == "") != (told == "") || !strings.Contains(told, c.warns) {
			t.Errorf("%d, %q: within %s, want %s; warned %q, want %q", c.n, c.more, got, c.within, told, c.warns)
		}
		if got := f.UndoneWithin(f.Schedules[1]); got != 0 {
			t.Errorf("a schedule that undoes nothing: %s", got)
		}
	}
}

// TestUndoneWithinOfAccounts: each account has its own requests.
func TestUndoneWithinOfAccounts(t *testing.T) {
	const accounts = "accounts: {a: {tenant_id: " + blueTenant + "}, b: {budget: {requests_per_minute: 5}}}\n"
	fleet := strings.Replace(enforcedFleet(10, accounts), "schedule: t", "schedule: t, account: b", 1)
	for where, want := range map[string]time.Duration{"a": 2 * time.Minute, "b": 6 * time.Minute} {
		f, err := Parse("f", []byte(writeHead+strings.ReplaceAll(fleet, "schedule: s", "schedule: s, account: "+where)))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.UndoneWithin(f.Schedules[0]); got != want {
			t.Errorf("account %s: %s, want %s", where, got, want)
		}
	}
}

// TestRoundsAreShort: a round never takes more of the requests than their half, nor longer than that.
func TestRoundsAreShort(t *testing.T) {
	o := Observation{EnforceWithin: 2 * time.Minute, MaxAge: time.Hour}
	for limit := 1; limit < 200; limit++ {
		for n := 1; n < 300; n++ {
			round := o.Round(n, limit)
			if a := float64(n) / round.Minutes(); a > float64(limit)/2+1e-6 || round > 90*time.Second && a < float64(limit)/2-1e-6 {
				t.Fatalf("%d of %d: a round of %s", n, limit, round)
			}
		}
	}
	if o.EnforceWithin = time.Minute; o.Round(1, 0) != 2*time.Minute { // no requests at all: still a number
		t.Errorf("no requests at all: a round of %s", o.Round(1, 0))
	}
}
