package aura

import (
	"log/slog"
	"sync"
)

// expiries warns once per endpoint that Aura's gateway has announced its removal.
type expiries struct {
	log  *slog.Logger
	mu   sync.Mutex
	seen map[string]bool
}

func (x *expiries) note(k call, expires string) {
	if expires == "" || !x.first(k.method+" "+k.route) {
		return
	}
	x.log.Warn("Aura will remove an API endpoint that aurad uses: look for a newer aurad",
		"endpoint", k.method+" /v1"+k.route, "expires", expires)
}

func (x *expiries) first(endpoint string) bool {
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
