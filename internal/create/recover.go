package create

import (
	"context"
	"log/slog"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Recovered is how one spooled password fared on its way to the store.
type Recovered struct {
	Key        string `json:"key"`
	InstanceID string `json:"instance_id"`
	Error      string `json:"error,omitempty"` // "": it is in the store now
}

// Recover brings every password that is spooled in the state to the store, without asking Aura
// anything: what the daemon would do by itself, for when none runs. f tells names and sizes. An
// error means that the state failed; the store's own are in the list.
func Recover(ctx context.Context, f *spec.Fleet, remembered *state.State, store secrets.Store, at clock.Clock) ([]Recovered, error) {
	b := &book.Book{Fleet: f, State: remembered, Store: store, Clock: at, Log: slog.New(slog.DiscardHandler), Notify: func(journal.Event) {}}
	if err := b.Read(); err != nil {
		return nil, err
	}
	return New(b, nil, func(string) {}).RecoverSpooled(ctx)
}

// RecoverSpooled goes on with every create whose reply is spooled, as Create does. It never
// waits for the retry that a failed try asked for: a person who asks has mended something.
func (m *Maker) RecoverSpooled(ctx context.Context) ([]Recovered, error) {
	m.TryAgain()
	all := []Recovered{}
	for _, key := range m.Ledger.Keys() {
		e := m.Ledger[key]
		if e.Birth == nil || e.Birth.Stage != reconcile.Spooled || e.AnswerAwaited() {
			continue
		}
		want, _ := m.Fleet.Instance(key)
		a := m.attempt(reconcile.Step{Key: key, Verb: reconcile.Create}, e, want)
		err := m.storeSpooled(ctx, a)
		m.Ledger[key] = m.State.Amended(key, e)
		r := Recovered{Key: key, InstanceID: m.Ledger[key].Birth.InstanceID}
		if err != nil {
			r.Error = err.Error()
		}
		if err := m.recordStored(a, err); err != nil {
			return all, err
		}
		all = append(all, r)
	}
	return all, nil
}
