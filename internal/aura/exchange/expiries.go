package exchange

import (
	"log/slog"
	"sync"
)

// Expiries warns once per endpoint that Aura's gateway has announced its removal.
type Expiries struct {
	Log  *slog.Logger
	mu   sync.Mutex
	seen map[string]bool
}

func (x *Expiries) note(k Call, expires string) {
	if expires == "" || !x.first(k.Method+" "+k.Route) {
		return
	}
	x.Log.Warn("Aura will remove an API endpoint that aurad uses: look for a newer aurad",
		"endpoint", k.Method+" /v1"+k.Route, "expires", expires)
}

func (x *Expiries) first(endpoint string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.seen[endpoint] {
		return false
	}
	if x.seen == nil {
		x.seen = map[string]bool{}
	}
	x.seen[endpoint] = true
	return true
}
