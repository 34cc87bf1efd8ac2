package daemon

import (
	"context"
	"log/slog"

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
func Recover(ctx context.Context, f *spec.Fleet, state *state.State, store secrets.Store, at clock.Clock) ([]Recovered, error) {
	led, err := state.Ledger()
	if err != nil {
		return nil, err
	}
	d := &Daemon{ledger: led, Config: Config{Fleet: f, State: state, Store: store, Clock: at,
		Log: slog.New(slog.DiscardHandler), Notify: func(journal.Event) {}, Crash: func(string) {}}}
	return d.recoverSpooled(ctx)
}

// recoverSpooled goes on with every create whose reply is spooled, as sendCreate does. It never
// waits for the retry that a failed try asked for: a person who asks has mended something.
func (d *Daemon) recoverSpooled(ctx context.Context) ([]Recovered, error) {
	d.TryAgain()
	all := []Recovered{}
	for _, key := range d.ledger.Keys() {
		e := d.ledger[key]
		if e.Birth == nil || e.Birth.Stage != reconcile.Spooled || e.AnswerAwaited() {
			continue
		}
		want, _ := d.Fleet.Instance(key)
		a := d.attempt(reconcile.Step{Key: key, Verb: reconcile.Create}, e, want)
		err := d.storeSpooled(ctx, a)
		d.ledger[key] = d.State.Amended(key, e)
		r := Recovered{Key: key, InstanceID: d.ledger[key].Birth.InstanceID}
		if err != nil {
			r.Error = err.Error()
		}
		if err := d.recordStored(a, err); err != nil {
			return all, err
		}
		d.showCredentials()
		all = append(all, r)
	}
	return all, nil
}
