package daemon_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/secrets"
)

// muteStore takes every call and answers none, as a server does that a firewall has cut off.
type muteStore struct {
	secrets.Store
	mute  bool
	calls int
}

func (m *muteStore) wait(ctx context.Context) error {
	if !m.mute {
		return nil
	}
	m.calls++
	<-ctx.Done()
	return fmt.Errorf("%w: %w", secrets.ErrUnavailable, ctx.Err())
}

func (m *muteStore) Preflight(ctx context.Context, c secrets.Claim) error {
	if err := m.wait(ctx); err != nil {
		return err
	}
	return m.Store.Preflight(ctx, c)
}

func (m *muteStore) Create(ctx context.Context, c secrets.Credential, claim secrets.Claim) error {
	if err := m.wait(ctx); err != nil {
		return err
	}
	return m.Store.Create(ctx, c, claim)
}

func (m *muteStore) List(ctx context.Context) ([]secrets.Owned, error) {
	if err := m.wait(ctx); err != nil {
		return nil, err
	}
	return m.Store.List(ctx)
}

func (m *muteStore) TokenExpiry() time.Time { return time.Unix(1, 0) }

// Ten instances wait for a store that says nothing: a pause is late by one unanswered call at
// most, the store is not asked ten times in a row, and all are made once it answers.
func TestSilentStoreHoldsUpNoPause(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		store := &muteStore{Store: w.store}
		w.store = store
		w.start("instances: {old: {}}")
		w.converge()
		store.mute = true
		many := ""
		for i := range 10 {
			many += fmt.Sprintf(", new-%d: {}", i)
		}
		for _, state := range []string{"paused", "running"} {
			asked, calls := time.Now(), store.calls
			w.edit("instances: {old: {state: " + state + "}" + many + "}")
			w.run(5 * time.Minute)
			verb := map[string]string{"paused": "/pause", "running": "/resume"}[state]
			all := w.sim.Mutations()
			last := all[len(all)-1]
			if late := last.At.Sub(asked); !strings.HasSuffix(last.Path, verb) || late > 10*time.Second {
				t.Errorf("the last change is %s %s after %s; want %s within 10s", last.Method, last.Path, late, verb)
			}
			if n := store.calls - calls; n > 8 {
				t.Errorf("the silent store was asked %d times in 5 minutes", n)
			}
		}
		if n := w.alive(); n != 1 {
			t.Errorf("%d instances were made whose passwords nobody could have stored", n-1)
		}
		if got := w.d.Snapshot().TokenExpiry; got != time.Unix(1, 0) {
			t.Errorf("the snapshot says that the store's token ends at %v", got)
		}
		store.mute = false
		w.run(20 * time.Minute)
		w.converge()
		if n := w.alive(); n != 11 {
			t.Errorf("%d instances are alive, want 11", n)
		}
	})
}
