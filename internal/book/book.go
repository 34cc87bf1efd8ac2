// Package book is what the loop of one account knows: the fleet file in force, what is remembered of each
// key, what was seen of Aura, and how an operation that a look confirmed or denied is entered. Whatever it
// says it has made durable first. It knows the state, the credential store's claims and the journal; it
// must not decide anything, nor send a request to Aura.
package book

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/observed"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Book is what is known of one account's part of a fleet. Its methods belong to the loop's goroutine,
// but for Tell.
type Book struct {
	State  *state.State
	Store  secrets.Store
	Clock  clock.Clock
	Log    *slog.Logger
	Notify func(journal.Event) // told of everything that happens, in order; must not block
	Owners *Owners             // nil when the file has one account

	Fleet    *spec.Fleet // in force
	Ledger   reconcile.Ledger
	Observed observed.Fleet
	Timings  reconcile.Timings
	Holds    []spec.Hold // that people asked for, as far as they have not ended
}

// Read reads what the state remembers.
func (b *Book) Read() (err error) {
	if b.Ledger, err = b.State.Ledger(); err != nil {
		return err
	}
	if b.Timings, err = b.State.Timings(); err != nil {
		return err
	}
	b.Holds, err = b.State.Holds()
	return err
}

// Remember makes an entry durable, then true.
func (b *Book) Remember(key string, e reconcile.Entry) error {
	if err := b.State.PutEntry(key, e); err != nil {
		return err
	}
	b.Ledger[key] = e
	return nil
}

// Drop forgets a key, and gives back what was claimed for it.
func (b *Book) Drop(key string) error {
	b.FreeClaim(context.Background(), key) // the store's own time bounds it
	if err := b.State.Forget(key); err != nil {
		return err
	}
	delete(b.Ledger, key)
	return nil
}

// DropGone forgets an instance that is no more. Which one it was is kept: its credential gives
// way to that of the next one of this key.
func (b *Book) DropGone(key string, e reconcile.Entry) error {
	if e.ID == "" || !e.Missing.Gone() {
		return b.Drop(key)
	}
	return b.Remember(key, e.Vacated())
}

// FreeClaim gives back what this fleet claimed for a key that it has nothing to do with any more.
// A store that does not answer keeps the claim: it holds up nobody but who wants the same key.
func (b *Book) FreeClaim(ctx context.Context, key string) {
	mine := b.Ledger[key].Nonces()
	if len(mine) == 0 {
		return
	}
	found, err := b.Store.Claimed(ctx, key)
	if err == nil && found.Fleet == b.Fleet.Name && slices.Contains(mine, found.Nonce) {
		err = b.Store.Release(ctx, found)
	}
	if err != nil && !errors.Is(err, secrets.ErrMissing) {
		b.Log.Warn("a claim may be left in the credential store; free it with: aurad credential release-claim "+key, "key", key, "error", err)
	}
}

// Account is the account whose part of the file this is; "" when the file names none.
func (b *Book) Account() string { return AccountOf(b.Fleet) }

// Tell tells people what happened.
func (b *Book) Tell(key, id string, verb reconcile.Verb, kind journal.Kind, text string) {
	b.Notify(journal.Event{At: b.Clock.Now(), Key: key, ID: id, Verb: verb, Kind: kind, Text: text})
}

// Note tells them what is worth knowing of a key.
func (b *Book) Note(key, text string) { b.Tell(key, b.Ledger[key].ID, "", journal.Noted, text) }

// TryAgain lets the next turn try what waits for a person: one who asks may have mended it. That is
// not remembered: what fails again says so anew.
func (b *Book) TryAgain() {
	for key, e := range b.Ledger {
		b.Ledger[key] = e.TriedAgain()
	}
}
