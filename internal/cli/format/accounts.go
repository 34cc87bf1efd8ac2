package format

import (
	"fmt"

	"github.com/aurad/aurad/internal/words"
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
	return " in " + words.Plural(len(names), "account") + " (" + words.Some(names, 6) + ")"
}

// accountOf is the account of a key, "" where there is only one.
func (fc Forecast) accountOf(key string) string {
	if !severalAccounts(fc.Fleet) {
		return ""
	}
	in, _ := fc.Fleet.Instance(key)
	return in.Account
}

// minutes says how long the requests of a plan take at least, once that is minutes: accounts go
// side by side, so the slowest one counts.
func (fc Forecast) minutes() string {
	requests := map[string]int{}
	for _, s := range fc.Plan.Steps {
		requests[fc.accountOf(s.Key)] += s.Requests
	}
	if !severalAccounts(fc.Fleet) {
		requests[""] = fc.Plan.Summary.Requests
	}
	most, text := 0, ""
	for _, a := range fc.Fleet.Accounts {
		name, limit := a.Name, limitOf(a.Budget)
		if !severalAccounts(fc.Fleet) {
			name, limit = "", limitOf(fc.Fleet.Budget)
		}
		if n := requests[name] / max(limit, 1); n > most {
			most, text = n, fmt.Sprintf(", %s at %d a minute", words.Plural(n, "minute"), limit)
			if name != "" {
				text += " in account " + name
			}
		}
	}
	return text
}

// limitOf is what is left to aurad of an account's requests a minute.
func limitOf(b spec.Budget) int { return b.RequestsPerMinute - b.Reserve }
