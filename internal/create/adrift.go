package create

import (
	"context"
	"time"

	"github.com/aurad/aurad/internal/aura"
)

// A reply that the state file does not take is adrift: it has the only copy of a password. It goes
// into a sealed file of its own beside the state, or straight to the credential store, and is kept
// in memory until one of the three has it. Nothing else is created meanwhile.
const (
	adriftFirst = time.Second // between two tries, then twice as long, up to
	adriftMost  = time.Minute
)

// adrift saves a reply that could not be spooled because of why. It ends only when the reply is safe.
func (m *Maker) adrift(ctx context.Context, a attempt, reply aura.Reply, why error) func() error {
	m.Log.Error("the reply to a create can't be spooled: it is kept in memory, and nothing else is created until it is safe; don't kill aurad, make the state folder writable",
		"key", a.step.Key, "mark", a.before.Birth.Nonce, "error", why)
	defer m.State.Afloat()()
	for wait := adriftFirst; ; wait = min(2*wait, adriftMost) {
		aside := m.State.SetAside(a.before.Birth.Nonce, reply.Body)
		err := m.storeReply(ctx, a, reply.Body)
		if aside == nil || err == nil {
			return func() error { return m.recordStored(a, err) }
		}
		<-m.Clock.After(wait)
		if m.State.Spool(a.step.Key, a.before, reply.Body) == nil {
			return m.store(ctx, a)
		}
	}
}
