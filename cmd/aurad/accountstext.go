package main

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/spec"
)

// What people are told of accounts, where there are several.

func severalAccounts(f *spec.Fleet) bool { return f != nil && len(f.Accounts) > 1 }

// inAccounts ends the first line of a plan.
func inAccounts(f *spec.Fleet) string {
	if !severalAccounts(f) {
		return ""
	}
	var names []string
	for _, a := range f.Accounts {
		names = append(names, a.Name)
	}
	return " in " + plural(len(names), "account") + " (" + someOf(names, 6) + ")"
}

// accountOf is the account of a key, "" where there is only one.
func (fc forecast) accountOf(key string) string {
	if !severalAccounts(fc.fleet) {
		return ""
	}
	in, _ := fc.fleet.Instance(key)
	return in.Account
}

// minutes says how long the requests of a plan take at least, once that is minutes: accounts go
// side by side, so the slowest one counts.
func (fc forecast) minutes() string {
	requests := map[string]int{}
	for _, s := range fc.plan.Steps {
		requests[fc.accountOf(s.Key)] += s.Requests
	}
	if !severalAccounts(fc.fleet) {
		requests[""] = fc.plan.Summary.Requests
	}
	most, text := 0, ""
	for _, a := range fc.fleet.Accounts {
		name, limit := a.Name, a.Budget.RequestsPerMinute-a.Budget.Reserve
		if !severalAccounts(fc.fleet) {
			name, limit = "", requestLimit(fc.fleet)
		}
		if n := requests[name] / max(limit, 1); n > most {
			most, text = n, fmt.Sprintf(", %s at %d a minute", plural(n, "minute"), limit)
			if name != "" {
				text += " in account " + name
			}
		}
	}
	return text
}

// writeBudgets says of each account what the status line says of all.
func writeBudgets(b *strings.Builder, snap daemon.Snapshot) {
	for _, a := range snap.Accounts {
		fmt.Fprintf(b, "account %s: %d of %d requests free", a.Name, a.Budget.Free, a.Budget.Limit)
		if !a.Ready {
			b.WriteString(", not looked at yet")
		}
		b.WriteByte('\n')
	}
}
