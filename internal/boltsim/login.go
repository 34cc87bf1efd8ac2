package boltsim

import (
	"crypto/subtle"
	"sync"
	"time"
)

// logins counts failures in a row, as Neo4j does for each user.
type logins struct {
	most int
	lock time.Duration

	mu     sync.Mutex
	failed int
	last   time.Time
}

// locked says that the next login is refused unread.
func (l *logins) locked(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed >= l.most && now.Before(l.last.Add(l.lock))
}

func (l *logins) note(ok bool, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ok {
		l.failed = 0
		return
	}
	l.failed++
	l.last = now
}

// hello takes the login along in version 5.0; from 5.1 on it comes in a message of its own.
func (c *session) hello(extra map[string]any) (map[string]any, error) {
	if agent, _ := extra["user_agent"].(string); agent == "" {
		return nil, invalid("HELLO without a user_agent")
	}
	if c.minor >= 3 {
		if agent, _ := extra["bolt_agent"].(map[string]any); agent["product"] == nil {
			return nil, invalid("HELLO without a bolt_agent that names its product")
		}
	}
	c.phase = authentication
	meta := map[string]any{"server": "Neo4j/5.27-aura", "connection_id": c.id, "hints": map[string]any{"telemetry.enabled": c.minor >= 4}}
	if c.minor == 0 {
		_, err := c.logon(extra)
		return meta, err
	}
	return meta, nil
}

func (c *session) logon(auth map[string]any) (map[string]any, error) {
	now := c.server.config.Now()
	if c.server.logins.locked(now) {
		return nil, tooManyAttempts()
	}
	in := c.server.instance
	ok := auth["scheme"] == "basic" && same(auth["principal"], in.Username()) && same(auth["credentials"], in.Password())
	c.server.logins.note(ok, now)
	if !ok {
		return nil, unauthorized()
	}
	c.phase = ready
	return map[string]any{}, nil
}

func same(got any, want string) bool {
	s, ok := got.(string)
	return ok && subtle.ConstantTimeCompare([]byte(s), []byte(want)) == 1
}
